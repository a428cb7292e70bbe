"""Stocks of wholesalers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import UNCHANGED, ChangeBody, Day, RequestBody, Resource, Text
from service.domain.organisations import Organisation
from service.domain.places import Region
from service.domain.quotas import quota_packs, unused_packs
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
    elsewhere_packs: int = Field(
        description="Kept for your branches in other regions; of a quota: given back to the head office", examples=[0]
    )
    pool_id: UUID | None = Field(description="Of a quota: the head office's stock that it came out of")
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


class QuotaIn(RequestBody):
    """Packs that a branch in another region may promise in all, those that it has promised included."""

    branch_id: UUID
    packs: int = Field(ge=0, le=10**9, description="0 takes all back", examples=[80])


class QuotaOut(Resource):
    """What a branch may promise of a stock."""

    branch_id: UUID
    branch_name: str = Field(examples=["Bulog Kabupaten Bogor"])
    region_code: str = Field(examples=["32.01"])
    region_name: str = Field(examples=["Kabupaten Bogor"])
    quota_packs: int = Field(description="That the region may promise in all", examples=[80])
    promised_packs: int = Field(description="Reserved there for cooperatives' orders", examples=[20])
    unused_packs: int = Field(description="Goes back to the stock if the region's plan does not need it", examples=[60])

    @classmethod
    def showing(cls, branch: Organisation, region: Region, quota: Stock | None) -> QuotaOut:
        """Return a branch with its quota, if it has one."""
        return cls(
            branch_id=branch.id,
            branch_name=branch.name,
            region_code=region.code,
            region_name=region.name,
            quota_packs=quota_packs(quota) if quota else 0,
            promised_packs=quota.promised_packs if quota else 0,
            unused_packs=unused_packs(quota) if quota else 0,
        )


class QuotasOut(Resource):
    """How a stock is divided between the region of its wholesaler and the branches in others."""

    stock_id: UUID
    version: int = Field(description="Of the stock; also the ETag", examples=[2])
    available_packs: int = Field(description="Left for the own region, and to be given to others", examples=[300])
    quotas: list[QuotaOut] = Field(description="All branches, those without packs too")
