"""Photos of weighed lines: taken with the phone, one small form a line, so that a bad picture costs nothing else."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.delivery_views import require_seen
from service.api.dependencies import allows
from service.api.options import photos_of
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.domain.receipts import Receipt, ReceiptLine
from service.web.forms import Form
from service.web.page import Page
from service.web.routes import PageRoute
from service.workflows.add_photo import AddPhoto, add_photo

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/receipts/{receipt_id}/lines/{receipt_line_id}/photos", dependencies=[allows(Action.DELIVERIES_RECEIVE)])
async def send_photo(receipt_id: UUID, receipt_line_id: UUID, page: Page, form: Form, request: Request) -> Response:
    """Keep a photo of a line."""
    session = page.work.session
    receipt, line = await session.get(Receipt, receipt_id), await session.get(ReceiptLine, receipt_line_id)
    require_seen(page.caller, Action.DELIVERIES_RECEIVE, receipt, what="receipt")
    if receipt is None or line is None or line.receipt_id != receipt.id:
        raise NotFound("No such line.")
    taken = form.files.get("photo", [])
    if not taken:
        form.faults.add("photo", "missing", "Take or choose a photo first.")
    form.require()
    form.renamed["body"] = "photo"
    for _name, content in taken:
        await add_photo(page.work, photos_of(request), AddPhoto(receipt_id, line.id, content))
    return page.leave(f"/deliveries/{receipt.delivery_id}/receipt", said="photo_added")
