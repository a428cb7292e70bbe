"""What goes otherwise than ordered, as rows of a file: counter-prices, fallen and withdrawn goods, traces, recalls.

Titles are Indonesian; quantities stand in the base unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.database.queries.fallen_lines import FallenLine
from service.database.queries.price_proposals import ShownProposal
from service.database.queries.recalls import ListedRecallPart, TracedLot
from service.database.queries.withdrawals import ShownWithdrawal
from service.files.bounds import Cell

PRICE_PROPOSALS: Final = (
    "waktu",
    "pesanan",
    "koperasi",
    "dapur",
    "kode_barang",
    "nama",
    "satuan",
    "tanggal_masak",
    "jumlah_dipesan",
    "harga_pesanan",
    "harga_usulan",
    "keterangan",
    "status",
    "batas_keputusan",
    "id",
)
FALLEN_LINES: Final = (
    "pesanan",
    "koperasi",
    "dapur",
    "kode_barang",
    "nama",
    "satuan",
    "tanggal_masak",
    "status",
    "jumlah_jatuh",
    "cadangan",
    "id",
)
WITHDRAWALS: Final = (
    "waktu",
    "baris",
    "tanggal_masak",
    "kode_barang",
    "ditarik_pihak",
    "jumlah",
    "alasan",
    "keterangan",
    "ditarik_oleh",
    "id",
)
TRACE: Final = (
    "surat_jalan",
    "koperasi",
    "dapur",
    "tanggal_masak",
    "berangkat",
    "kode_barang",
    "lot",
    "produsen",
    "kedaluwarsa",
    "jumlah_lot",
    "jumlah_baris",
    "jumlah_diterima",
    "jumlah_ditolak",
)
RECALLS: Final = (
    "waktu",
    "status",
    "alasan",
    "lot",
    "produsen",
    "barang_ditarik",
    "dari_tanggal",
    "sampai_tanggal",
    "surat_jalan",
    "ditutup",
    "dapur",
    "kode_barang",
    "jumlah_diterima",
    "dimakan",
    "disimpan",
    "dibuang",
    "dikonfirmasi",
    "diingatkan",
    "diteruskan_ke_kota",
    "id",
)


def price_proposal_row(shown: ShownProposal) -> Sequence[Cell]:
    """Return a counter-price and what became of it."""
    proposal, line = shown.proposal, shown.line
    return (
        proposal.created_at,
        shown.order.number,
        shown.cooperative.name,
        shown.kitchen.name,
        line.item_code,
        shown.item.name_id,
        shown.item.unit,
        line.needed_date,
        line.ordered_qty,
        proposal.ordered_price_idr,
        proposal.proposed_price_idr,
        proposal.remark,
        proposal.status,
        proposal.decide_by_at,
        str(proposal.id),
    )


def fallen_line_row(fallen: FallenLine) -> Sequence[Cell]:
    """Return goods that nobody brings, and who would be asked first."""
    line = fallen.line
    return (
        fallen.order.number,
        fallen.cooperative.name,
        fallen.kitchen.name,
        line.item_code,
        fallen.item.name_id,
        fallen.item.unit,
        line.needed_date,
        line.status,
        fallen.qty,
        fallen.standby.name if fallen.standby else None,
        str(line.id),
    )


def withdrawal_row(shown: ShownWithdrawal) -> Sequence[Cell]:
    """Return what was taken off a line, by whom and why."""
    row, line = shown.withdrawal, shown.line
    return (
        row.created_at,
        line.position,
        line.needed_date,
        line.item_code,
        row.withdrawer,
        row.withdrawn_qty,
        row.reason,
        row.remark,
        shown.withdrawn_by,
        str(row.id),
    )


def trace_row(lot: TracedLot) -> Sequence[Cell]:
    """Return goods of one lot on one delivery, and what the kitchen did with the line."""
    return (
        lot.number,
        lot.cooperative_name,
        lot.kitchen_name,
        lot.needed_date,
        lot.dispatched_at,
        lot.item_code,
        lot.lot_code,
        lot.producer,
        lot.expires_on,
        lot.shipped_qty,
        lot.line_shipped_qty,
        lot.line_accepted_qty,
        lot.line_rejected_qty,
    )


def recall_row(listed: ListedRecallPart) -> Sequence[Cell]:
    """Return a recall with one kitchen's goods of one item; nothing of a kitchen where none got any."""
    recall, part = listed.recall, listed.part
    said: tuple[Cell, ...] = (None,) * 8
    if part is not None:
        said = (
            part.item_code,
            part.accepted_qty,
            part.eaten_qty,
            part.stored_qty,
            part.discarded_qty,
            part.confirmed_at,
            part.reminded_at,
            part.escalated_at,
        )
    return (
        recall.created_at,
        recall.status,
        recall.reason,
        recall.lot_code,
        recall.producer,
        recall.item_code,
        recall.from_date,
        recall.to_date,
        recall.delivery_number,
        recall.closed_at,
        listed.kitchen_name,
        *said,
        str(recall.id),
    )
