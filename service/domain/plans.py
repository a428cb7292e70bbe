"""The stored plan: who delivers what to whom, which packs are bought, what stays short and why."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.runs import RunKind
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of


class PlanStatus(StrEnum):
    """A published plan has made orders; a region and week has at most one. A published repair supersedes it."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    SUPERSEDED = "superseded"


PLAN_TRANSITIONS: Transitions[PlanStatus] = {
    PlanStatus.PROPOSED: frozenset({PlanStatus.PUBLISHED, PlanStatus.DISCARDED}),
    PlanStatus.PUBLISHED: frozenset({PlanStatus.SUPERSEDED}),
    PlanStatus.DISCARDED: frozenset(),
    PlanStatus.SUPERSEDED: frozenset(),
}

ORDERED_PLANS = frozenset({PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED})
"""Plans that made orders: members see their part of them."""


class Plan(Entity, table=True):
    """A checked plan with its total, proven bound and figures; rupiah rounded to whole (bound downwards)."""

    __table_args__ = (
        sa.Index(
            "uq_plan_one_published",
            "region_code",
            "week_start",
            unique=True,
            postgresql_where=sa.text("status = 'published'"),
        ),
        sa.CheckConstraint("bound_idr <= objective_idr", name="bound_below_objective"),
        sa.CheckConstraint("run_kind <> 'what_if'", name="no_what_if"),
        sa.ForeignKeyConstraint(
            ["run_id", "run_kind"], ["matching_run.id", "matching_run.kind"], name="fk_plan_run_kind_matching_run"
        ),
        sa.Index("ix_plan_region_created", "region_code", "created_at", "id"),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    run_id: UUID = Field(foreign_key="matching_run.id", unique=True)
    run_kind: RunKind = Field(
        default=RunKind.WEEK, sa_type=one_of(RunKind), sa_column_kwargs={"server_default": RunKind.WEEK.value}
    )
    """That of the run; the database keeps what-ifs out, so that nothing hypothetical is ever published."""
    policy_id: UUID = Field(foreign_key="policy.id")
    status: PlanStatus = Field(sa_type=one_of(PlanStatus))
    solver_status: str = Field(max_length=16)
    solver_version: str = Field(max_length=40)
    objective_idr: int = Field(sa_type=sa.BigInteger)
    bound_idr: int = Field(sa_type=sa.BigInteger)
    gap_bp: int
    solve_ms: int
    figures: dict[str, Any] = Field(sa_type=JSONB)
    """``plan`` and ``greedy``: cost terms, fill, drops, local share, as ``matching.check`` computes them."""
    repair: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """Of a repair run: lines changed, weight moved, cost difference and new shortages beside the published plan."""
    sha256: str = Field(max_length=64)
    published_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    published_by: UUID | None = Field(default=None, foreign_key="app_user.id")


class Allocation(Row, table=True):
    """One delivery of a plan, from an own offer or from a wholesaler's stock."""

    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(offer_id, stock_id) = 1", name="one_source"),
        sa.CheckConstraint("allocated_qty > 0", name="qty_positive"),
        sa.Index("ix_allocation_forecast_line", "forecast_line_id"),
        sa.Index("ix_allocation_plan", "plan_id", "id"),
        sa.Index("ix_allocation_plan_kitchen", "plan_id", "kitchen_id", "id"),
        sa.Index("ix_allocation_plan_cooperative", "plan_id", "cooperative_id", "id"),
    )
    id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.id")
    forecast_line_id: UUID = Field(foreign_key="forecast_line.id")
    kitchen_id: UUID = Field(foreign_key="kitchen.organisation_id")
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    offer_id: UUID | None = Field(default=None, foreign_key="offer.id")
    stock_id: UUID | None = Field(default=None, foreign_key="stock.id")
    item_code: str = Field(foreign_key="item.code")
    needed_date: date
    allocated_qty: int = Field(sa_type=sa.BigInteger)
    price_idr: int = Field(sa_type=sa.BigInteger)


class PlanPurchase(Row, table=True):
    """Whole packs that a cooperative is to buy of a stock."""

    __table_args__ = (sa.CheckConstraint("packs > 0", name="packs_positive"),)
    plan_id: UUID = Field(primary_key=True, foreign_key="plan.id")
    stock_id: UUID = Field(primary_key=True, foreign_key="stock.id")
    cooperative_id: UUID = Field(primary_key=True, foreign_key="cooperative.organisation_id")
    packs: int = Field(sa_type=sa.BigInteger)


class ShortageCause(StrEnum):
    """Why goods are missing: the plan could not cover them, or a cooperative gave the line back."""

    UNMATCHED = "unmatched"
    ACCEPTED_LESS = "accepted_less"
    DECLINED = "declined"


class Shortage(Row, table=True):
    """What is missing to a demand line, visible to the kitchen as soon as it is known."""

    __table_args__ = (
        sa.CheckConstraint("short_qty > 0", name="qty_positive"),
        sa.CheckConstraint("(cause = 'unmatched') = (order_line_id IS NULL)", name="cause_names_line"),
        sa.UniqueConstraint("order_line_id"),
        sa.Index("ix_shortage_forecast_line", "forecast_line_id"),
        sa.Index("ix_shortage_plan", "plan_id", "id"),
        sa.Index("ix_shortage_plan_kitchen", "plan_id", "kitchen_id", "id"),
    )
    id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.id")
    forecast_line_id: UUID = Field(foreign_key="forecast_line.id")
    kitchen_id: UUID = Field(foreign_key="kitchen.organisation_id")
    order_line_id: UUID | None = Field(default=None, foreign_key="order_line.id")
    cause: ShortageCause = Field(sa_type=one_of(ShortageCause))
    item_code: str = Field(foreign_key="item.code")
    needed_date: date
    demanded_qty: int = Field(sa_type=sa.BigInteger)
    short_qty: int = Field(sa_type=sa.BigInteger)
    reasons: list[dict[str, Any]] = Field(sa_type=JSONB)
    """``code``, ``blocked_qty`` and ``sources``: the rules that bind, most goods first."""
    contested: list[dict[str, Any]] = Field(sa_type=JSONB)
    """Who got the goods that could have served the line: ``kitchen``, ``demand``, ``qty``."""


def repairs(plan: Plan, in_force: Plan) -> bool:
    """Tell whether a plan is a repair of the plan in force, and not of one before it."""
    return plan.run_kind is RunKind.REPAIR and (plan.repair or {}).get("plan_id") == str(in_force.id)


def supersede(plan: Plan) -> None:
    """Let a published repair take the place of the plan that was in force; its orders stay.

    Raises
    ------
    IllegalTransition
        If the plan is not published.
    """
    plan.status = transition(PLAN_TRANSITIONS, plan.status, PlanStatus.SUPERSEDED, what="plan")


def discard(plan: Plan) -> None:
    """Put a proposed plan aside, so that nobody publishes it.

    Raises
    ------
    IllegalTransition
        If the plan is published or discarded already.
    """
    plan.status = transition(PLAN_TRANSITIONS, plan.status, PlanStatus.DISCARDED, what="plan")
