"""Where each role can go from every page: the entries of the menu, the most used first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.domain.people import Role
from service.domain.permissions import Action, Actor, reach_of
from service.words.marking import marked as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; shown to the roles named that have the right."""

    label: str
    path: str
    action: Action
    roles: frozenset[Role]


KITCHEN: Final = frozenset({Role.KITCHEN_HEAD, Role.KITCHEN_ACCOUNTANT, Role.FIELD_ASSISTANT})
COOPERATIVE: Final = frozenset({Role.COOP_OFFICER})
WHOLESALER: Final = frozenset({Role.WHOLESALER})
CITY: Final = frozenset({Role.CITY_OPERATOR, Role.FOOD_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR})

ENTRIES: Final[tuple[Entry, ...]] = (
    Entry(_("Beranda"), "/", Action.ACCOUNT, KITCHEN | COOPERATIVE | WHOLESALER | CITY),
    Entry(_("Pesanan"), "/orders", Action.ORDERS_READ, COOPERATIVE),
    Entry(_("Minggu ini"), "/weeks", Action.FORECASTS_READ, KITCHEN),
    Entry(_("Pencocokan"), "/runs", Action.RUNS_READ, CITY),
    Entry(_("Rencana"), "/plans", Action.RUNS_READ, CITY),
    Entry(_("Jawaban koperasi"), "/answers-board", Action.RUNS_READ, CITY),
    Entry(_("Baris yang jatuh"), "/fallen-lines", Action.ORDERS_MOVE, CITY),
    Entry(_("Organisasi"), "/organisations", Action.ORGANISATIONS_READ, CITY),
    Entry(_("Pengguna"), "/users", Action.USERS_READ, CITY),
    Entry(_("Batas harga"), "/price-caps", Action.CATALOGUE_READ, KITCHEN | COOPERATIVE | WHOLESALER | CITY),
    Entry(_("Pengecualian harga"), "/price-exceptions", Action.PRICE_EXCEPTIONS_READ, CITY),
    Entry(_("Penarikan barang"), "/recalls", Action.RECALLS_READ, KITCHEN | CITY),
    Entry(_("Kebijakan"), "/policies", Action.POLICIES_READ, CITY),
    Entry(_("Buku besar"), "/ledger", Action.LEDGER_READ, COOPERATIVE | WHOLESALER | CITY),
    Entry(_("Jejak audit"), "/audit", Action.AUDIT_READ, CITY),
    Entry(_("Terima barang"), "/receipts", Action.DELIVERIES_READ, KITCHEN),
    Entry(_("Usulan harga"), "/price-proposals", Action.PRICE_PROPOSALS_DECIDE, KITCHEN),
    Entry(_("Tagihan"), "/payments", Action.INVOICES_READ, KITCHEN),
    Entry(_("Pemasok kami"), "/suppliers", Action.INVOICES_READ, KITCHEN),
    Entry(_("Pengiriman"), "/deliveries", Action.DELIVERIES_READ, COOPERATIVE),
    Entry(_("Pembelian"), "/purchases", Action.PURCHASES_READ, COOPERATIVE | WHOLESALER),
    Entry(_("Penawaran"), "/offers", Action.OFFERS_WRITE, COOPERATIVE),
    Entry(_("Yang dibutuhkan di sekitar"), "/demand-near-me", Action.OFFERS_WRITE, COOPERATIVE),
    Entry(_("Stok"), "/stocks", Action.STOCKS_WRITE, WHOLESALER),
    Entry(_("Kebutuhan kota"), "/city-demand", Action.STOCKS_WRITE, WHOLESALER),
    Entry(_("Uang"), "/money", Action.LEDGER_READ, COOPERATIVE | WHOLESALER),
    Entry(_("Jatah adil dan keandalan"), "/fair-share", Action.RELIABILITY_READ, COOPERATIVE),
    Entry(_("Unduhan"), "/exports", Action.CATALOGUE_READ, KITCHEN | COOPERATIVE | WHOLESALER | CITY),
    Entry(_("Akun saya"), "/account", Action.CREDENTIALS, KITCHEN | COOPERATIVE | WHOLESALER | CITY),
)


def entries_for(actor: Actor) -> tuple[Entry, ...]:
    """Return the menu of a caller."""
    return tuple(entry for entry in ENTRIES if actor.role in entry.roles and reach_of(actor, entry.action) is not None)
