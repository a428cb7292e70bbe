"""Plans: totals, deliveries, purchases, shortages, comparisons."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource
from service.domain.plans import PlanStatus, ShortageCause
from service.domain.runs import RunKind

_SHARE = "0..1"
_SOURCE = "01938f3a-5c00-7000-8000-000000000001"


class FairnessOut(Resource):
    """How the values of cooperatives spread around their fair values; 1 is exactly fair."""

    lowest_share: float | None = Field(examples=[0.62])
    median_share: float | None = Field(examples=[0.98])
    highest_share: float | None = Field(examples=[1.7])
    gini: float | None = Field(
        default=None, description="Gini coefficient of the shares: 0 equal, towards 1 unequal", examples=[0.21]
    )
    below_fair: int = Field(description="Cooperatives that get less than their fair value", examples=[21])


class TotalsOut(Resource):
    """What a plan comes to."""

    total_idr: int = Field(description="Sum of the cost terms, rupiah", examples=[6_412_000_000])
    cost_idr: dict[str, int] = Field(
        description="Each cost term, rupiah", examples=[{"shortage": 80_000_000, "goods": 6_200_000_000}]
    )
    need_kg: float = Field(examples=[905_000.0])
    short_kg: float = Field(examples=[9_050.0])
    fill_share: float = Field(description=f"Weight delivered of weight needed, {_SHARE}", examples=[0.99])
    lowest_fill_share: float = Field(description="That of the worst served kitchen", examples=[0.94])
    value_idr: int = Field(description="What kitchens pay, rupiah", examples=[6_200_000_000])
    drops: int = Field(description="Deliveries: one cooperative to one kitchen for one day", examples=[2100])
    pairs: int = Field(description="Pairs of kitchen and cooperative", examples=[610])
    same_kelurahan_pairs: int = Field(examples=[130])
    same_kelurahan_value_share: float = Field(description=_SHARE, examples=[0.31])
    same_kecamatan_value_share: float = Field(description=f"The same kelurahan included, {_SHARE}", examples=[0.74])
    wholesale_value_share: float = Field(description=f"Goods bought at wholesalers, {_SHARE}", examples=[0.28])
    fairness: FairnessOut


class KitchenFiguresOut(Resource):
    """What one kitchen gets."""

    kitchen: str = Field(description="The kitchen's code", examples=["K0001"])
    need_kg: float = Field(examples=[6300.0])
    short_kg: float = Field(examples=[63.0])
    fill_share: float = Field(description=_SHARE, examples=[0.99])
    suppliers: int = Field(description="Suppliers with enough value to count", examples=[14])


class CooperativeFiguresOut(Resource):
    """What one cooperative sells."""

    cooperative: str = Field(description="The cooperative's code", examples=["C3271041009"])
    value_idr: int = Field(examples=[91_000_000])
    fair_value_idr: int = Field(examples=[93_000_000])


class PlanOut(Resource):
    """A plan with its proof of quality."""

    id: UUID
    created_at: datetime
    version: int = Field(examples=[1])
    week_start: date = Field(examples=["2026-11-30"])
    run_id: UUID
    run_kind: RunKind = Field(description="week, or repair of a published plan")
    policy_id: UUID
    status: PlanStatus
    solver_status: str = Field(description="optimal, feasible or stopped", examples=["feasible"])
    solver_version: str = Field(examples=["ortools 9.15.6755"])
    objective_idr: int = Field(examples=[6_412_000_000])
    bound_idr: int = Field(description="No plan of this problem costs less, rupiah", examples=[6_301_000_000])
    gap_bp: int = Field(description="(objective - bound) / objective, basis points, rounded up", examples=[174])
    solve_ms: int = Field(examples=[41_300])
    sha256: str = Field(
        description="Fingerprint of deliveries and purchases: equal plans are equal here", examples=["9f2c" * 16]
    )
    published_at: datetime | None = Field(examples=[None])
    published_by: UUID | None = Field(examples=[None])
    totals: TotalsOut
    greedy: TotalsOut = Field(description="The clerk's way on the same problem")


class LineChangesOut(Resource):
    """How the deliveries of two plans differ, by line, source and cooperative."""

    kept: int = Field(description="Deliveries that are equal", examples=[8100])
    changed: int = Field(description="Deliveries with another quantity", examples=[300])
    added: int = Field(description="Only in this plan", examples=[410])
    removed: int = Field(description="Only in the other", examples=[380])
    moved_kg: float = Field(description="Weight that differs", examples=[12_400.0])


class GrownShortageOut(Resource):
    """A demand line of which more is missing than before."""

    demand: str = Field(description="Id of the line", examples=["01938f3a-5c00-7000-8000-000000000001"])
    kitchen: str = Field(description="The kitchen's code", examples=["K0001"])
    item: str = Field(examples=["CHICK"])
    needed_date: date = Field(examples=["2026-12-01"])
    before_qty: int = Field(description="Missing in the plan that it is set beside, base units", examples=[0])
    short_qty: int = Field(description="Missing now, base units", examples=[20_000])


class RepairOut(Resource):
    """What a repair does to the plan in force; no promised line moves."""

    plan_id: UUID = Field(description="The plan in force")
    promised: int = Field(description="Lines that orders hold: they stay", examples=[7900])
    lines: LineChangesOut = Field(description="A declined line counts as removed, what replaces it as added")
    change_idr: float = Field(
        description="What the policy asks for every kg moved; nobody pays it", examples=[90_000.0]
    )
    cost_difference_idr: float = Field(description="The rest, negative: cheaper", examples=[1_400_000.0])
    new_shortages: list[GrownShortageOut]


class PlanDetailOut(PlanOut):
    """A plan with what each kitchen and cooperative gets; members see their own."""

    repair: RepairOut | None = Field(description="Of a repair run, for the city", examples=[None])
    kitchens: list[KitchenFiguresOut]
    cooperatives: list[CooperativeFiguresOut]


class AllocationOut(Resource):
    """One delivery."""

    id: UUID
    forecast_line_id: UUID
    kitchen_id: UUID
    kitchen_code: str = Field(examples=["K0001"])
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    cooperative_id: UUID
    cooperative_code: str = Field(examples=["C3271041009"])
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    offer_id: UUID | None = Field(description="The own offer it comes from")
    stock_id: UUID | None = Field(description="Or the wholesaler's stock")
    item_code: str = Field(examples=["RICE-P"])
    needed_date: date = Field(description="Cooking day; goods arrive the evening before", examples=["2026-11-30"])
    allocated_qty: int = Field(description="Base units of the item", examples=[120_000])
    price_idr: int = Field(description="Price to the kitchen per kg, litre or piece, rupiah", examples=[14_500])


class PurchaseOut(Resource):
    """Whole packs that a cooperative is to buy."""

    stock_id: UUID
    cooperative_id: UUID
    cooperative_code: str = Field(examples=["C3271041009"])
    cooperative_name: str = Field(examples=["KKMP Bantarjati"])
    item_code: str = Field(examples=["RICE-P"])
    pack_qty: int = Field(description="In a pack, base units", examples=[50_000])
    price_idr: int = Field(description="Rupiah for a pack", examples=[690_000])
    packs: int = Field(examples=[12])


class ShortageReasonOut(Resource):
    """A rule that keeps goods from a line, or what a cooperative said when it gave the line back."""

    code: str = Field(description="Stable code", examples=["stock_used_up"])
    blocked_qty: int = Field(description="How much of the shortage it keeps away, base units", examples=[20_000])
    alone_qty: int | None = Field(default=None, description="What would come if this alone did not hold")
    source_count: int | None = Field(default=None, description="Offers and stocks that it blocks", examples=[4])
    alone_count: int | None = Field(default=None, description="Those that nothing else blocks", examples=[3])
    source_ids: list[str] = Field(
        default_factory=list, description="The offer or stock that was given back", examples=[[_SOURCE]]
    )


class HolderOut(Resource):
    """Who got goods that could have served the line."""

    kitchen: str = Field(description="The kitchen's code", examples=["K0007"])
    cooperative: str = Field(description="The cooperative's code", examples=["C3271041009"])
    source: str = Field(description="Id of the offer or stock", examples=[_SOURCE])
    qty: int = Field(description="Base units", examples=[40_000])


class ShortageOut(Resource):
    """What is missing to a line, and why."""

    id: UUID
    forecast_line_id: UUID
    order_line_id: UUID | None = Field(description="The order line that was given back", examples=[None])
    kitchen_id: UUID
    kitchen_code: str = Field(examples=["K0001"])
    kitchen_name: str = Field(examples=["SPPG Bantarjati"])
    cause: ShortageCause
    item_code: str = Field(examples=["CHICK"])
    needed_date: date = Field(examples=["2026-12-01"])
    demanded_qty: int = Field(description="Base units", examples=[325_000])
    short_qty: int = Field(description="Base units", examples=[20_000])
    reasons: list[ShortageReasonOut] = Field(description="The strongest first")
    contested: list[HolderOut] = Field(description="Largest takers first")


class ComparisonOut(Resource):
    """Two plans of a week side by side; differences are this less the other."""

    plan_id: UUID
    other_plan_id: UUID | None = Field(description="null: the clerk's way on the same problem", examples=[None])
    totals: TotalsOut
    other: TotalsOut
    total_difference_idr: int = Field(description="Negative: this plan is cheaper", examples=[-310_000_000])
    cost_difference_idr: dict[str, int] = Field(examples=[{"shortage": -250_000_000, "drops": -40_000_000}])
    fill_difference: float = Field(description=_SHARE, examples=[0.04])
    lines: LineChangesOut | None = Field(description="null against the clerk's way, whose lines are not kept")
