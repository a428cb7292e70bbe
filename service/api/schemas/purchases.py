"""Purchases, what wholesalers say to them, and what lies in the outlets."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import RequestBody, Resource
from service.database.queries.purchases import OutletStock, PurchaseSummary
from service.domain.items import Item
from service.domain.purchases import CutReason, PackAnswer, PurchaseLine, PurchaseLineStatus, PurchaseStatus
from service.domain.units import Unit

_A_LINE = "0199d0c2-0000-7000-8000-000000000001"


class PurchaseOut(Resource):
    """What a cooperative buys from one wholesaler for an order."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    number: str = Field(examples=["PO-3271-2026W49-C3271041009/W01"])
    week_start: date = Field(examples=["2026-11-30"])
    order_id: UUID
    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    wholesaler_id: UUID
    wholesaler_name: str = Field(examples=["Bulog Bogor"])
    status: PurchaseStatus = Field(examples=["sent"])
    respond_by_at: datetime = Field(description="Silence until then is a decline", examples=["2026-11-28T06:00:00Z"])
    missing_idr: int = Field(description="What it lacks to the minimum order, rupiah", examples=[0])

    @classmethod
    def showing(cls, summary: PurchaseSummary, **more: object) -> PurchaseOut:
        """Return a purchase as it is shown."""
        names = {"cooperative_name": summary.cooperative.name, "wholesaler_name": summary.wholesaler.name}
        return cls.of(summary.purchase, **names, **more)


class PurchaseLineOut(Resource):
    """Packs of one stock."""

    id: UUID
    stock_id: UUID
    item_code: str = Field(examples=["RICE-M"])
    item_name: str = Field(description="Indonesian", examples=["Beras medium"])
    unit: Unit = Field(examples=["g"])
    pack_qty: int = Field(description="Base units in a pack", examples=[50_000])
    price_idr: int = Field(description="Rupiah per pack", examples=[640_000])
    ordered_packs: int = Field(examples=[12])
    extra_packs: int = Field(description="Of these, bought only to reach the minimum order", examples=[0])
    confirmed_packs: int | None = Field(description="Null until answered", examples=[None])
    status: PurchaseLineStatus = Field(examples=["awaiting_answer"])
    reason: CutReason | None = Field(examples=[None])

    @classmethod
    def showing(cls, line: PurchaseLine, item: Item) -> PurchaseLineOut:
        """Return a line as it is shown."""
        return cls.of(line, item_name=item.name_id, unit=item.unit)


class PurchaseDetailOut(PurchaseOut):
    """A purchase with its lines."""

    lines: list[PurchaseLineOut]


class PackAnswerIn(RequestBody):
    """Packs that are sold of one line; less than all needs a reason."""

    line_id: UUID = Field(examples=[_A_LINE])
    confirmed_packs: int = Field(ge=0, le=10**9, examples=[12])
    reason: CutReason | None = Field(default=None, examples=[None])


class PackAnswersIn(RequestBody):
    """A wholesaler's answers to some lines or all."""

    answers: list[PackAnswerIn] = Field(min_length=1, max_length=2000)

    def said(self) -> tuple[PackAnswer, ...]:
        """Return the answers as typed in."""
        return tuple(PackAnswer(one.line_id, one.confirmed_packs, one.reason) for one in self.answers)


class OutletStockOut(Resource):
    """Goods in an outlet that purchases brought beyond the need."""

    cooperative_id: UUID
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    item_code: str = Field(examples=["RICE-M"])
    item_name: str = Field(description="Indonesian", examples=["Beras medium"])
    unit: Unit = Field(examples=["g"])
    qty: int = Field(description="Base units", examples=[30_000])

    @classmethod
    def showing(cls, held: OutletStock) -> OutletStockOut:
        """Return a cooperative's goods of one item as they are shown."""
        return cls(
            cooperative_id=held.cooperative.id,
            cooperative_name=held.cooperative.name,
            item_code=held.item.code,
            item_name=held.item.name_id,
            unit=held.item.unit,
            qty=held.qty,
        )
