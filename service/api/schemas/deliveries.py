"""Delivery notes: what leaves, lot by lot, and what the kitchen weighs."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Day, RequestBody, Resource, Text
from service.database.queries.deliveries import DeliverySummary, ShownDeliveryLine
from service.domain.deliveries import DeliveryStatus, RestFate
from service.domain.loads import LineLoad, Lot
from service.domain.receipts import RejectReason
from service.domain.units import Unit
from service.domain.weighings import Weighing

_A_LINE = "0199d0c2-0000-7000-8000-000000000001"


class DeliveryOut(Resource):
    """The note of one drop."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    number: str = Field(examples=["SJ-C3271041009-K0001-20261130-1"])
    week_start: date = Field(examples=["2026-11-30"])
    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    kitchen_id: UUID
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    needed_date: date = Field(description="Cooking day; goods arrive the evening before", examples=["2026-11-30"])
    drop_no: int = Field(description="Goods that stayed behind come with a further drop", examples=[1])
    status: DeliveryStatus = Field(examples=["planned"])
    dispatched_at: datetime | None = Field(examples=[None])

    @classmethod
    def showing(cls, summary: DeliverySummary, **more: object) -> DeliveryOut:
        """Return a note as it is shown."""
        names = {"cooperative_name": summary.cooperative.name, "kitchen_name": summary.kitchen.name}
        return cls.of(summary.delivery, **names, **more)


class LotOut(Resource):
    """Goods of one lot."""

    shipped_qty: int = Field(description="Base units", examples=[40_000])
    lot_code: str = Field(examples=["L-2611-07"])
    producer: str = Field(examples=["Kelompok Tani Mekar"])
    expires_on: date | None = Field(examples=["2026-12-20"])
    temperature_dc: int | None = Field(description="Tenths of a degree Celsius", examples=[None])


class DeliveryLineOut(Resource):
    """Goods of one order line on the note."""

    id: UUID
    position: int = Field(examples=[1])
    order_line_id: UUID
    item_code: str = Field(examples=["RICE-M"])
    item_name: str = Field(description="Indonesian", examples=["Beras medium"])
    unit: Unit = Field(examples=["g"])
    planned_qty: int = Field(description="Base units", examples=[40_000])
    price_idr: int = Field(description="Rupiah per kg, litre or piece", examples=[13_000])
    shipped_qty: int | None = Field(description="Null until it leaves", examples=[None])
    rest_fate: RestFate | None = Field(description="Of goods that stayed behind", examples=[None])
    rest_reason: str | None = Field(examples=[None])
    lots: list[LotOut]

    @classmethod
    def showing(cls, shown: ShownDeliveryLine) -> DeliveryLineOut:
        """Return a line as it is shown."""
        lots = [LotOut.of(lot) for lot in shown.lots]
        return cls.of(shown.line, item_name=shown.item.name_id, unit=shown.item.unit, lots=lots)


class DeliveryDetailOut(DeliveryOut):
    """A note with its lines and, once something was weighed, its receipt."""

    lines: list[DeliveryLineOut]
    receipt_id: UUID | None = Field(description="Null until something was weighed", examples=[None])


class LotIn(RequestBody):
    """Goods of one lot that leave."""

    shipped_qty: int = Field(gt=0, le=10**12, description="Base units", examples=[40_000])
    lot_code: Text = Field(max_length=60, examples=["L-2611-07"])
    producer: Text = Field(max_length=120, examples=["Kelompok Tani Mekar"])
    expires_on: Day | None = Field(default=None, description="The cooking day or later", examples=["2026-12-20"])
    temperature_dc: int | None = Field(
        default=None, ge=-500, le=1000, description="Tenths of a degree Celsius; needed for cold goods", examples=[None]
    )

    def said(self) -> Lot:
        """Return the lot as typed in."""
        return Lot(**self.model_dump())


class LineLoadIn(RequestBody):
    """What leaves of one line; what stays behind needs its fate and a reason."""

    line_id: UUID = Field(examples=[_A_LINE])
    lots: list[LotIn] = Field(max_length=50)
    rest: RestFate | None = Field(default=None, description="carried: a further drop; closed: never", examples=[None])
    rest_reason: Text | None = Field(default=None, max_length=200, examples=[None])


class LoadIn(RequestBody):
    """What leaves of every line of the note."""

    lines: list[LineLoadIn] = Field(min_length=1, max_length=2000)

    def said(self) -> tuple[LineLoad, ...]:
        """Return the loads as typed in."""
        return tuple(
            LineLoad(line.line_id, tuple(lot.said() for lot in line.lots), line.rest, line.rest_reason)
            for line in self.lines
        )


class WeighingIn(RequestBody):
    """One line as weighed."""

    line_id: UUID = Field(description="Of the delivery", examples=[_A_LINE])
    received_qty: int = Field(ge=0, le=10**12, description="What the scales say, base units", examples=[40_000])
    rejected_qty: int = Field(default=0, ge=0, le=10**12, description="Refused, base units", examples=[0])
    reason: RejectReason | None = Field(
        default=None, description="Needed if less than the note says is taken", examples=[None]
    )
    remark: Text | None = Field(default=None, max_length=400, examples=[None])
    temperature_dc: int | None = Field(
        default=None, ge=-500, le=1000, description="Tenths of a degree Celsius; needed for cold goods", examples=[None]
    )


class WeighingsIn(RequestBody):
    """Lines as weighed: some now, the rest later."""

    lines: list[WeighingIn] = Field(min_length=1, max_length=2000)

    def said(self) -> tuple[Weighing, ...]:
        """Return the weighings as typed in."""
        return tuple(Weighing(**line.model_dump()) for line in self.lines)
