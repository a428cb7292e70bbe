"""The trade's week: Monday to Sunday in the region's time, and the cut-off before it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.domain.errors import AfterCutOff, BeforeCutOff, InvalidField

DAYS_PER_WEEK = 7


def require_monday(week_start: date) -> date:
    """Return the day if it is a Monday.

    Raises
    ------
    InvalidField
        Naming the Monday of that week.
    """
    if week_start.weekday() != 0:
        monday = week_start - timedelta(days=week_start.weekday())
        raise InvalidField.at("week_start", f"A week starts on a Monday; the nearest one before is {monday}.")
    return week_start


def require_week_ahead(week_start: date, *, today: date) -> date:
    """Return the Monday of a week that is not over yet.

    Raises
    ------
    InvalidField
        Naming the current week.
    """
    if week_start + timedelta(days=DAYS_PER_WEEK) <= today:
        message = f"That week is over; the current one starts on {week_of(today)}."
        raise InvalidField.at("week_start", message, code="past")
    return week_start


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def days_of(week_start: date) -> tuple[date, ...]:
    """Return the seven days of a week."""
    return tuple(week_start + timedelta(days=offset) for offset in range(DAYS_PER_WEEK))


def local_day(now: datetime, *, timezone: str) -> date:
    """Return the calendar day that it is in a region at an instant."""
    return now.astimezone(ZoneInfo(timezone)).date()


def day_begins_at(day: date, *, timezone: str) -> datetime:
    """Return the instant (UTC) at which a day begins in a region; goods for a cooking day are there by then."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def delivery_days(from_date: date, to_date: date) -> list[date]:
    """Return every day of a period, both ends included; none if it ends before it begins."""
    return [from_date + timedelta(days=offset) for offset in range((to_date - from_date).days + 1)]


def cut_off_at(week_start: date, *, weekday: int, minute: int, timezone: str) -> datetime:
    """Return the instant (UTC) until which forecasts of a week can be changed freely.

    Parameters
    ----------
    weekday
        0 Monday .. 6 Sunday, of the week before.
    minute
        Minutes after local midnight (12:00 WIB is 720).
    """
    day = week_start - timedelta(days=DAYS_PER_WEEK - weekday)
    local = datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(timezone))
    return local.astimezone(UTC)


def require_before_cut_off(now: datetime, cut_off: datetime, *, timezone: str) -> None:
    """Refuse a plain change after the cut-off.

    Raises
    ------
    AfterCutOff
        Telling the cut-off in local time and that a correction is possible.
    """
    if now >= cut_off:
        local = cut_off.astimezone(ZoneInfo(timezone))
        raise AfterCutOff(
            f"The cut-off was {local:%Y-%m-%d %H:%M} {local.tzname()}; send a correction with a reason instead.",
            cut_off_at=cut_off.isoformat(),
        )


def require_after_cut_off(now: datetime, cut_off: datetime, *, timezone: str) -> None:
    """Refuse a correction before the cut-off, when a plain change does.

    Raises
    ------
    BeforeCutOff
        Telling the cut-off in local time.
    """
    if now < cut_off:
        local = cut_off.astimezone(ZoneInfo(timezone))
        raise BeforeCutOff(
            f"Until the cut-off, {local:%Y-%m-%d %H:%M} {local.tzname()}, send a new forecast; no reason is needed.",
            cut_off_at=cut_off.isoformat(),
        )
