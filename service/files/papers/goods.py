"""Papers that go with goods: the order (surat pesanan), the delivery note (surat jalan), the handover minute (BAST)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.deliveries import Delivery, DeliveryLine, DeliveryLot
from service.domain.items import Item
from service.domain.orders import Order, OrderLine
from service.domain.receipts import Receipt, ReceiptLine, RejectReason, Side, Signature
from service.domain.units import value_idr
from service.files.papers.paper import Align, Column, Paper, Party, SignatureBlock
from service.files.papers.wording import (
    long_date,
    quantity,
    rupiah,
    short_date,
    temperature,
    thousands,
    weekday_and_date,
)

REASONS = {
    RejectReason.WRONG_GOODS: "barang salah",
    RejectReason.DAMAGED: "rusak",
    RejectReason.SPOILED: "busuk",
    RejectReason.TOO_WARM: "suhu terlalu tinggi",
    RejectReason.EXPIRED: "kedaluwarsa",
    RejectReason.UNDERWEIGHT: "kurang timbangan",
    RejectReason.PAPERS_MISSING: "surat tidak lengkap",
    RejectReason.LATE: "terlambat",
    RejectReason.OTHER: "lainnya",
}
_NO = Column("No.", 5, Align.RIGHT)
_QTY = Column("Jumlah", 13, Align.RIGHT)


@dataclass(frozen=True, slots=True)
class Issued:
    """Where and when a paper is made: the region's name, the instant, the instant there."""

    place: str
    made_at: datetime
    local: datetime

    @property
    def place_and_date(self) -> str:
        """Return both as a letter has them: "Kota Bogor, 27 November 2026"."""
        return f"{self.place}, {long_date(self.local.date())}"


@dataclass(frozen=True, slots=True)
class OrderedGoods:
    """A line of an order with its item and the kitchen it is for."""

    line: OrderLine
    item: Item
    kitchen: str


@dataclass(frozen=True, slots=True)
class NotedGoods:
    """A line of a delivery note with its item and lots, and, once weighed, what was taken in."""

    line: DeliveryLine
    item: Item
    lots: tuple[DeliveryLot, ...]
    weighed: ReceiptLine | None = None


def order_paper(
    order: Order, goods: Sequence[OrderedGoods], office: Party, cooperative: Party, issued: Issued
) -> Paper:
    """Return the order that the city's office sends to a cooperative."""
    values = [value_idr(qty=g.line.ordered_qty, price_idr=g.line.price_idr, unit=g.item.unit) for g in goods]
    rows = tuple(
        (
            str(g.line.position),
            short_date(g.line.needed_date),
            g.kitchen,
            g.item.name_id,
            quantity(g.line.ordered_qty, g.item.unit),
            thousands(g.line.price_idr),
            thousands(value),
        )
        for g, value in zip(goods, values, strict=True)
    )
    return Paper(
        title="Surat Pesanan",
        number=order.number,
        place_and_date=issued.place_and_date,
        issuer=office,
        receiver_label="Kepada",
        receiver=cooperative,
        made_at=issued.made_at,
        facts=(("Minggu mulai", long_date(order.week_start)),),
        opening="Mohon disiapkan dan dikirim barang berikut, diterima di dapur pada sore hari sebelum tanggal masak.",
        columns=(
            _NO,
            Column("Tanggal masak", 19),
            Column("Dapur", 25),
            Column("Barang", 25),
            _QTY,
            Column("Harga (Rp)", 12, Align.RIGHT),
            Column("Nilai (Rp)", 16, Align.RIGHT),
        ),
        rows=rows,
        sums=(("Jumlah seluruhnya", rupiah(sum(values))),),
        signatures=(
            SignatureBlock("Diterima oleh", cooperative.name),
            SignatureBlock("Dipesan oleh", office.name),
        ),
    )


def delivery_paper(
    delivery: Delivery, goods: Sequence[NotedGoods], cooperative: Party, kitchen: Party, issued: Issued
) -> Paper:
    """Return the note that goes with a drop; before it leaves, what is planned."""
    rows = tuple(row for g in goods for row in _lot_rows(g))
    return Paper(
        title="Surat Jalan",
        number=delivery.number,
        place_and_date=issued.place_and_date,
        issuer=cooperative,
        receiver_label="Kepada",
        receiver=kitchen,
        made_at=issued.made_at,
        facts=(
            ("Tanggal masak", weekday_and_date(delivery.needed_date)),
            ("Pengantaran ke", str(delivery.drop_no)),
        ),
        columns=(
            _NO,
            Column("Barang", 28),
            _QTY,
            Column("Lot", 16),
            Column("Produsen", 24),
            Column("Baik sampai", 19),
            Column("Suhu", 11, Align.RIGHT),
        ),
        rows=rows,
        signatures=(
            SignatureBlock("Penerima", kitchen.name),
            SignatureBlock("Pengirim", cooperative.name),
        ),
    )


def _lot_rows(goods: NotedGoods) -> list[tuple[str, ...]]:
    number, name, unit = str(goods.line.position), goods.item.name_id, goods.item.unit
    if goods.line.shipped_qty is None:
        return [(number, name, quantity(goods.line.planned_qty, unit), "", "", "", "")]
    return [
        (
            number,
            name,
            quantity(lot.shipped_qty, unit),
            lot.lot_code,
            lot.producer,
            short_date(lot.expires_on) if lot.expires_on else "-",
            temperature(lot.temperature_dc),
        )
        for lot in goods.lots
    ]


def handover_paper(
    delivery: Delivery,
    receipt: Receipt,
    goods: Sequence[NotedGoods],
    signatures: Sequence[Signature],
    *,
    cooperative: Party,
    kitchen: Party,
    issued: Issued,
) -> Paper:
    """Return the minute of a handover: what came, what was taken, what was refused and why."""
    names = {signature.side: signature.name for signature in signatures}
    signed = {side: "(ditandatangani secara elektronik)" if side in names else "" for side in Side}
    return Paper(
        title="Berita Acara Serah Terima Barang",
        number=delivery.number.replace("SJ-", "BAST-", 1),
        place_and_date=issued.place_and_date,
        issuer=kitchen,
        receiver_label="Pemasok",
        receiver=cooperative,
        made_at=issued.made_at,
        facts=(
            ("Surat jalan", delivery.number),
            ("Tanggal masak", weekday_and_date(delivery.needed_date)),
        ),
        opening=_opening(receipt, issued),
        columns=(
            _NO,
            Column("Barang", 28),
            Column("Dikirim", 14, Align.RIGHT),
            Column("Ditimbang", 14, Align.RIGHT),
            Column("Diterima", 14, Align.RIGHT),
            Column("Ditolak", 14, Align.RIGHT),
            Column("Keterangan", 24),
        ),
        rows=tuple(_weighed_row(g) for g in goods if g.weighed),
        closing="Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya.",
        signatures=(
            SignatureBlock("Yang menyerahkan", cooperative.name, names.get(Side.GIVER, ""), signed[Side.GIVER]),
            SignatureBlock("Yang menerima", kitchen.name, names.get(Side.RECEIVER, ""), signed[Side.RECEIVER]),
        ),
    )


def _opening(receipt: Receipt, issued: Issued) -> str:
    day = weekday_and_date(issued.local.date())
    done = "telah diserahterimakan" if receipt.signed_at else "diserahterimakan (belum ditandatangani kedua pihak)"
    return f"Pada hari {day} pukul {issued.local:%H.%M} {done} barang-barang berikut:"


def _weighed_row(goods: NotedGoods) -> tuple[str, ...]:
    weighed = goods.weighed
    assert weighed is not None  # noqa: S101  (rows are made of weighed lines)
    unit = goods.item.unit
    why = REASONS[weighed.reason] if weighed.reason else ""
    return (
        str(goods.line.position),
        goods.item.name_id,
        quantity(weighed.shipped_qty, unit),
        quantity(weighed.received_qty, unit),
        quantity(weighed.accepted_qty, unit),
        quantity(weighed.rejected_qty, unit) if weighed.rejected_qty else "-",
        ": ".join(part for part in (why, weighed.remark) if part),
    )
