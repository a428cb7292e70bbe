"""Goods under way and money as rows of a file; titles are Indonesian, quantities in the base unit beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.database.queries.credit_notes import CreditedLine
from service.database.queries.deliveries import ListedDeliveryLine
from service.database.queries.invoices import InvoiceSummary, ListedPayment
from service.database.queries.purchases import ListedPurchaseLine
from service.database.queries.receipts import ListedReceiptLine
from service.domain.invoices import open_idr
from service.files.bounds import Cell

DELIVERIES: Final = (
    "surat_jalan",
    "tanggal_masak",
    "koperasi",
    "dapur",
    "status",
    "baris",
    "kode_barang",
    "nama",
    "satuan",
    "jumlah_rencana",
    "jumlah_dikirim",
    "nasib_sisa",
    "alasan",
    "harga",
    "id",
)
RECEIPTS: Final = (
    "surat_jalan",
    "tanggal_masak",
    "koperasi",
    "dapur",
    "status",
    "ditandatangani",
    "kode_barang",
    "nama",
    "satuan",
    "jumlah_dikirim",
    "jumlah_ditimbang",
    "jumlah_diterima",
    "jumlah_ditolak",
    "alasan",
    "keterangan",
    "id",
)
CREDIT_NOTES: Final = (
    "nomor",
    "tanggal",
    "faktur",
    "koperasi",
    "dapur",
    "baris",
    "kode_barang",
    "nama",
    "satuan",
    "jumlah",
    "nilai",
    "alasan",
    "keterangan",
    "id",
)
INVOICES: Final = (
    "nomor",
    "tanggal",
    "jatuh_tempo",
    "koperasi",
    "dapur",
    "nilai",
    "nota_kredit",
    "dibayar",
    "sisa",
    "status",
    "id",
)
PAYMENTS: Final = (
    "tanggal",
    "jenis",
    "faktur",
    "koperasi",
    "dapur",
    "jumlah",
    "acuan",
    "membatalkan",
    "id",
)
PURCHASES: Final = (
    "nomor",
    "minggu",
    "koperasi",
    "grosir",
    "status",
    "kode_barang",
    "nama",
    "satuan",
    "isi_kemasan",
    "harga_kemasan",
    "kemasan_dipesan",
    "kemasan_disanggupi",
    "alasan",
    "nilai",
    "id",
)


def delivery_row(listed: ListedDeliveryLine) -> Sequence[Cell]:
    """Return what a note says of one line."""
    note, line, item = listed.summary.delivery, listed.line, listed.item
    return (
        note.number,
        note.needed_date,
        listed.summary.cooperative.name,
        listed.summary.kitchen.name,
        note.status,
        line.position,
        line.item_code,
        item.name_id,
        item.unit,
        line.planned_qty,
        line.shipped_qty,
        line.rest_fate,
        line.rest_reason,
        line.price_idr,
        str(line.id),
    )


def receipt_row(listed: ListedReceiptLine) -> Sequence[Cell]:
    """Return what a kitchen took of one line."""
    note, receipt, line, item = listed.summary.delivery, listed.summary.receipt, listed.line, listed.item
    return (
        note.number,
        note.needed_date,
        listed.summary.cooperative.name,
        listed.summary.kitchen.name,
        receipt.status,
        receipt.signed_at,
        line.item_code,
        item.name_id,
        item.unit,
        line.shipped_qty,
        line.received_qty,
        line.accepted_qty,
        line.rejected_qty,
        line.reason,
        line.remark,
        str(line.id),
    )


def credit_note_row(credited: CreditedLine) -> Sequence[Cell]:
    """Return what a credit note takes off for one line."""
    note, line, item = credited.summary.note, credited.line, credited.item
    return (
        note.number,
        note.issued_on,
        credited.summary.invoice.number,
        credited.summary.cooperative.name,
        credited.summary.kitchen.name,
        line.position,
        line.item_code,
        item.name_id,
        item.unit,
        line.qty,
        line.value_idr,
        line.reason,
        line.remark,
        str(line.id),
    )


def invoice_row(summary: InvoiceSummary) -> Sequence[Cell]:
    """Return what an invoice asks for, and what of it is left."""
    invoice = summary.invoice
    return (
        invoice.number,
        invoice.issued_on,
        invoice.due_on,
        summary.cooperative.name,
        summary.kitchen.name,
        invoice.total_idr,
        invoice.credited_idr,
        invoice.paid_idr,
        open_idr(invoice),
        invoice.status,
        str(invoice.id),
    )


def payment_row(listed: ListedPayment) -> Sequence[Cell]:
    """Return money that moved for an invoice; below 0 what was taken back or refunded."""
    payment = listed.payment
    return (
        payment.paid_on,
        payment.kind,
        listed.summary.invoice.number,
        listed.summary.cooperative.name,
        listed.summary.kitchen.name,
        payment.amount_idr,
        payment.reference,
        str(payment.reverses_id) if payment.reverses_id else None,
        str(payment.id),
    )


def purchase_row(listed: ListedPurchaseLine) -> Sequence[Cell]:
    """Return what is bought of one stock."""
    purchase, line, item = listed.summary.purchase, listed.line, listed.item
    packs = line.ordered_packs if line.confirmed_packs is None else line.confirmed_packs
    return (
        purchase.number,
        purchase.week_start,
        listed.summary.cooperative.name,
        listed.summary.wholesaler.name,
        line.status,
        line.item_code,
        item.name_id,
        item.unit,
        line.pack_qty,
        line.price_idr,
        line.ordered_packs,
        line.confirmed_packs,
        line.reason,
        packs * line.price_idr,
        str(line.id),
    )
