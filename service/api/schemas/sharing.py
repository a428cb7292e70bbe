"""How a plan shares scarce goods among kitchens, and value among cooperatives."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from service.api.schemas.plans import FairnessOut, KitchenFiguresOut
from service.api.schemas.shapes import Resource


class LedgerEntryOut(Resource):
    """A cooperative's value beside its fair value, and what past weeks say."""

    cooperative: str = Field(description="Code", examples=["C3271041009"])
    value_idr: int = Field(description="What it sells in the plan", examples=[91_000_000])
    fair_value_idr: int = Field(description="Share by capacity, corrected by past weeks", examples=[93_000_000])
    share: float | None = Field(description="Value of fair value; null: nothing is due to it", examples=[0.98])
    past_value_idr: int = Field(
        description="What it accepted in the past weeks that are remembered, as orders say today",
        examples=[640_000_000],
    )


class SharingOut(Resource):
    """How a plan shares: members see their own rows, and the spread over all."""

    plan_id: UUID
    lowest_fill_share: float = Field(description="Of the worst served kitchen, 0..1", examples=[0.94])
    fairness: FairnessOut
    past_weeks: int = Field(description="Weeks that the ledger remembers", examples=[8])
    kitchens: list[KitchenFiguresOut] = Field(description="The worst served first")
    cooperatives: list[LedgerEntryOut] = Field(description="The worst treated first")
