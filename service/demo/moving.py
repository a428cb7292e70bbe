"""Move the demo week, which is drawn for fixed days, by whole weeks to the days on which somebody looks at it."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from service.demo.week import DemoWeek
from service.domain.calendars import DAYS_PER_WEEK, cut_off_at, week_of
from service.domain.policies import PolicyValues

T = TypeVar("T")


def next_open_week(now: datetime, policy: PolicyValues, *, timezone: str) -> date:
    """Return the Monday of the first week whose cut-off is still to come."""
    week_start = week_of(now.date())
    while now >= cut_off_at(
        week_start, weekday=policy.cut_off_weekday, minute=policy.cut_off_minute, timezone=timezone
    ):
        week_start += timedelta(days=DAYS_PER_WEEK)
    return week_start


def moved(week: DemoWeek, week_start: date) -> DemoWeek:
    """Return the same week with every day and instant moved, so that it starts on ``week_start`` (a Monday)."""
    return _moved(week, week_start - week.week_start)


def _moved(value: T, by: timedelta) -> T:
    if isinstance(value, date | datetime):
        return value + by
    if isinstance(value, tuple):
        return tuple(_moved(part, by) for part in value)  # type: ignore[return-value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts: dict[str, Any] = {
            field.name: _moved(getattr(value, field.name), by) for field in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **parts)
    return value
