"""Deliveries: notes of what was accepted, what leaves, what is weighed."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.delivery_views import (
    dated_place,
    dated_place_after,
    detailed,
    require_seen,
    shown_receipt,
    sides_seen,
)
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.etags import IfMatch, set_etag
from service.api.export_rows import DELIVERIES, delivery_row
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.deliveries import DeliveryDetailOut, DeliveryOut, LoadIn, WeighingsIn
from service.api.schemas.receipts import ReceiptOut
from service.database.queries.deliveries import DeliveryFilter, list_deliveries, list_delivery_lines
from service.domain.deliveries import Delivery, DeliveryStatus
from service.domain.permissions import Action
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery

router = APIRouter(prefix="/deliveries", tags=["deliveries"], route_class=UnitOfWorkRoute)

READ = allows(Action.DELIVERIES_READ)


@router.get("", dependencies=[READ])
async def read_deliveries(
    *,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    needed_date: Annotated[date | None, Query(description="Only for this cooking day", examples=["2026-11-30"])] = None,
    status: Annotated[DeliveryStatus | None, Query(description="Only those in this status")] = None,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
) -> Page[DeliveryOut]:
    """List delivery notes, the latest cooking day first: each side its own, the city all.

    Notes are made within a minute after all lines of an order are answered.
    """
    cooperatives, kitchens = sides_seen(
        caller, Action.DELIVERIES_READ, cooperative_id=cooperative_id, kitchen_id=kitchen_id
    )
    wanted = DeliveryFilter(cooperatives, kitchens, needed_date, status)
    rows = await list_deliveries(
        work.session, region_code=caller.region_code, wanted=wanted, after=dated_place_after(after), limit=limit + 1
    )
    return page_of(
        rows,
        limit=limit,
        key=lambda row: dated_place(row.delivery.needed_date, row.delivery.id),
        show=DeliveryOut.showing,
    )


@router.get("/export", dependencies=[READ], response_class=Response, responses=FILES)
async def export_deliveries(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    needed_date: Annotated[date | None, Query(description="Only for this cooking day", examples=["2026-11-30"])] = None,
    status: Annotated[DeliveryStatus | None, Query(description="Only those in this status")] = None,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
) -> Response:
    """Give the lines of the notes that the list shows as a file: each side its own, the city all."""
    sides = sides_seen(caller, Action.DELIVERIES_READ, cooperative_id=cooperative_id, kitchen_id=kitchen_id)
    wanted = DeliveryFilter(*sides, needed_date, status)
    found = await list_delivery_lines(work.session, region_code=caller.region_code, wanted=wanted, limit=MOST_ROWS + 1)
    return await as_file(work, "surat-jalan", kind, DELIVERIES, [delivery_row(line) for line in found])


@router.get("/{delivery_id}", dependencies=[READ])
async def read_delivery(delivery_id: UUID, work: Work, caller: Caller, response: Response) -> DeliveryDetailOut:
    """Show a note with its lines and lots."""
    require_seen(caller, Action.DELIVERIES_READ, await work.session.get(Delivery, delivery_id), what="delivery")
    shown = await detailed(work, delivery_id)
    set_etag(response, shown.version)
    return shown


@router.post("/{delivery_id}/dispatch", dependencies=[allows(Action.DELIVERIES_DISPATCH)])
async def dispatch(
    delivery_id: UUID, body: LoadIn, work: Work, expected_version: IfMatch, response: Response
) -> DeliveryDetailOut:
    """Let a drop leave: name the lots on each line, and what becomes of goods that stay behind.

    Every line is named; one that carries nothing has no lots and says what becomes of its goods: `carried` puts them on
    a further drop's note at once, `closed` gives them up.
    """
    delivery = await dispatch_delivery(work, DispatchDelivery(delivery_id, body.said(), expected_version))
    set_etag(response, delivery.version)
    return await detailed(work, delivery_id)


@router.post("/{delivery_id}/receipt", dependencies=[allows(Action.DELIVERIES_RECEIVE)])
async def receive(delivery_id: UUID, body: WeighingsIn, work: Work, response: Response) -> ReceiptOut:
    """Write down what the scales say: each line taken whole, in part, or refused.

    Some lines now, the rest later; a line that is sent again is weighed anew, until somebody signs. Scales may differ
    from the note by the item's `receipt_tolerance_bp` and the note's quantity counts; more never arrives than left.
    """
    receipt = await receive_delivery(work, ReceiveDelivery(delivery_id, body.said()))
    set_etag(response, receipt.version)
    return await shown_receipt(work, receipt)
