"""Demand: what a kitchen says it needs in a week, in revisions that are never overwritten once sent."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.errors import AfterCutOff, DraftExists, IllegalTransition, InvalidField, WeekPlanned
from service.domain.items import BudgetLine
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of


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


MOST_WEEKS_BACK = 26
"""How old a week may be that a kitchen copies."""


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
        sa.Index("ix_forecast_region_created", "region_code", "created_at", "id"),
        sa.Index("ix_forecast_kitchen_created", "kitchen_id", "created_at", "id"),
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
    """Why it was corrected, or taken back after the cut-off."""
    budget: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB, nullable=False)
    """Use of each budget line as computed when the lines were entered (``budgets.BudgetUse.as_json``)."""
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
        sa.CheckConstraint("max_price_idr > 0 AND own_max_price_idr > 0", name="price_positive"),
        sa.CheckConstraint("menu_qty BETWEEN 0 AND demanded_qty", name="menu_part"),
    )
    id: UUID = Field(primary_key=True)
    forecast_id: UUID = Field(foreign_key="forecast.id", index=True)
    item_code: str = Field(foreign_key="item.code")
    needed_date: date
    demanded_qty: int = Field(sa_type=sa.BigInteger)
    max_price_idr: int = Field(sa_type=sa.BigInteger)
    budget_line: BudgetLine = Field(sa_type=one_of(BudgetLine))
    can_substitute: bool = True
    menu_qty: int = Field(default=0, sa_type=sa.BigInteger)
    """The part that comes from the menu; the rest was entered as a plain line."""
    own_max_price_idr: int | None = Field(default=None, sa_type=sa.BigInteger)
    """The kitchen's own limit, where it set one below the lawful."""


def require_correction_reason(reason: str) -> str:
    """Return the reason of a correction, trimmed.

    Raises
    ------
    InvalidField
        If it says nothing.
    """
    if not reason.strip():
        raise InvalidField.at("reason", "Say why the forecast changes after the cut-off.", code="missing")
    return reason.strip()


def require_week_unplanned(week_start: date, *, published_plan_id: UUID | None) -> None:
    """Refuse changes of demand once the week's plan is published: its orders say what comes.

    Raises
    ------
    WeekPlanned
        Naming the plan.
    """
    if published_plan_id is not None:
        raise WeekPlanned(
            f"The plan of the week of {week_start} is published and its orders are out; "
            "correct the forecast that counts, with a reason.",
            plan_id=str(published_plan_id),
        )


def require_no_draft(draft: Forecast | None) -> None:
    """Refuse a second draft of a kitchen's week.

    Raises
    ------
    DraftExists
        Naming the draft.
    """
    if draft is not None:
        raise DraftExists(
            f"There is a draft for the week of {draft.week_start} already; change it, submit it, or withdraw it.",
            forecast_id=str(draft.id),
            version=draft.version,
        )


def require_draft(forecast: Forecast) -> None:
    """Refuse to change the content of a revision that was sent.

    Raises
    ------
    IllegalTransition
        A sent revision is never overwritten; a new one takes its place.
    """
    if forecast.status is not ForecastStatus.DRAFT:
        raise IllegalTransition(
            f"The forecast is {forecast.status.value}; only a draft can be changed. Make a new revision instead.",
            current=forecast.status.value,
            allowed=[ForecastStatus.DRAFT.value],
        )


def require_correctable(forecast: Forecast) -> None:
    """Refuse to correct what neither counts nor could count: a superseded or withdrawn revision.

    Raises
    ------
    IllegalTransition
        Naming the statuses that can be corrected.
    """
    correctable = (ForecastStatus.DRAFT, ForecastStatus.SUBMITTED)
    if forecast.status not in correctable:
        raise IllegalTransition(
            f"The forecast is {forecast.status.value}; correct the revision that counts.",
            current=forecast.status.value,
            allowed=[status.value for status in correctable],
        )


def submit(forecast: Forecast, *, now: datetime, user_id: UUID) -> None:
    """Make a draft the revision that counts (the one that counted is superseded before).

    Raises
    ------
    IllegalTransition
        If it was sent or withdrawn before.
    """
    forecast.status = transition(FORECAST_TRANSITIONS, forecast.status, ForecastStatus.SUBMITTED, what="forecast")
    forecast.submitted_at = now
    forecast.submitted_by = user_id


def correct(forecast: Forecast, *, reason: str) -> None:
    """Mark a revision as a correction after the cut-off."""
    forecast.is_correction = True
    forecast.correction_reason = require_correction_reason(reason)


def supersede(forecast: Forecast) -> None:
    """Let a later revision take the place of one: a sent one is kept as superseded, a draft is put aside."""
    is_draft = forecast.status is ForecastStatus.DRAFT
    target = ForecastStatus.WITHDRAWN if is_draft else ForecastStatus.SUPERSEDED
    forecast.status = transition(FORECAST_TRANSITIONS, forecast.status, target, what="forecast")


def withdraw(forecast: Forecast, *, reason: str | None, is_late: bool) -> None:
    """Take a revision back; a sent one after the cut-off only with a reason, since supply was planned on it.

    Raises
    ------
    AfterCutOff
        If the reason is missing.
    IllegalTransition
        If it was withdrawn or superseded before.
    """
    was_sent = forecast.status is ForecastStatus.SUBMITTED
    forecast.status = transition(FORECAST_TRANSITIONS, forecast.status, ForecastStatus.WITHDRAWN, what="forecast")
    given = (reason or "").strip()
    if was_sent and is_late and not given:
        raise AfterCutOff("After the cut-off a forecast is taken back only with a reason.")
    forecast.correction_reason = given or None
