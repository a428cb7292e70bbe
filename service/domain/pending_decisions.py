"""What waits for the city operator's word, where the policy lets nothing move by itself; told and reminded of once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.calendars import day_begins_at
from service.domain.publishing import ANSWERED_BEFORE_COOKING_DAY, SHORTEST_TIME_TO_ANSWER
from service.domain.tables import UTC_INSTANT, Row, one_of

TOLD_TOGETHER = timedelta(hours=1)
"""What an order or a kitchen lacks is told once; what it lacks further after this time is told anew."""


class DecisionAbout(StrEnum):
    """``fallen_lines``: goods of an order that nobody brings; ``more_needed``: a kitchen's need has grown."""

    FALLEN_LINES = "fallen_lines"
    MORE_NEEDED = "more_needed"


class PendingDecision(Row, table=True):
    """An order of which goods fell, or a kitchen that needs more; gone once the operator sends them on or repairs."""

    __table_args__ = (
        sa.Index("ix_pending_decision_due", "remind_at", postgresql_where=sa.text("reminded_at IS NULL")),
        sa.Index("ix_pending_decision_week", "region_code", "week_start"),
    )
    subject_id: UUID = Field(primary_key=True)
    week_start: date = Field(primary_key=True)
    region_code: str = Field(foreign_key="region.code")
    about: DecisionAbout = Field(sa_type=one_of(DecisionAbout))
    first_day: date
    """The first cooking day that lacks something."""
    told_at: datetime = Field(sa_type=UTC_INSTANT)
    remind_at: datetime = Field(sa_type=UTC_INSTANT)
    reminded_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)


def remind_at(told_at: datetime, first_day: date, *, timezone: str) -> datetime:
    """Return when an operator who did nothing is reminded: by when answers must be in for a cooking day.

    Until then a standby that is asked still has eight hours; whoever was told later is reminded after an hour.
    """
    latest = day_begins_at(first_day, timezone=timezone) - ANSWERED_BEFORE_COOKING_DAY
    return max(latest, told_at + SHORTEST_TIME_TO_ANSWER)


def is_told_with(pending: PendingDecision, now: datetime) -> bool:
    """Tell whether a further lack belongs to what the operator was told a moment ago."""
    return pending.reminded_at is None and now < pending.told_at + TOLD_TOGETHER


def wait_for(pending: PendingDecision, first_day: date, *, timezone: str) -> None:
    """Let a decision wait for a day, to be reminded of in time for it."""
    pending.first_day = first_day
    pending.remind_at = remind_at(pending.told_at, first_day, timezone=timezone)
    pending.reminded_at = None
