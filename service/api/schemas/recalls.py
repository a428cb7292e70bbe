"""Traces and recalls: who got which goods, and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Day, RequestBody, Resource, Text
from service.database.queries.recalls import TracedLot
from service.domain.recalls import Recall, RecallPart, RecallStatus, Remains, Wanted
from service.workflows.open_recall import OpenRecall


class TracedLotOut(Resource):
    """Goods of one lot on one delivery; base units of the item."""

    delivery_id: UUID
    number: str = Field(description="Of the delivery note", examples=["SJ-C3271041009-K0001-20261130-1"])
    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    kitchen_id: UUID
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    needed_date: date = Field(description="Cooking day", examples=["2026-11-30"])
    dispatched_at: datetime | None
    item_code: str = Field(examples=["RICE-M"])
    lot_code: str = Field(examples=["L-2611-07"])
    producer: str = Field(examples=["Kelompok Tani Mekar"])
    expires_on: date | None = Field(examples=["2026-12-20"])
    shipped_qty: int = Field(description="Of this lot", examples=[40_000])
    line_shipped_qty: int = Field(description="Of the whole line, all its lots", examples=[40_000])
    line_accepted_qty: int | None = Field(description="Null until weighed", examples=[40_000])
    line_rejected_qty: int | None = Field(examples=[0])
    is_cooking_day_over: bool = Field(description="Whether it is likely eaten by now", examples=[False])

    @classmethod
    def showing(cls, lot: TracedLot, today: date) -> TracedLotOut:
        """Return a row of a trace on a day."""
        fields = {name: getattr(lot, name) for name in TracedLot.__slots__}
        return cls.model_validate({**fields, "is_cooking_day_over": lot.needed_date < today})


class TraceOut(Resource):
    """Everything that left of the goods; more than 5,000 lots are refused."""

    items: list[TracedLotOut]
    kitchen_count: int = Field(examples=[12])


class RecallIn(RequestBody):
    """The goods to call back: a lot, a producer, an item of some cooking days, or what stood on a delivery note.

    All that is named must fit.
    """

    reason: Text = Field(max_length=400, examples=["Salmonella found in a sample"])
    lot_code: Text | None = Field(default=None, max_length=60, examples=["L-2611-07"])
    producer: Text | None = Field(default=None, max_length=120, examples=[None])
    item_code: Text | None = Field(default=None, max_length=16, examples=[None])
    from_date: Day | None = Field(default=None, description="First cooking day", examples=[None])
    to_date: Day | None = Field(default=None, description="Last cooking day", examples=[None])
    delivery_number: Text | None = Field(
        default=None,
        max_length=80,
        description="Of a delivery note, or its id: the lots that left with it, wherever else they went",
        examples=[None],
    )

    def said(self) -> OpenRecall:
        """Return the recall as typed in."""
        return OpenRecall(Wanted(**self.model_dump(exclude={"reason"})), self.reason)


class RecallPartOut(Resource):
    """One kitchen's goods of one item, and what it says of them; base units."""

    kitchen_id: UUID
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    item_code: str = Field(examples=["RICE-M"])
    accepted_qty: int = Field(examples=[40_000])
    eaten_qty: int | None = Field(description="Null until the kitchen has said so", examples=[30_000])
    stored_qty: int | None = Field(examples=[0])
    discarded_qty: int | None = Field(examples=[10_000])
    confirmed_at: datetime | None
    reminded_at: datetime | None = Field(description="When the kitchen was told a second time", examples=[None])
    escalated_at: datetime | None = Field(description="When the city was asked to call it", examples=[None])

    @classmethod
    def showing(cls, part: RecallPart, name: str) -> RecallPartOut:
        """Return a part as it is shown."""
        return cls.of(part, kitchen_name=name)


class LotNameOut(Resource):
    """What tells goods grown or made together from all others."""

    item_code: str = Field(examples=["RICE-M"])
    lot_code: str = Field(examples=["L-2611-07"])
    producer: str = Field(examples=["Kelompok Tani Mekar"])


class RecallOut(Resource):
    """A recall; while it is open its goods neither leave nor are taken in."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    created_at: datetime
    status: RecallStatus = Field(examples=["open"])
    reason: str = Field(examples=["Salmonella found in a sample"])
    lot_code: str | None = Field(examples=["L-2611-07"])
    producer: str | None = Field(examples=[None])
    item_code: str | None = Field(examples=[None])
    from_date: date | None = Field(examples=[None])
    to_date: date | None = Field(examples=[None])
    delivery_number: str | None = Field(examples=[None])
    lots: list[LotNameOut] | None = Field(description="What stood on that delivery note", examples=[None])
    closed_at: datetime | None = Field(examples=[None])

    @classmethod
    def showing(cls, recall: Recall) -> RecallOut:
        """Return a recall as it is shown."""
        return cls.of(recall)


class RecallDetailOut(RecallOut):
    """A recall with what each kitchen has to account for; a kitchen sees its own part."""

    parts: list[RecallPartOut]
    unconfirmed_count: int = Field(description="Parts that nobody has confirmed yet", examples=[3])


class RemainsIn(RequestBody):
    """What became of a kitchen's goods of one item: all three add up to what it took in."""

    item_code: Text = Field(max_length=16, examples=["RICE-M"])
    eaten_qty: int = Field(ge=0, le=10**12, description="Base units", examples=[30_000])
    stored_qty: int = Field(ge=0, le=10**12, description="Still in store", examples=[0])
    discarded_qty: int = Field(ge=0, le=10**12, examples=[10_000])


class ConfirmationIn(RequestBody):
    """What became of a kitchen's goods, item by item."""

    items: list[RemainsIn] = Field(min_length=1, max_length=100)

    def said(self) -> tuple[Remains, ...]:
        """Return what was typed in."""
        return tuple(Remains(**one.model_dump()) for one in self.items)
