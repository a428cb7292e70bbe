"""Lists as files: what a list shows, as XLSX or CSV, with the same filters and rights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import Caller, Work, allows
from service.api.list_files import FILES, Kind, as_file
from service.api.order_views import seen_by
from service.api.routers.offers import READ as READ_OFFERS
from service.api.routers.stocks import READ as READ_STOCKS
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.shapes import Day
from service.database.queries import forecasts, offers, stocks
from service.database.queries.entry_facts import read_items
from service.database.queries.forecasts import ForecastFilter
from service.database.queries.offers import OfferFilter
from service.database.queries.orders import OrderSummary, ShownLine, list_order_lines, list_orders
from service.database.queries.stocks import StockFilter
from service.domain.forecasts import ForecastStatus
from service.domain.local_units import as_typed
from service.domain.offers import OfferStatus
from service.domain.orders import Order, OrderStatus
from service.domain.organisations import Organisation
from service.domain.permissions import Action, own_only
from service.domain.stocks import StockStatus
from service.domain.units import value_idr
from service.files.bounds import MOST_ROWS, Cell
from service.files.listings import LINE_HEADER, OFFER_HEADER, STOCK_HEADER, line_rows, offer_rows, stock_rows
from service.files.tables import FileKind

router = APIRouter(route_class=UnitOfWorkRoute)

ORDER_HEADER: Final = (
    "nomor",
    "minggu",
    "koperasi",
    "kode_koperasi",
    "status",
    "batas_jawaban",
    "baris",
    "baris_menunggu",
    "nilai_pesanan",
    "nilai_diterima",
    "id",
)
ORDER_LINE_HEADER: Final = (
    "nomor",
    "baris",
    "minggu",
    "koperasi",
    "dapur",
    "kode_dapur",
    "tanggal_masak",
    "kode_barang",
    "nama",
    "jumlah_dipesan",
    "satuan_dipesan",
    "jumlah_disanggupi",
    "satuan_disanggupi",
    "harga",
    "nilai_pesanan",
    "status",
    "id",
)
ItemCode = Annotated[str | None, Query(max_length=16, description="Only of this item", examples=["RICE-P"])]
Week = Annotated[Day | None, Query(description="Only of the week of this Monday", examples=["2026-11-30"])]


@router.get("/stocks/export", tags=["stocks"], dependencies=[READ_STOCKS], response_class=Response, responses=FILES)
async def export_stocks(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    wholesaler_id: Annotated[UUID | None, Query(description="Only this wholesaler's")] = None,
    week_start: Week = None,
    item_code: ItemCode = None,
    status: Annotated[StockStatus | None, Query(description="Only those in this status")] = None,
) -> Response:
    """Give the list of stocks as a file that can be sent back to `/stocks/import`."""
    owner_id = own_only(caller, Action.STOCKS_READ)
    wanted = StockFilter(owner_id, wholesaler_id, week_start, item_code, status)
    found = await stocks.list_stocks(
        work.session, region_code=caller.region_code, wanted=wanted, after=None, limit=MOST_ROWS + 1
    )
    items = await read_items(work.session)
    return await as_file(work, "stok", kind, STOCK_HEADER, stock_rows(found, items))


@router.get("/offers/export", tags=["offers"], dependencies=[READ_OFFERS], response_class=Response, responses=FILES)
async def export_offers(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    week_start: Week = None,
    item_code: ItemCode = None,
    status: Annotated[OfferStatus | None, Query(description="Only those in this status")] = None,
) -> Response:
    """Give the list of offers as a file that can be sent back to `/offers/import`; each lot has a row."""
    owner_id = own_only(caller, Action.OFFERS_READ)
    wanted = OfferFilter(owner_id, cooperative_id, week_start, item_code, status)
    found = await offers.list_offers(
        work.session, region_code=caller.region_code, wanted=wanted, after=None, limit=MOST_ROWS + 1
    )
    lots = await offers.lots_of(work.session, [offer.id for offer in found])
    items = await read_items(work.session)
    return await as_file(work, "penawaran", kind, OFFER_HEADER, offer_rows(found, lots, items))


@router.get(
    "/forecasts/export",
    tags=["forecasts"],
    dependencies=[allows(Action.FORECASTS_READ)],
    response_class=Response,
    responses=FILES,
)
async def export_forecast_lines(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
    week_start: Week = None,
    item_code: Annotated[str | None, Query(max_length=16, description="Only revisions with this item")] = None,
    status: Annotated[ForecastStatus | None, Query(description="Only revisions in this status")] = None,
) -> Response:
    """Give the lines of the revisions that the list shows, as a file."""
    owner_id = own_only(caller, Action.FORECASTS_READ)
    wanted = ForecastFilter(owner_id, kitchen_id, week_start, item_code, status)
    found = await forecasts.list_lines(work.session, region_code=caller.region_code, wanted=wanted, limit=MOST_ROWS + 1)
    return await as_file(work, "prakiraan", kind, LINE_HEADER, line_rows(found, await read_items(work.session)))


@router.get(
    "/orders/export",
    tags=["orders"],
    dependencies=[allows(Action.ORDERS_READ)],
    response_class=Response,
    responses=FILES,
)
async def export_orders(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    week_start: Annotated[date | None, Query(description="Only this week's", examples=["2026-11-30"])] = None,
    status: Annotated[OrderStatus | None, Query(description="Only those in this status")] = None,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    plan_id: Annotated[UUID | None, Query(description="Only those of this plan", examples=[None])] = None,
) -> Response:
    """Give the list of orders as a file; a kitchen sees the totals of its own lines."""
    wanted = seen_by(caller, cooperative_id=cooperative_id, plan_id=plan_id, week_start=week_start, status=status)
    found = await list_orders(
        work.session, region_code=caller.region_code, wanted=wanted, after=None, limit=MOST_ROWS + 1
    )
    return await as_file(work, "pesanan", kind, ORDER_HEADER, [_order_row(summary) for summary in found])


@router.get(
    "/orders/lines/export",
    tags=["orders"],
    dependencies=[allows(Action.ORDERS_READ)],
    response_class=Response,
    responses=FILES,
)
async def export_order_lines(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    week_start: Annotated[date | None, Query(description="Only this week's", examples=["2026-11-30"])] = None,
    status: Annotated[OrderStatus | None, Query(description="Only of orders in this status")] = None,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    plan_id: Annotated[UUID | None, Query(description="Only those of this plan", examples=[None])] = None,
) -> Response:
    """Give the lines of the orders that the list shows as a file; a kitchen gets its own lines."""
    wanted = seen_by(caller, cooperative_id=cooperative_id, plan_id=plan_id, week_start=week_start, status=status)
    found = await list_order_lines(work.session, region_code=caller.region_code, wanted=wanted, limit=MOST_ROWS + 1)
    return await as_file(work, "baris-pesanan", kind, ORDER_LINE_HEADER, [_order_line_row(*one) for one in found])


def _order_line_row(order: Order, cooperative: Organisation, shown: ShownLine) -> Sequence[Cell]:
    line, unit = shown.line, shown.item.unit
    accepted: tuple[Cell, Cell] = (None, None) if line.accepted_qty is None else as_typed(line.accepted_qty, unit)
    return (
        order.number,
        line.position,
        order.week_start,
        cooperative.name,
        shown.kitchen.name,
        shown.kitchen.code,
        line.needed_date,
        line.item_code,
        shown.item.name_id,
        *as_typed(line.ordered_qty, unit),
        *accepted,
        line.price_idr,
        value_idr(qty=line.ordered_qty, price_idr=line.price_idr, unit=unit),
        line.status,
        str(line.id),
    )


def _order_row(summary: OrderSummary) -> Sequence[Cell]:
    order = summary.order
    return (
        order.number,
        order.week_start,
        summary.cooperative.name,
        summary.cooperative.code,
        order.status,
        order.respond_by_at,
        summary.line_count,
        summary.waiting_count,
        int(summary.ordered_value_idr),
        int(summary.accepted_value_idr),
        str(order.id),
    )
