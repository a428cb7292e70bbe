"""Demand: what a kitchen says it needs in a week, in revisions that are never overwritten once sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.items import BudgetLine, Item
from service.domain.status import Transitions
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of
from service.domain.units import BP, value_idr


class ForecastStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


FORECAST_TRANSITIONS: Transitions[ForecastStatus] = {
    ForecastStatus.DRAFT: frozenset({ForecastStatus.SUBMITTED, ForecastStatus.WITHDRAWN}),
    ForecastStatus.SUBMITTED: frozenset({ForecastStatus.SUPERSEDED, ForecastStatus.WITHDRAWN}),
    ForecastStatus.SUPERSEDED: frozenset(),
    ForecastStatus.WITHDRAWN: frozenset(),
}


class ForecastSource(StrEnum):
    """How the lines came about."""

    MENU = "menu"
    LINES = "lines"
    COPY = "copy"


class Forecast(Entity, table=True):
    """One revision of a kitchen's demand for a week; at most one is ``submitted``, at most one ``draft``."""

    __table_args__ = (
        sa.UniqueConstraint("kitchen_id", "week_start", "revision"),
        sa.Index(
            "uq_forecast_one_submitted",
            "kitchen_id",
            "week_start",
            unique=True,
            postgresql_where=sa.text("status = 'submitted'"),
        ),
        sa.Index(
            "uq_forecast_one_draft",
            "kitchen_id",
            "week_start",
            unique=True,
            postgresql_where=sa.text("status = 'draft'"),
        ),
        sa.Index("ix_forecast_region_week", "region_code", "week_start", "status"),
        sa.CheckConstraint("EXTRACT(ISODOW FROM week_start) = 1", name="starts_monday"),
        sa.CheckConstraint("NOT is_correction OR correction_reason IS NOT NULL", name="correction_has_reason"),
    )
    region_code: str = Field(foreign_key="region.code")
    kitchen_id: UUID = Field(foreign_key="kitchen.organisation_id")
    week_start: date
    revision: int = Field(ge=1)
    status: ForecastStatus = Field(sa_type=one_of(ForecastStatus))
    source: ForecastSource = Field(sa_type=one_of(ForecastSource))
    is_correction: bool = False
    correction_reason: str | None = Field(default=None, max_length=400)
    submitted_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    submitted_by: UUID | None = Field(default=None, foreign_key="app_user.id")


class ForecastServing(Row, table=True):
    """Portions of a recipe on a cooking day: the menu behind the lines."""

    __table_args__ = (sa.CheckConstraint("portions_small >= 0 AND portions_large >= 0", name="portions_positive"),)
    forecast_id: UUID = Field(primary_key=True, foreign_key="forecast.id")
    serving_date: date = Field(primary_key=True)
    recipe_id: UUID = Field(primary_key=True, foreign_key="recipe.id")
    portions_small: int
    portions_large: int


class ForecastLine(Row, table=True):
    """An item for a cooking day (it arrives the evening before); the price limit is in rupiah per kg, litre, piece."""

    __table_args__ = (
        sa.UniqueConstraint("forecast_id", "item_code", "needed_date"),
        sa.CheckConstraint("demanded_qty > 0", name="qty_positive"),
        sa.CheckConstraint("max_price_idr > 0", name="price_positive"),
    )
    id: UUID = Field(primary_key=True)
    forecast_id: UUID = Field(foreign_key="forecast.id", index=True)
    item_code: str = Field(foreign_key="item.code")
    needed_date: date
    demanded_qty: int = Field(sa_type=sa.BigInteger)
    max_price_idr: int = Field(sa_type=sa.BigInteger)
    budget_line: BudgetLine = Field(sa_type=one_of(BudgetLine))
    can_substitute: bool = True


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """Planned spending against one budget line of a kitchen, over the week and on its dearest day."""

    budget_line: BudgetLine
    planned_idr: int
    budget_idr: int
    used_bp: int
    over_days: tuple[date, ...]
    """Cooking days whose own goods cost more than a day's budget; allowed, since the budget counts over the period."""

    @property
    def is_exceeded(self) -> bool:
        """Whether the period's budget is broken."""
        return self.planned_idr > self.budget_idr


def budget_use(
    lines: Iterable[ForecastLine],
    items: Mapping[str, Item],
    day_budget_idr: Mapping[BudgetLine, int],
    *,
    serving_dates: frozenset[date],
) -> list[BudgetUse]:
    """Compare what the lines would cost at their price limits with the kitchen's budgets.

    Parameters
    ----------
    day_budget_idr
        For each budget line what the kitchen may spend per cooking day, rupiah.
    serving_dates
        The cooking days of the week; the period's budget is the day's times their number.

    Returns
    -------
    list of BudgetUse
        One per budget line, in the order of ``BudgetLine``.
    """
    spent: dict[tuple[BudgetLine, date], int] = defaultdict(int)
    for line in lines:
        item = items[line.item_code]
        cost = value_idr(qty=line.demanded_qty, price_idr=line.max_price_idr, unit=item.unit)
        spent[line.budget_line, line.needed_date] += cost
    uses = []
    for budget_line in BudgetLine:
        per_day = day_budget_idr[budget_line]
        planned = sum(cost for (name, _), cost in spent.items() if name is budget_line)
        budget = per_day * len(serving_dates)
        over = sorted(day for (name, day), cost in spent.items() if name is budget_line and cost > per_day)
        used_bp = planned * BP // budget if budget else (BP if planned else 0)
        uses.append(BudgetUse(budget_line, planned, budget, used_bp, tuple(over)))
    return uses
