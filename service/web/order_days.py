"""The lines of an order by cooking day and kitchen; a long one is shown a day at a time: a light page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from service.domain.orders import OrderLineStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.api.schemas.orders import OrderLineOut

MOST_LINES_AT_ONCE: Final = 40


@dataclass(frozen=True, slots=True)
class CookingDay:
    """One day of an order."""

    day: date
    kitchens: list[tuple[str, list[OrderLineOut]]]
    line_count: int
    waiting_count: int


@dataclass(frozen=True, slots=True)
class OrderDays:
    """The days of an order, and which of them are on this page."""

    all: list[CookingDay]
    shown: list[CookingDay]

    @property
    def is_split(self) -> bool:
        """Whether other days are on other pages."""
        return len(self.shown) < len(self.all)

    @property
    def part(self) -> str:
        """What tells this page's forms from those of other days."""
        return self.shown[0].day.isoformat() if self.is_split else ""

    @property
    def waiting_count(self) -> int:
        """How many lines of this page wait for an answer."""
        return sum(one.waiting_count for one in self.shown)


def days_of(lines: Sequence[OrderLineOut], chosen: date | None) -> OrderDays:
    """Return lines by day; of a long order the chosen day, else the first that waits for an answer, else the first."""
    ordered = sorted(lines, key=lambda line: (line.needed_date, line.kitchen_name, line.position))
    days = [_cooking_day(day, list(found)) for day, found in groupby(ordered, key=lambda line: line.needed_date)]
    if len(lines) <= MOST_LINES_AT_ONCE or not days:
        return OrderDays(days, days)
    fitting = [one for one in days if one.day == chosen] or [one for one in days if one.waiting_count] or days
    return OrderDays(days, fitting[:1])


def _cooking_day(day: date, lines: list[OrderLineOut]) -> CookingDay:
    kitchens = [(name, list(found)) for name, found in groupby(lines, key=lambda line: line.kitchen_name)]
    waiting = sum(line.status is OrderLineStatus.AWAITING_ANSWER for line in lines)
    return CookingDay(day, kitchens, len(lines), waiting)
