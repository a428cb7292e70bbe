"""Purchases from wholesalers, their answers, and what is left over in the outlets."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.delivery_views import dated_place, dated_place_after
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.etags import set_etag
from service.api.export_rows import PURCHASES, purchase_row
from service.api.list_files import FILES, Kind, as_file
from service.api.member_rows import OUTLET_STOCK, outlet_stock_row
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.purchases import (
    OutletStockOut,
    PackAnswersIn,
    PurchaseDetailOut,
    PurchaseLineOut,
    PurchaseOut,
    PurchasePaymentIn,
    PurchasePaymentOut,
    PurchasePaymentReversalIn,
)
from service.database.queries.payables import payments_of_purchase
from service.database.queries.purchases import (
    OutletStock,
    PurchaseFilter,
    PurchaseSummary,
    lines_of_purchase,
    list_outlet_stock,
    list_purchase_lines,
    list_purchases,
    purchase_summary,
)
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField, NotFound
from service.domain.people import Role
from service.domain.permissions import Action, Actor, own_only, require_reach
from service.domain.purchases import PurchaseStatus
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase
from service.workflows.pay_purchase import pay_purchase, reverse_purchase_payment

router = APIRouter(tags=["purchases"], route_class=UnitOfWorkRoute)

READ = allows(Action.PURCHASES_READ)
PAY = allows(Action.PURCHASES_PAY)
CooperativeId = Annotated[UUID | None, Query(description="Only this cooperative's")]


@router.get("/purchases", dependencies=[READ])
async def read_purchases_made(
    *,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    week_start: Annotated[date | None, Query(description="Only this week's", examples=["2026-11-30"])] = None,
    status: Annotated[PurchaseStatus | None, Query(description="Only those in this status")] = None,
    cooperative_id: CooperativeId = None,
    wholesaler_id: Annotated[UUID | None, Query(description="Only this wholesaler's")] = None,
) -> Page[PurchaseOut]:
    """List purchases, the latest week first: each side its own, the city all.

    They are made when all lines of an order are answered.
    """
    sides = _sides_seen(caller, cooperative_id=cooperative_id, wholesaler_id=wholesaler_id)
    wanted = PurchaseFilter(*sides, week_start, status)
    rows = await list_purchases(
        work.session, region_code=caller.region_code, wanted=wanted, after=dated_place_after(after), limit=limit + 1
    )
    return page_of(
        rows,
        limit=limit,
        key=lambda row: dated_place(row.purchase.week_start, row.purchase.id),
        show=PurchaseOut.showing,
    )


@router.get("/purchases/export", dependencies=[READ], response_class=Response, responses=FILES)
async def export_purchases(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    week_start: Annotated[date | None, Query(description="Only this week's", examples=["2026-11-30"])] = None,
    status: Annotated[PurchaseStatus | None, Query(description="Only those in this status")] = None,
    cooperative_id: CooperativeId = None,
    wholesaler_id: Annotated[UUID | None, Query(description="Only this wholesaler's")] = None,
) -> Response:
    """Give the lines of the purchases that the list shows as a file: each side its own, the city all."""
    sides = _sides_seen(caller, cooperative_id=cooperative_id, wholesaler_id=wholesaler_id)
    wanted = PurchaseFilter(*sides, week_start, status)
    found = await list_purchase_lines(work.session, region_code=caller.region_code, wanted=wanted, limit=MOST_ROWS + 1)
    return await as_file(work, "pembelian", kind, PURCHASES, [purchase_row(line) for line in found])


@router.get("/purchases/{purchase_id}", dependencies=[READ])
async def read_purchase(purchase_id: UUID, work: Work, caller: Caller, response: Response) -> PurchaseDetailOut:
    """Show a purchase with its lines."""
    summary = await _require_seen(work, caller, purchase_id)
    set_etag(response, summary.purchase.version)
    return await _detailed(work, summary)


@router.post("/purchases/{purchase_id}/answers", status_code=201, dependencies=[allows(Action.PURCHASES_ANSWER)])
async def answer_for_packs(
    purchase_id: UUID, body: PackAnswersIn, work: Work, caller: Caller, response: Response
) -> PurchaseDetailOut:
    """Confirm, cut or decline lines: some now, the rest until the respond-by time.

    A request is taken whole or not at all. What is not sold falls away from the latest cooking days and is brought by
    others; goods of a stock that ran out are promised to nobody else until the wholesaler publishes them anew.
    No If-Match: a line is answered once, so of two answers one wins and the other is refused.
    """
    await answer_purchase(work, AnswerPurchase(purchase_id, body.said()))
    summary = await _require_seen(work, caller, purchase_id)
    set_etag(response, summary.purchase.version)
    return await _detailed(work, summary)


@router.post("/purchases/{purchase_id}/payments", status_code=201, dependencies=[PAY])
async def pay_for_packs(
    purchase_id: UUID, body: PurchasePaymentIn, work: Work, caller: Caller, response: Response
) -> PurchaseDetailOut:
    """Write down what a wholesaler was paid, whole or in part; never more than is owed."""
    await pay_purchase(work, body.said(purchase_id))
    return await _changed(work, caller, purchase_id, response)


@router.post("/purchase-payments/{purchase_payment_id}/reversal", status_code=201, dependencies=[PAY])
async def take_back_payment_for_packs(
    purchase_payment_id: UUID, body: PurchasePaymentReversalIn, work: Work, caller: Caller, response: Response
) -> PurchaseDetailOut:
    """Take back a payment that was written down by mistake; both rows stay to be read."""
    purchase = await reverse_purchase_payment(work, body.said(purchase_payment_id))
    return await _changed(work, caller, purchase.id, response)


@router.get("/outlet-stock", dependencies=[allows(Action.OUTLET_STOCK_READ)])
async def read_outlet_stock(
    *,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    cooperative_id: CooperativeId = None,
) -> Page[OutletStockOut]:
    """List what purchases brought beyond the need, by cooperative and item: a cooperative its own, the city all."""
    rows = await _held(work, caller, cooperative_id, after=_outlet_place(after), limit=limit + 1)
    return page_of(
        rows, limit=limit, key=lambda row: f"{row.cooperative.id}|{row.item.code}", show=OutletStockOut.showing
    )


@router.get(
    "/outlet-stock/export", dependencies=[allows(Action.OUTLET_STOCK_READ)], response_class=Response, responses=FILES
)
async def export_outlet_stock(
    work: Work, caller: Caller, kind: Kind = FileKind.XLSX, cooperative_id: CooperativeId = None
) -> Response:
    """Give what lies in the outlets as a file: a cooperative its own, the city all."""
    rows = await _held(work, caller, cooperative_id, after=None, limit=MOST_ROWS + 1)
    return await as_file(work, "stok-gerai", kind, OUTLET_STOCK, [outlet_stock_row(row) for row in rows])


def _sides_seen(
    caller: Actor, *, cooperative_id: UUID | None, wholesaler_id: UUID | None
) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """Return the cooperatives and wholesalers that a list is narrowed to: what is asked, and what may be seen."""
    own_id = own_only(caller, Action.PURCHASES_READ)
    is_wholesaler = caller.role is Role.WHOLESALER
    cooperatives = (cooperative_id, None if is_wholesaler else own_id)
    wholesalers = (wholesaler_id, own_id if is_wholesaler else None)
    return tuple(one for one in cooperatives if one is not None), tuple(one for one in wholesalers if one is not None)


async def _require_seen(work: UnitOfWork, caller: Actor, purchase_id: UUID) -> PurchaseSummary:
    summary = await purchase_summary(work.session, purchase_id)
    if summary is None:
        raise NotFound("No such purchase.")
    purchase = summary.purchase
    require_reach(
        caller,
        Action.PURCHASES_READ,
        region_code=purchase.region_code,
        organisation_ids=(purchase.cooperative_id, purchase.wholesaler_id),
        what="purchase",
    )
    return summary


async def _changed(work: UnitOfWork, caller: Actor, purchase_id: UUID, response: Response) -> PurchaseDetailOut:
    summary = await _require_seen(work, caller, purchase_id)
    response.headers["Location"] = f"/api/v1/purchases/{purchase_id}"
    set_etag(response, summary.purchase.version)
    return await _detailed(work, summary)


async def _detailed(work: UnitOfWork, summary: PurchaseSummary) -> PurchaseDetailOut:
    lines = await lines_of_purchase(work.session, summary.purchase.id)
    shown = PurchaseOut.showing(summary)
    return PurchaseDetailOut(
        **shown.model_dump(),
        lines=[PurchaseLineOut.showing(*line) for line in lines],
        payments=[PurchasePaymentOut.of(one) for one in await payments_of_purchase(work.session, summary.purchase.id)],
    )


async def _held(
    work: UnitOfWork, caller: Actor, cooperative_id: UUID | None, *, after: tuple[UUID, str] | None, limit: int
) -> list[OutletStock]:
    own_id = own_only(caller, Action.OUTLET_STOCK_READ)
    if own_id is not None and cooperative_id not in {None, own_id}:
        return []
    return await list_outlet_stock(
        work.session, region_code=caller.region_code, cooperative_id=own_id or cooperative_id, after=after, limit=limit
    )


def _outlet_place(code: str | None) -> tuple[UUID, str] | None:
    if code is None:
        return None
    owner_id, _, item_code = code.partition("|")
    try:
        return UUID(owner_id), item_code
    except ValueError as error:
        raise InvalidField.at(
            "after", "Send the next_cursor of the page before, unchanged.", code="invalid_cursor"
        ) from error
