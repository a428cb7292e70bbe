"""Every list as a file, in one place: for whoever checks the week with a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.database.queries.plans import list_plans
from service.domain.permissions import Action
from service.domain.plans import PlanStatus
from service.web.city_week import week_in_view
from service.web.page import Page
from service.web.routes import PageRoute
from service.words.marking import marked as _

router = APIRouter(route_class=PageRoute, include_in_schema=False)

GOODS: Final = _("Barang dari minggu ke minggu")
MONEY: Final = _("Uang")
MEMBERS: Final = _("Anggota")
RULES: Final = _("Barang, menu dan aturan")
RECORDS: Final = _("Catatan")


@dataclass(frozen=True, slots=True)
class ExportedList:
    """A list that the API gives as a file: under which heading, its address, its name, and the right to it.

    A week narrows it or not; a list of the city is not shown to members, whose part of it is themselves.
    """

    group: str
    path: str
    label: str
    action: Action
    is_by_week: bool = False
    is_citys: bool = False


LISTS: Final = (
    ExportedList(GOODS, "/forecasts/export", _("Kebutuhan dapur"), Action.FORECASTS_READ, is_by_week=True),
    ExportedList(GOODS, "/offers/export", _("Penawaran koperasi"), Action.OFFERS_READ, is_by_week=True),
    ExportedList(GOODS, "/stocks/export", _("Stok grosir"), Action.STOCKS_READ, is_by_week=True),
    ExportedList(GOODS, "/plans/export", _("Rencana"), Action.RUNS_READ, is_by_week=True),
    ExportedList(GOODS, "/runs/export", _("Pencocokan"), Action.RUNS_READ, is_by_week=True),
    ExportedList(GOODS, "/orders/export", _("Pesanan"), Action.ORDERS_READ, is_by_week=True),
    ExportedList(GOODS, "/orders/lines/export", _("Baris pesanan"), Action.ORDERS_READ, is_by_week=True),
    ExportedList(GOODS, "/fallen-lines/export", _("Baris yang jatuh"), Action.ORDERS_MOVE, is_by_week=True),
    ExportedList(GOODS, "/price-proposals/export", _("Usulan harga"), Action.PRICE_PROPOSALS_READ),
    ExportedList(GOODS, "/purchases/export", _("Pembelian koperasi ke grosir"), Action.PURCHASES_READ, is_by_week=True),
    ExportedList(GOODS, "/deliveries/export", _("Surat jalan"), Action.DELIVERIES_READ),
    ExportedList(GOODS, "/receipts/export", _("Berita acara penerimaan"), Action.DELIVERIES_READ, is_by_week=True),
    ExportedList(GOODS, "/recalls/export", _("Penarikan barang"), Action.RECALLS_READ),
    ExportedList(GOODS, "/outlet-stock/export", _("Stok gerai"), Action.OUTLET_STOCK_READ),
    ExportedList(MONEY, "/invoices/export", _("Tagihan"), Action.INVOICES_READ),
    ExportedList(MONEY, "/credit-notes/export", _("Nota kredit"), Action.INVOICES_READ),
    ExportedList(MONEY, "/payments/export", _("Pembayaran"), Action.INVOICES_READ),
    ExportedList(MONEY, "/ledger/export", _("Buku besar"), Action.LEDGER_READ),
    ExportedList(MONEY, "/exposures/export", _("Modal koperasi yang terikat"), Action.EXPOSURES_READ, is_by_week=True),
    ExportedList(MONEY, "/exposures/kitchens/export", _("Utang dapur"), Action.KITCHEN_EXPOSURES_READ, is_by_week=True),
    ExportedList(MEMBERS, "/organisations/export", _("Organisasi"), Action.ORGANISATIONS_READ, is_citys=True),
    ExportedList(MEMBERS, "/kitchens/export", _("Dapur"), Action.ORGANISATIONS_READ, is_citys=True),
    ExportedList(MEMBERS, "/cooperatives/export", _("Koperasi"), Action.ORGANISATIONS_READ, is_citys=True),
    ExportedList(MEMBERS, "/wholesalers/export", _("Grosir"), Action.ORGANISATIONS_READ, is_citys=True),
    ExportedList(MEMBERS, "/reliability/export", _("Keandalan koperasi"), Action.RELIABILITY_READ, is_by_week=True),
    ExportedList(MEMBERS, "/users/export", _("Pengguna"), Action.USERS_READ),
    ExportedList(MEMBERS, "/last-seen/export", _("Terakhir terlihat"), Action.USERS_READ, is_citys=True),
    ExportedList(RULES, "/items/export", _("Barang"), Action.CATALOGUE_READ),
    ExportedList(RULES, "/recipes/export", _("Resep"), Action.CATALOGUE_READ),
    ExportedList(RULES, "/menu-days/export", _("Siklus menu"), Action.CATALOGUE_READ),
    ExportedList(RULES, "/price-caps/export", _("Batas harga"), Action.CATALOGUE_READ),
    ExportedList(RULES, "/price-exceptions/export", _("Pengecualian harga"), Action.PRICE_EXCEPTIONS_READ),
    ExportedList(RULES, "/policies/export", _("Kebijakan"), Action.POLICIES_READ),
    ExportedList(RULES, "/kelurahan/export", _("Kelurahan"), Action.CATALOGUE_READ),
    ExportedList(RECORDS, "/events/export", _("Kejadian"), Action.EVENTS_READ),
    ExportedList(RECORDS, "/audit/export", _("Jejak audit"), Action.AUDIT_READ),
)
PARTS_OF_A_PLAN: Final = (
    ("allocations", _("Rencana terbit: siapa mengirim apa ke siapa"), Action.PLANS_READ),
    ("purchases", _("Rencana terbit: kemasan yang dibeli"), Action.PURCHASES_READ),
    ("shortages", _("Rencana terbit: apa yang kurang, dan sebabnya"), Action.PLANS_READ),
)


@router.get("/exports", dependencies=[allows(Action.CATALOGUE_READ)])
async def show_exports(page: Page) -> Response:
    """List what the reader can have as a file."""
    week = await week_in_view(page)
    is_member = not page.may(Action.RUNS_READ)
    lists = [one for one in LISTS if page.may(one.action) and not (one.is_citys and is_member)]
    lists[:0] = await _parts_of_plan(page, week.week_start)
    groups = [(group, list(found)) for group, found in groupby(lists, key=lambda one: one.group)]
    return await page.show("exports/exports.html", week=week, groups=groups)


async def _parts_of_plan(page: Page, week_start: date) -> list[ExportedList]:
    """Return the parts of the plan in force in a week; for a cooperative or a kitchen they hold its own rows."""
    if not page.may(Action.PLANS_READ):
        return []
    plans = await list_plans(
        page.work.session,
        region_code=page.caller.region_code,
        week_start=week_start,
        statuses=frozenset({PlanStatus.PUBLISHED}),
        after=None,
        limit=1,
    )
    return [
        ExportedList(GOODS, f"/plans/{plan.id}/{part}/export", label, action, is_by_week=True)
        for plan in plans
        for part, label, action in PARTS_OF_A_PLAN
        if page.may(action)
    ]
