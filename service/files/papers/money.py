"""Papers of money: the invoice (faktur), the credit note (nota kredit), receipts of money that moved (kuitansi)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.credit_notes import CreditNote, CreditNoteLine
from service.domain.invoices import Invoice, InvoiceLine, open_idr
from service.domain.items import Item
from service.domain.purchases import Purchase
from service.domain.terbilang import rupiah_in_words
from service.files.papers.goods import REASONS, Issued
from service.files.papers.paper import Align, Column, Paper, Party, SignatureBlock
from service.files.papers.wording import long_date, quantity, rupiah, thousands

STAMP_ABOVE_IDR = 5_000_000
"""Papers that acknowledge more than this carry a stamp duty of Rp 10,000 (Law 10/2020)."""


def invoice_paper(
    invoice: Invoice, lines: Sequence[tuple[InvoiceLine, Item]], cooperative: Party, kitchen: Party, issued: Issued
) -> Paper:
    """Return an invoice with its sum in figures and in words."""
    return Paper(
        title="Faktur",
        number=invoice.number,
        place_and_date=f"{issued.place}, {long_date(invoice.issued_on)}",
        issuer=cooperative,
        receiver_label="Kepada",
        receiver=kitchen,
        made_at=issued.made_at,
        facts=(
            ("Tanggal faktur", long_date(invoice.issued_on)),
            ("Jatuh tempo", long_date(invoice.due_on)),
        ),
        columns=(
            Column("No.", 6, Align.RIGHT),
            Column("Barang", 44),
            Column("Jumlah", 20, Align.RIGHT),
            Column("Harga satuan (Rp)", 22, Align.RIGHT),
            Column("Nilai (Rp)", 24, Align.RIGHT),
        ),
        rows=tuple(
            (
                str(line.position),
                item.name_id,
                quantity(line.qty, item.unit),
                thousands(line.price_idr),
                thousands(line.value_idr),
            )
            for line, item in lines
        ),
        sums=(
            ("Jumlah", rupiah(invoice.total_idr)),
            ("Sudah dibayar", rupiah(invoice.paid_idr)),
            *([("Nota kredit", rupiah(invoice.credited_idr))] if invoice.credited_idr else []),
            ("Sisa tagihan", rupiah(open_idr(invoice))),
        ),
        closing=f"Terbilang: {rupiah_in_words(invoice.total_idr)}.",
        signatures=(SignatureBlock("Hormat kami", cooperative.name),),
        needs_stamp=invoice.total_idr > STAMP_ABOVE_IDR,
    )


def credit_note_paper(
    note: CreditNote,
    lines: Sequence[tuple[CreditNoteLine, Item]],
    invoice: Invoice,
    *,
    cooperative: Party,
    kitchen: Party,
    issued: Issued,
) -> Paper:
    """Return a credit note: the invoice that it lowers, and for every line what turned out bad and why."""
    return Paper(
        title="Nota Kredit",
        number=note.number,
        place_and_date=f"{issued.place}, {long_date(note.issued_on)}",
        issuer=cooperative,
        receiver_label="Kepada",
        receiver=kitchen,
        made_at=issued.made_at,
        facts=(
            ("Tanggal nota kredit", long_date(note.issued_on)),
            ("Mengurangi faktur", f"{invoice.number} tanggal {long_date(invoice.issued_on)}"),
            ("Nilai faktur", rupiah(invoice.total_idr)),
        ),
        opening="Barang berikut ditolak setelah serah terima dan tidak ditagih.",
        columns=(
            Column("No.", 6, Align.RIGHT),
            Column("Barang", 38),
            Column("Jumlah", 18, Align.RIGHT),
            Column("Alasan", 44),
            Column("Nilai (Rp)", 24, Align.RIGHT),
        ),
        rows=tuple(
            (str(line.position), item.name_id, quantity(line.qty, item.unit), _why(line), thousands(line.value_idr))
            for line, item in lines
        ),
        sums=(("Jumlah nota kredit", rupiah(note.total_idr)),),
        closing=f"Terbilang: {rupiah_in_words(note.total_idr)}.",
        signatures=(
            SignatureBlock("Diterima oleh", kitchen.name),
            SignatureBlock("Hormat kami", cooperative.name),
        ),
    )


@dataclass(frozen=True, slots=True)
class MovedMoney:
    """Money as a kuitansi acknowledges it: rupiah above 0, day, transfer; why it was taken back, if it was."""

    amount_idr: int
    paid_on: date
    reference: str
    taken_back: str | None = None


def payment_paper(moved: MovedMoney, invoice: Invoice, *, cooperative: Party, kitchen: Party, issued: Issued) -> Paper:
    """Return the receipt that a cooperative gives for a payment."""
    return _receipt(moved, invoice.number, f"Pembayaran {_named(invoice)}", cooperative, kitchen, issued)


def refund_paper(moved: MovedMoney, invoice: Invoice, *, cooperative: Party, kitchen: Party, issued: Issued) -> Paper:
    """Return the receipt that a kitchen gives for money that came back to it."""
    what = f"Pengembalian kelebihan pembayaran {_named(invoice)}"
    return _receipt(moved, invoice.number, what, kitchen, cooperative, issued)


def purchase_payment_paper(
    moved: MovedMoney, purchase: Purchase, *, cooperative: Party, wholesaler: Party, issued: Issued
) -> Paper:
    """Return the receipt that a wholesaler gives for packs that were paid."""
    what = f"Pembayaran surat pembelian {purchase.number}, minggu mulai {long_date(purchase.week_start)}"
    return _receipt(moved, purchase.number, what, wholesaler, cooperative, issued)


def _receipt(  # noqa: PLR0917 - private, in the order in which the paper says it
    moved: MovedMoney, document: str, purpose: str, taker: Party, giver: Party, issued: Issued
) -> Paper:
    taken_back = (("Dibatalkan", moved.taken_back),) if moved.taken_back else ()
    return Paper(
        title="Kuitansi",
        number=f"{document} · {moved.reference}",
        place_and_date=f"{issued.place}, {long_date(moved.paid_on)}",
        issuer=taker,
        receiver_label="Sudah terima dari",
        receiver=giver,
        made_at=issued.made_at,
        facts=(
            ("Uang sejumlah", rupiah(moved.amount_idr)),
            ("Terbilang", rupiah_in_words(moved.amount_idr)),
            ("Untuk", purpose),
            ("Acuan bank", moved.reference),
            *taken_back,
        ),
        sums=(("Jumlah", rupiah(moved.amount_idr)),),
        signatures=(SignatureBlock("Penerima", taker.name),),
        needs_stamp=moved.amount_idr > STAMP_ABOVE_IDR,
    )


def _named(invoice: Invoice) -> str:
    return f"faktur {invoice.number} tanggal {long_date(invoice.issued_on)}"


def _why(line: CreditNoteLine) -> str:
    return f"{REASONS[line.reason]}: {line.remark}" if line.remark else REASONS[line.reason]
