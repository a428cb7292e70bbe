"""Answers about a plan as a whole: what changed, was it worth it, what do rules cost; questions that a job answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.answers import SaidOut, SourceAnswerOut
from service.api.schemas.shapes import Resource
from service.domain.plan_answers import AnswerStatus, Question

_ID = "01938f3a-5c00-7000-8000-000000000001"


class CauseCostOut(Resource):
    """What one cause changed; all causes add up to the difference."""

    cause: str = Field(description="demand, answer, offer, price, rule, time_limit", examples=["demand"])
    lines: int = Field(examples=[41])
    moved_kg: float = Field(examples=[1_240.0])
    direct_idr: float = Field(description="With the earlier plan kept as far as possible", examples=[2_100_000.0])
    reaction_idr: float = Field(description="What moving lines then brought", examples=[-300_000.0])
    total_idr: float = Field(examples=[1_800_000.0])


class ChangedLineOut(Resource):
    """A line that is more, less, new or gone."""

    demand: str = Field(examples=[_ID])
    kitchen: str = Field(examples=["K0001"])
    source: str = Field(examples=[_ID])
    cooperative: str = Field(examples=["C3271041009"])
    item: str = Field(examples=["RICE-P"])
    unit: str = Field(examples=["g"])
    before_qty: int = Field(examples=[120_000])
    after_qty: int = Field(examples=[80_000])
    cause: str = Field(examples=["demand"])
    is_direct: bool = Field(description="The cause touches this line itself")


class PlanChangesOut(SaidOut):
    """What changed from the earlier plan, and why."""

    before_idr: float = Field(examples=[6_412_000_000.0])
    after_idr: float = Field(examples=[6_413_800_000.0])
    difference_idr: float = Field(examples=[1_800_000.0])
    causes: list[CauseCostOut]
    lines: list[ChangedLineOut]


class WayFiguresOut(Resource):
    """What the week comes to, planned one way."""

    way: str = Field(description="plan, greedy, last_week, without_rule", examples=["plan"])
    is_allowed: bool
    total_idr: float = Field(examples=[6_412_000_000.0])
    cost_idr: dict[str, float] = Field(examples=[{"shortage": 80_000_000, "goods": 6_200_000_000}])
    fill_share: float = Field(examples=[0.99])
    short_kg: float = Field(examples=[9_050.0])
    lowest_fill_share: float = Field(examples=[0.94])
    lowest_fill_kitchen: str = Field(examples=["K0012"])
    value_idr: float = Field(examples=[6_200_000_000.0])
    local_value_share: float = Field(description="From the kitchen's own kecamatan or nearer", examples=[0.74])
    kelurahan_value_share: float = Field(examples=[0.31])
    wholesale_value_share: float = Field(examples=[0.28])
    drops: int = Field(examples=[2100])
    suppliers_per_kitchen: float = Field(examples=[18.4])
    lowest_suppliers: int = Field(examples=[12])
    fair_lack_idr: float = Field(examples=[26_000_000.0])
    lowest_fair_share: float = Field(examples=[0.78])


class OtherWayOut(WayFiguresOut):
    """Another way, and what the plan saves beside it."""

    way: str = Field(description="greedy or last_week", examples=["greedy"])
    saved_idr: float = Field(examples=[310_000_000.0])
    saved_by_term_idr: dict[str, float] = Field(examples=[{"shortage": 250_000_000, "drops": 40_000_000}])


class WorthOut(SaidOut):
    """The plan beside the clerk's way and last week's pattern."""

    plan: WayFiguresOut
    others: list[OtherWayOut] = Field(description="The clerk's way, then last week's pattern if there was a last week")


class AskedRuleOut(Resource):
    rule: str = Field(description="locality, fairness, suppliers, share, drops, price_cap", examples=["locality"])
    item: str = Field(description="Of a price cap", examples=[""])


class RuleCostOut(SaidOut):
    """What one rule costs: the plan less the same week without it, as an interval."""

    asked: AskedRuleOut
    is_binding: bool
    plan_idr: float = Field(description="Without the rule's own term", examples=[6_400_000_000.0])
    without_idr: float = Field(examples=[6_350_000_000.0])
    bound_idr: float = Field(examples=[6_330_000_000.0])
    own_gap_idr: float = Field(description="The most that any plan could save with the rule", examples=[9_000_000.0])
    own_saving_idr: float = Field(description="What the plan found would save even with the rule", examples=[0.0])
    lower_idr: float = Field(description="It costs at least so much", examples=[50_000_000.0])
    upper_idr: float = Field(description="And at most so much", examples=[70_000_000.0])
    gap: float = Field(description="Of the re-solve, 0..1", examples=[0.003])
    plan: WayFiguresOut
    without: WayFiguresOut


class AskedOut(Resource):
    """A question that a job answers."""

    plan_id: UUID
    question: Question
    status: AnswerStatus
    created_at: datetime
    requested_by: UUID | None
    answered_at: datetime | None
    failure_detail: str | None = Field(examples=[None])


class RuleCostsOut(AskedOut):
    """What the rules cost, once the job has answered."""

    answers: list[RuleCostOut]


class SourceAnswersOut(AskedOut):
    """What became of every offer and stock, once the job has answered; in pages."""

    items: list[SourceAnswerOut]
    next_cursor: str | None = Field(description="Goes into `after`", examples=[None])
