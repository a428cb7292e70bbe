"""Offers of cooperatives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import UNCHANGED, BasisPoints, ChangeBody, Day, PriceRupiah, RequestBody, Resource, Text
from service.domain.offers import LotEntry, Offer, OfferLot, OfferStatus, available_qty

Quantity = Annotated[
    int, Field(gt=0, le=10**12, description="Base units of the item (g, ml, pc), a multiple of its step")
]
MinimumQuantity = Annotated[int, Field(ge=0, le=10**12, description="Sold in total or not at all, base units; 0: none")]


class LotIn(RequestBody):
    """A lot; the lots of an offer add up to its quantity, and none expires before its last day."""

    lot_code: Text = Field(max_length=40, examples=["CRT-2026-48"])
    lot_qty: int = Field(gt=0, le=10**12, description="Base units", examples=[250_000])
    expires_date: Day | None = Field(default=None, examples=["2026-12-09"])


class OfferIn(RequestBody):
    """Goods of the cooperative itself; the price is checked against HET and HAP on each of its days."""

    item_code: Text = Field(max_length=16, examples=["CARROT"])
    offered_qty: Quantity = Field(examples=[250_000])
    price_idr: PriceRupiah = Field(description="To the kitchen, rupiah per kg, litre or piece", examples=[14_000])
    from_date: Day = Field(description="First cooking day", examples=["2026-11-30"])
    to_date: Day = Field(description="Last cooking day, at most 92 days", examples=["2026-12-04"])
    min_qty: MinimumQuantity = Field(default=0, examples=[20_000])
    cash_bp: BasisPoints | None = Field(
        default=None,
        description="Share of the value that must be paid before you are paid; left out: as the policy says",
        examples=[3000],
    )
    origin_producer: Text | None = Field(
        default=None, max_length=120, description="Farmer, breeder or maker", examples=["Kelompok Tani Mekar"]
    )
    lots: list[LotIn] = Field(default_factory=list, max_length=200)

    def lot_entries(self) -> tuple[LotEntry, ...]:
        """Return the lots as typed in."""
        return tuple(LotEntry(**lot.model_dump()) for lot in self.lots)


class OfferChangeIn(ChangeBody):
    """What is to be different; what is left out stays. The item never changes."""

    offered_qty: Quantity = Field(default=UNCHANGED, examples=[300_000])
    price_idr: PriceRupiah = Field(default=UNCHANGED, examples=[13_500])
    from_date: Day = Field(default=UNCHANGED, examples=["2026-11-30"])
    to_date: Day = Field(default=UNCHANGED, examples=["2026-12-05"])
    min_qty: MinimumQuantity = Field(default=UNCHANGED, examples=[0])
    cash_bp: BasisPoints = Field(default=UNCHANGED, examples=[3000])
    origin_producer: Text | None = Field(default=UNCHANGED, max_length=120, examples=["Kelompok Tani Mekar"])
    lots: list[LotIn] = Field(
        default=UNCHANGED,
        max_length=200,
        description="All lots from now on; they add up to the quantity",
        examples=[[{"lot_code": "CRT-2026-48", "lot_qty": 300_000, "expires_date": "2026-12-09"}]],
    )

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent, lots as typed in."""
        sent = super().changes()
        if "lots" in sent:
            sent["lots"] = tuple(LotEntry(**lot) for lot in sent["lots"])
        return sent


class LotOut(Resource):
    """A lot of an offer."""

    lot_code: str = Field(examples=["CRT-2026-48"])
    lot_qty: int = Field(description="Base units", examples=[250_000])
    expires_date: date | None = Field(examples=["2026-12-09"])
    is_live: bool = Field(
        description="Whether the lot is taken: it cannot stand in another open offer", examples=[True]
    )


class OfferOut(Resource):
    """An offer, and how much of it nobody is promised."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    cooperative_id: UUID
    item_code: str = Field(examples=["CARROT"])
    status: OfferStatus
    offered_qty: int = Field(description="Base units", examples=[250_000])
    promised_qty: int = Field(description="What orders hold of it, base units", examples=[40_000])
    available_qty: int = Field(description="What is left for the next plan, base units", examples=[210_000])
    min_qty: int = Field(description="Base units", examples=[20_000])
    price_idr: int = Field(description="Rupiah per kg, litre or piece", examples=[14_000])
    cash_bp: int = Field(examples=[3000])
    from_date: date = Field(examples=["2026-11-30"])
    to_date: date = Field(examples=["2026-12-04"])
    origin_producer: str | None = Field(examples=["Kelompok Tani Mekar"])
    created_at: datetime
    lots: list[LotOut]

    @classmethod
    def showing(cls, offer: Offer, lots: list[OfferLot]) -> OfferOut:
        """Return an offer as it is shown."""
        names = [name for name in cls.model_fields if name not in {"available_qty", "lots"}]
        return cls(
            **{name: getattr(offer, name) for name in names},
            available_qty=available_qty(offer),
            lots=[LotOut.model_validate(lot) for lot in lots],
        )
