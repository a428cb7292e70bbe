"""Every list as a file, in one place: for whoever checks the week with a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.domain.permissions import Action
from service.web.city_week import week_in_view
from service.web.page import Page
from service.web.routes import PageRoute
from service.web.words import marked as _

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class ExportedList:
    """A list that the API gives as a file: its address, its name, the right to it, whether a week narrows it."""

    path: str
    label: str
    action: Action
    is_by_week: bool = False


LISTS: Final = (
    ExportedList("/forecasts/export", _("Kebutuhan dapur"), Action.FORECASTS_READ, is_by_week=True),
    ExportedList("/offers/export", _("Penawaran koperasi"), Action.OFFERS_READ, is_by_week=True),
    ExportedList("/stocks/export", _("Stok grosir"), Action.STOCKS_READ, is_by_week=True),
    ExportedList("/orders/export", _("Pesanan"), Action.ORDERS_READ, is_by_week=True),
    ExportedList("/orders/lines/export", _("Baris pesanan"), Action.ORDERS_READ, is_by_week=True),
    ExportedList("/fallen-lines/export", _("Baris yang jatuh"), Action.ORDERS_MOVE, is_by_week=True),
    ExportedList("/price-proposals/export", _("Usulan harga"), Action.PRICE_PROPOSALS_READ),
    ExportedList("/purchases/export", _("Pembelian koperasi ke grosir"), Action.PURCHASES_READ, is_by_week=True),
    ExportedList("/deliveries/export", _("Surat jalan"), Action.DELIVERIES_READ),
    ExportedList("/receipts/export", _("Berita acara penerimaan"), Action.DELIVERIES_READ, is_by_week=True),
    ExportedList("/invoices/export", _("Tagihan"), Action.INVOICES_READ),
    ExportedList("/credit-notes/export", _("Nota kredit"), Action.INVOICES_READ),
    ExportedList("/payments/export", _("Pembayaran"), Action.INVOICES_READ),
    ExportedList("/ledger/export", _("Buku besar"), Action.LEDGER_READ),
    ExportedList("/exposures/export", _("Modal koperasi yang terikat"), Action.EXPOSURES_READ, is_by_week=True),
    ExportedList("/exposures/kitchens/export", _("Utang dapur"), Action.KITCHEN_EXPOSURES_READ, is_by_week=True),
    ExportedList("/reliability/export", _("Keandalan koperasi"), Action.RELIABILITY_READ, is_by_week=True),
    ExportedList("/recalls/export", _("Penarikan barang"), Action.RECALLS_READ),
    ExportedList("/outlet-stock/export", _("Stok gerai"), Action.OUTLET_STOCK_READ),
    ExportedList("/organisations/export", _("Organisasi"), Action.ORGANISATIONS_READ),
    ExportedList("/users/export", _("Pengguna"), Action.USERS_READ),
    ExportedList("/audit/export", _("Jejak audit"), Action.AUDIT_READ),
)


@router.get("/exports", dependencies=[allows(Action.RUNS_READ)])
async def show_exports(page: Page) -> Response:
    """List what can be had as a file."""
    lists = [one for one in LISTS if page.may(one.action)]
    return await page.show("exports/exports.html", week=await week_in_view(page), lists=lists)
