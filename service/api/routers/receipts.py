"""Receipts of deliveries and the signatures of the handover minute."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.delivery_views import require_seen, shown_receipt
from service.api.dependencies import Caller, Work, allows
from service.api.etags import set_etag
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.receipts import ReceiptOut
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.domain.receipts import Receipt
from service.workflows.sign_receipt import SignReceipt, sign_receipt

router = APIRouter(prefix="/receipts", tags=["receipts"], route_class=UnitOfWorkRoute)


@router.get("/{receipt_id}", dependencies=[allows(Action.DELIVERIES_READ)])
async def read_receipt(receipt_id: UUID, work: Work, caller: Caller, response: Response) -> ReceiptOut:
    """Show what was taken in of a delivery, and who signed."""
    receipt = await work.session.get(Receipt, receipt_id)
    require_seen(caller, Action.DELIVERIES_READ, receipt, what="receipt")
    if receipt is None:
        raise NotFound("No such receipt.")
    set_etag(response, receipt.version)
    return await shown_receipt(work, receipt)


@router.post("/{receipt_id}/signatures", status_code=201, dependencies=[allows(Action.RECEIPTS_SIGN)])
async def sign(receipt_id: UUID, work: Work, response: Response) -> ReceiptOut:
    """Put your name under the handover minute, for your side; the second name closes it and issues the invoice."""
    receipt = await sign_receipt(work, SignReceipt(receipt_id))
    response.headers["Location"] = f"/api/v1/receipts/{receipt_id}"
    set_etag(response, receipt.version)
    return await shown_receipt(work, receipt)
