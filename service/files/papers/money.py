"""Papers of money: the invoice (faktur) and the receipt of a payment (kuitansi)."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.invoices import Invoice, InvoiceLine, Payment, open_idr
from service.domain.items import Item
from service.domain.terbilang import rupiah_in_words
from service.files.papers.goods import Issued
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


def payment_paper(payment: Payment, invoice: Invoice, cooperative: Party, kitchen: Party, issued: Issued) -> Paper:
    """Return the receipt that a cooperative gives for a payment."""
    return Paper(
        title="Kuitansi",
        number=f"{invoice.number} · {payment.reference}",
        place_and_date=f"{issued.place}, {long_date(payment.paid_on)}",
        issuer=cooperative,
        receiver_label="Sudah terima dari",
        receiver=kitchen,
        made_at=issued.made_at,
        facts=(
            ("Uang sejumlah", rupiah(payment.amount_idr)),
            ("Terbilang", rupiah_in_words(payment.amount_idr)),
            ("Untuk pembayaran", f"Faktur {invoice.number} tanggal {long_date(invoice.issued_on)}"),
            ("Acuan bank", payment.reference),
        ),
        sums=(("Jumlah", rupiah(payment.amount_idr)),),
        signatures=(SignatureBlock("Penerima", cooperative.name),),
        needs_stamp=payment.amount_idr > STAMP_ABOVE_IDR,
    )
