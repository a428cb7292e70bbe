"""What a kitchen is to do next, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from service.domain.permissions import Action
from service.web.kitchen_weeks import WeekStand, WeekState
from service.web.page import PageView
from service.web.words import marked as _

MOST_SHOWN: Final = 50
POSTED_WITHIN: Final = timedelta(days=7)
"""A week that is not posted is a thing to do from a week before its cut-off."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: in words, where, until when."""

    words: str
    button: str
    path: str
    name: str = ""
    day: date | None = None
    due_at: datetime | None = None
    is_late: bool = False


async def tasks_of(page: PageView, weeks: list[WeekStand]) -> list[Task]:
    """Return what the reader is to do, the most pressing first."""
    return _weeks(page, weeks, await page.today())


def _weeks(page: PageView, weeks: list[WeekStand], today: date) -> list[Task]:
    if not page.may(Action.FORECASTS_WRITE):
        return []
    words = {
        WeekState.EMPTY: (_("Kirim kebutuhan untuk minggu"), _("Susun menu")),
        WeekState.DRAFT: (_("Konsep belum dikirim untuk minggu"), _("Lanjutkan konsep")),
        WeekState.MISSED: (_("Belum ada kebutuhan untuk minggu"), _("Kirim terlambat")),
    }
    return [
        Task(
            *words[week.state],
            f"/weeks/{week.week_start}",
            day=week.week_start,
            due_at=week.cut_off_at,
            is_late=week.state is WeekState.MISSED,
        )
        for week in weeks
        if week.state in words and _is_pressing(week, page.work.now, today)
    ]


def _is_pressing(week: WeekStand, now: datetime, today: date) -> bool:
    """Tell whether a week is to be posted now: from a week before its cut-off until it begins."""
    return week.cut_off_at is None or (week.cut_off_at - now <= POSTED_WITHIN and today < week.week_start)
