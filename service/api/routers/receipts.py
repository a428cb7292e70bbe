"""Receipts of deliveries and the signatures of the handover minute."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.delivery_views import dated_place, dated_place_after, require_seen, shown_receipt, sides_seen
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.etags import IfMatchGiven, set_etag
from service.api.export_rows import RECEIPTS, receipt_row
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.receipts import ReceiptOut, ReceiptShortOut
from service.database.queries.receipts import ReceiptFilter, list_receipt_lines, list_receipts
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.domain.receipts import Receipt, ReceiptStatus
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from service.workflows.take_back_signature import TakeBackSignature, take_back_signature

router = APIRouter(prefix="/receipts", tags=["receipts"], route_class=UnitOfWorkRoute)


@router.get("", dependencies=[allows(Action.DELIVERIES_READ)])
async def read_receipts(
    *,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    week_start: Annotated[date | None, Query(description="Only this week's", examples=["2026-11-30"])] = None,
    status: Annotated[ReceiptStatus | None, Query(description="Only those in this status")] = None,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
) -> Page[ReceiptShortOut]:
    """List receipts, the latest week first: each side its own, the city all."""
    cooperatives, kitchens = sides_seen(
        caller, Action.DELIVERIES_READ, cooperative_id=cooperative_id, kitchen_id=kitchen_id
    )
    rows = await list_receipts(
        work.session,
        region_code=caller.region_code,
        wanted=ReceiptFilter(cooperatives, kitchens, week_start, status),
        after=dated_place_after(after),
        limit=limit + 1,
    )
    return page_of(
        rows,
        limit=limit,
        key=lambda row: dated_place(row.receipt.week_start, row.receipt.id),
        show=ReceiptShortOut.showing,
    )


@router.get("/export", dependencies=[allows(Action.DELIVERIES_READ)], response_class=Response, responses=FILES)
async def export_receipts(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    week_start: Annotated[date | None, Query(description="Only this week's", examples=["2026-11-30"])] = None,
    status: Annotated[ReceiptStatus | None, Query(description="Only those in this status")] = None,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
) -> Response:
    """Give what was weighed, taken and refused as a file, line by line: each side its own, the city all."""
    sides = sides_seen(caller, Action.DELIVERIES_READ, cooperative_id=cooperative_id, kitchen_id=kitchen_id)
    wanted = ReceiptFilter(*sides, week_start, status)
    found = await list_receipt_lines(work.session, region_code=caller.region_code, wanted=wanted, limit=MOST_ROWS + 1)
    return await as_file(work, "penerimaan", kind, RECEIPTS, [receipt_row(line) for line in found])


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
async def sign(receipt_id: UUID, work: Work, seen_version: IfMatchGiven, response: Response) -> ReceiptOut:
    """Put your name under the handover minute, for your side; the second name closes it and issues the invoice.

    With If-Match you are refused if a line was weighed anew, or somebody signed, since you read the receipt.
    """
    receipt = await sign_receipt(work, SignReceipt(receipt_id, expected_version=seen_version))
    response.headers["Location"] = f"/api/v1/receipts/{receipt_id}"
    set_etag(response, receipt.version)
    return await shown_receipt(work, receipt)


@router.post("/{receipt_id}/signatures/take-back", dependencies=[allows(Action.RECEIPTS_SIGN)])
async def take_back(receipt_id: UUID, work: Work, response: Response) -> ReceiptOut:
    """Take your side's name off a minute that the other side has not signed, so that goods can be weighed anew."""
    receipt = await take_back_signature(work, TakeBackSignature(receipt_id))
    set_etag(response, receipt.version)
    return await shown_receipt(work, receipt)
