"""What-ifs: a plan with other prices, supply, members or demand, beside the one that is there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from service.api.schemas.plans import GrownShortageOut, LineChangesOut, TotalsOut
from service.api.schemas.shapes import BasisPoints, Day, RequestBody, Resource
from service.domain.runs import USUAL_EFFORT, USUAL_TIME_LIMIT_S, RunStatus

Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class HypotheticalOfferIn(RequestBody):
    """Goods that a cooperative might sell."""

    cooperative: Code = Field(description="The cooperative's code", examples=["C3271041009"])
    item_code: Code = Field(examples=["RICE-P"])
    offered_qty: int = Field(gt=0, le=10**9, description="Base units", examples=[500_000])
    price_idr: int = Field(gt=0, le=10**9, description="Rupiah per kg, litre or piece", examples=[13_500])
    from_date: Day = Field(examples=["2026-11-30"])
    to_date: Day = Field(examples=["2026-12-04"])
    min_qty: int = Field(default=0, ge=0, le=10**9, description="In total or nothing, base units")
    cash_bp: BasisPoints | None = Field(default=None, description="null: as the policy says")


class HypotheticalStockIn(RequestBody):
    """Packs that a wholesaler might have."""

    wholesaler: Code = Field(description="The wholesaler's code", examples=["W0001"])
    item_code: Code = Field(examples=["RICE-P"])
    packs: int = Field(gt=0, le=10**9, examples=[40])
    pack_qty: int = Field(gt=0, le=10**9, description="Base units", examples=[25_000])
    price_idr: int = Field(gt=0, le=10**9, description="Rupiah per pack", examples=[330_000])
    from_date: Day = Field(examples=["2026-11-30"])
    to_date: Day = Field(examples=["2026-12-04"])


class OtherDemandIn(RequestBody):
    """Other demand of a kitchen, of an item, of an item at a kitchen; with neither named: of all."""

    scale_bp: int = Field(ge=0, le=100_000, description="10,000 is as it is, 0 takes it away", examples=[12_000])
    kitchen: Code | None = Field(default=None, description="The kitchen's code", examples=["K0001"])
    item_code: Code | None = Field(default=None, examples=["RICE-P"])


class WhatIfIn(RequestBody):
    """What is different; what is left out stays as it is in the base plan."""

    policy: dict[str, Any] = Field(
        default_factory=dict,
        max_length=40,
        description="Any values of the policy by name, as `POST /policies` takes them",
        examples=[{"drop_idr": 40_000}],
    )
    without_sources: list[UUID] = Field(
        default_factory=list, max_length=1000, description="Offers and stocks that are not there", examples=[[]]
    )
    suspended: list[Code] = Field(
        default_factory=list,
        max_length=1000,
        description="Codes of kitchens, cooperatives and wholesalers that do not take part",
        examples=[[]],
    )
    offers: list[HypotheticalOfferIn] = Field(default_factory=list, max_length=100, examples=[[]])
    stocks: list[HypotheticalStockIn] = Field(default_factory=list, max_length=100, examples=[[]])
    demand: list[OtherDemandIn] = Field(default_factory=list, max_length=100, examples=[[]])
    seed: int = Field(default=0, ge=0, lt=2**31, description="Equal input, seed, limit and effort: equal plan")
    time_limit_s: int = Field(default=USUAL_TIME_LIMIT_S, ge=1, le=3600, description="Seconds of solving at most")
    effort: float = Field(default=USUAL_EFFORT, gt=0, le=10, description="1 is usual, 2 twice as hard")


class WhatIfResultOut(Resource):
    """The plan that would be, less the base plan."""

    solver_status: str = Field(description="optimal, feasible or stopped", examples=["feasible"])
    objective_idr: int = Field(examples=[6_412_000_000])
    bound_idr: int = Field(examples=[6_301_000_000])
    gap_bp: int = Field(description="Proven, of this plan alone", examples=[174])
    solve_ms: int = Field(examples=[41_300])
    totals: TotalsOut
    base: TotalsOut
    total_difference_idr: int = Field(description="Negative: cheaper than the base plan", examples=[-310_000_000])
    cost_difference_idr: dict[str, int] = Field(examples=[{"shortage": -250_000_000, "drops": -40_000_000}])
    fill_difference: float = Field(description="Of the fill share, 0..1", examples=[0.04])
    lines: LineChangesOut | None = Field(description="null: the base plan is older than plan files")
    shortages: list[GrownShortageOut] = Field(description="Those that grew")


class WhatIfOut(Resource):
    """A what-if; its id is that of its run, so `/runs/{id}/progress` and `/runs/{id}/cancel` work on it."""

    id: UUID
    created_at: datetime
    base_plan_id: UUID
    week_start: date = Field(examples=["2026-11-30"])
    status: RunStatus
    asked: dict[str, Any] = Field(
        description="The changes as they were sent", examples=[{"suspended": ["C3271041009"]}]
    )
    seed: int = Field(examples=[0])
    time_limit_s: int = Field(examples=[120])
    effort: float = Field(examples=[1.0])
    requested_by: UUID | None
    finished_at: datetime | None
    failure_code: str | None = Field(examples=[None])
    failure_detail: str | None = Field(examples=[None])
    result: WhatIfResultOut | None = Field(description="Once it has succeeded")
