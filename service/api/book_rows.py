"""Books, and what members owe and have tied up, as rows of a file; titles are Indonesian, money in whole rupiah."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.database.queries.exposures import ExposedCooperative, ExposedKitchen
from service.database.queries.ledgers import ShownEntry, Statement
from service.files.bounds import Cell
from service.words.trade_words import BOOKED

LEDGER: Final = (
    "tanggal",
    "buku",
    "kode_buku",
    "lawan",
    "kode_lawan",
    "akun",
    "debit",
    "kredit",
    "dokumen",
    "nomor",
    "id_mutasi",
    "id",
)
STATEMENTS: Final = ("kode", "nama", "saldo_awal", "mutasi", "saldo_akhir", "id")
EXPOSURES: Final = (
    "kode",
    "koperasi",
    "modal",
    "piutang",
    "belum_ditagih",
    "kemasan",
    "barang_sendiri",
    "terpakai",
    "sisa",
    "id",
)
KITCHEN_EXPOSURES: Final = (
    "kode",
    "dapur",
    "utang",
    "terlambat",
    "dipesan",
    "akan_dikembalikan",
    "terpakai",
    "id",
)


def ledger_row(shown: ShownEntry) -> Sequence[Cell]:
    """Return one side of a movement in one book, debit and credit apart."""
    entry = shown.entry
    return (
        entry.booked_on,
        shown.organisation.name,
        shown.organisation.code,
        shown.counterparty.name,
        shown.counterparty.code,
        entry.account,
        max(0, entry.amount_idr),
        max(0, -entry.amount_idr),
        BOOKED.get(shown.document, shown.document),
        shown.number,
        str(entry.movement_id),
        str(entry.id),
    )


def statement_row(statement: Statement) -> Sequence[Cell]:
    """Return what another organisation owes (below 0: is owed) before and after a period."""
    other = statement.counterparty
    return (other.code, other.name, statement.opening_idr, statement.moved_idr, statement.closing_idr, str(other.id))


def exposure_row(row: ExposedCooperative) -> Sequence[Cell]:
    """Return what a cooperative's capital is tied up in, and what is left of it."""
    exposure = row.exposure
    return (
        row.cooperative.code,
        row.cooperative.name,
        exposure.capital_idr,
        exposure.owed_idr,
        exposure.under_way_idr,
        exposure.packs_idr,
        exposure.own_goods_idr,
        exposure.exposed_idr,
        exposure.free_idr,
        str(row.cooperative.id),
    )


def kitchen_exposure_row(row: ExposedKitchen) -> Sequence[Cell]:
    """Return what a kitchen owes and will owe."""
    exposure = row.exposure
    return (
        row.kitchen.code,
        row.kitchen.name,
        exposure.owed_idr,
        exposure.overdue_idr,
        exposure.ordered_idr,
        exposure.refundable_idr,
        exposure.exposed_idr,
        str(row.kitchen.id),
    )
