"""The paper of a purchase (surat pembelian): what a cooperative buys of a wholesaler, in whole packs."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain.items import Item
from service.domain.payables import due_on
from service.domain.purchases import Purchase, PurchaseLine, held_packs
from service.files.papers.goods import Issued
from service.files.papers.paper import Align, Column, Paper, Party, SignatureBlock
from service.files.papers.wording import long_date, quantity, rupiah, thousands


def purchase_paper(
    purchase: Purchase,
    lines: Sequence[tuple[PurchaseLine, Item]],
    *,
    cooperative: Party,
    wholesaler: Party,
    issued: Issued,
) -> Paper:
    """Return the purchase as it stands: what was confirmed, or asked for as long as nobody has answered."""
    values = [held_packs(line) * line.price_idr for line, _ in lines]
    return Paper(
        title="Surat Pembelian",
        number=purchase.number,
        place_and_date=issued.place_and_date,
        issuer=cooperative,
        receiver_label="Kepada",
        receiver=wholesaler,
        made_at=issued.made_at,
        facts=(("Minggu mulai", long_date(purchase.week_start)), ("Pembayaran", _terms(purchase))),
        opening="Mohon disiapkan barang berikut dalam kemasan utuh.",
        columns=(
            Column("No.", 6, Align.RIGHT),
            Column("Barang", 40),
            Column("Isi kemasan", 22, Align.RIGHT),
            Column("Kemasan", 16, Align.RIGHT),
            Column("Harga per kemasan (Rp)", 26, Align.RIGHT),
            Column("Nilai (Rp)", 24, Align.RIGHT),
        ),
        rows=tuple(
            (
                str(number),
                item.name_id,
                quantity(line.pack_qty, item.unit),
                thousands(held_packs(line)),
                thousands(line.price_idr),
                thousands(value),
            )
            for number, ((line, item), value) in enumerate(zip(lines, values, strict=True), 1)
        ),
        sums=(("Jumlah seluruhnya", rupiah(sum(values))),),
        signatures=(
            SignatureBlock("Diterima oleh", wholesaler.name),
            SignatureBlock("Dibeli oleh", cooperative.name),
        ),
    )


def _terms(purchase: Purchase) -> str:
    """Return until when it is to be paid: a day once something is owed for, before that the days that will count."""
    last = due_on(purchase)
    if last is not None:
        return f"paling lambat {long_date(last)}"
    return f"{purchase.due_days} hari setelah dijawab" if purchase.due_days else "pada hari dijawab"
