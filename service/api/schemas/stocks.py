"""Stocks of wholesalers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import UNCHANGED, ChangeBody, Day, RequestBody, Resource, Text
from service.domain.stocks import Stock, StockStatus, available_packs

Packs = Annotated[int, Field(gt=0, le=10**9, description="Whole packs")]
PackQuantity = Annotated[int, Field(gt=0, le=10**9, description="Base units in a pack, a multiple of the item's step")]
PackPrice = Annotated[int, Field(gt=0, le=10**12, description="Rupiah per pack, before the cooperative's mark-up")]


class StockIn(RequestBody):
    """Packs on the shelf; price per kg, litre or piece is checked against HET and HAP on each of its days."""

    item_code: Text = Field(max_length=16, examples=["RICE-P"])
    packs: Packs = Field(examples=[400])
    pack_qty: PackQuantity = Field(examples=[50_000])
    price_idr: PackPrice = Field(examples=[690_000])
    from_date: Day = Field(description="First cooking day: today and your lead time at least", examples=["2026-11-30"])
    to_date: Day = Field(description="Last cooking day, at most 92 days", examples=["2026-12-05"])


class StockChangeIn(ChangeBody):
    """What is to be different; what is left out stays. The item never changes."""

    packs: Packs = Field(default=UNCHANGED, examples=[500])
    pack_qty: PackQuantity = Field(default=UNCHANGED, examples=[50_000])
    price_idr: PackPrice = Field(default=UNCHANGED, examples=[685_000])
    from_date: Day = Field(default=UNCHANGED, examples=["2026-11-30"])
    to_date: Day = Field(default=UNCHANGED, examples=["2026-12-05"])


class StockOut(Resource):
    """A stock, and how many packs nobody is promised."""

    id: UUID
    version: int = Field(description="Also the ETag", examples=[1])
    wholesaler_id: UUID
    item_code: str = Field(examples=["RICE-P"])
    status: StockStatus
    packs: int = Field(examples=[400])
    promised_packs: int = Field(description="Reserved for cooperatives whose orders need them", examples=[20])
    available_packs: int = Field(description="Left for the next plan", examples=[380])
    pack_qty: int = Field(description="Base units in a pack", examples=[50_000])
    price_idr: int = Field(description="Rupiah per pack", examples=[690_000])
    from_date: date = Field(examples=["2026-11-30"])
    to_date: date = Field(examples=["2026-12-05"])
    created_at: datetime

    @classmethod
    def showing(cls, stock: Stock) -> StockOut:
        """Return a stock as it is shown."""
        names = [name for name in cls.model_fields if name != "available_packs"]
        return cls(**{name: getattr(stock, name) for name in names}, available_packs=available_packs(stock))
