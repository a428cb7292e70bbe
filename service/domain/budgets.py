"""What a forecast costs, day by day, against what a kitchen may spend.

The budget counts the kitchen's **registered** portions on every cooking day, not those of a menu: the money follows
the children it is registered to feed, a menu may name fewer portions of a dish on a day, and plain lines name none
at all. So the three ways to enter a forecast are measured by the same yardstick.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from service.domain.errors import BudgetExceeded
from service.domain.items import BudgetLine, Item
from service.domain.units import BP, PRICED_PER, round_rupiah, value_idr


def expected_price_idr(item: Item, *, max_price_idr: int) -> int:
    """Return the price that planning counts with: the middle of the catalogue's range, never above the limit.

    Limits are what a kitchen may pay at most; hardly a week costs that much, and measuring it by the limits would
    refuse menus that the money is enough for. The matching keeps to the real prices and the hard budget.
    """
    middle = round_rupiah(Fraction(item.price_low_idr + item.price_high_idr, 2))
    return min(max_price_idr, middle)


@dataclass(frozen=True, slots=True)
class CostedLine:
    """An item on a cooking day with its limit and the price that planning counts with (rupiah per kg, litre, piece)."""

    item: Item
    qty: int
    max_price_idr: int
    expected_idr: int


@dataclass(frozen=True, slots=True)
class Eaten:
    """Goods eaten on a day (exact base units): what a day costs, whenever the goods are delivered."""

    item: Item
    day: date
    qty: Fraction
    expected_idr: int


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """Planned spending against one budget line of a kitchen, over the week and day by day."""

    budget_line: BudgetLine
    planned_idr: int
    """Quantities after rounding, at expected prices."""
    most_idr: int
    """The same at the price limits: what it can cost at most."""
    day_budget_idr: int
    budget_idr: int
    day_costs_idr: tuple[tuple[date, int], ...]
    """What is eaten on each cooking day, at expected prices."""

    @property
    def used_bp(self) -> int:
        """Share of the period's budget that is planned, basis points (9,400 is 94 %)."""
        if self.budget_idr:
            return self.planned_idr * BP // self.budget_idr
        return BP if self.planned_idr else 0

    @property
    def is_exceeded(self) -> bool:
        """Whether the period's budget is broken."""
        return self.planned_idr > self.budget_idr

    @property
    def over_days(self) -> tuple[date, ...]:
        """Cooking days whose own goods cost more than a day's budget; allowed, the budget counts over the period."""
        return tuple(day for day, cost in self.day_costs_idr if cost > self.day_budget_idr)

    @property
    def dearest_day(self) -> tuple[date, int] | None:
        """The cooking day that costs most, and how much; the earlier of equals."""
        return max(self.day_costs_idr, key=lambda day_cost: day_cost[1], default=None)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, to be kept with the forecast."""
        return {
            "budget_line": self.budget_line.value,
            "planned_idr": self.planned_idr,
            "most_idr": self.most_idr,
            "day_budget_idr": self.day_budget_idr,
            "budget_idr": self.budget_idr,
            "day_costs_idr": [[day.isoformat(), cost] for day, cost in self.day_costs_idr],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> BudgetUse:
        """Return what ``as_json`` kept."""
        days = tuple((date.fromisoformat(day), cost) for day, cost in values["day_costs_idr"])
        return cls(**{**values, "budget_line": BudgetLine(values["budget_line"]), "day_costs_idr": days})


def budget_use(
    lines: Iterable[CostedLine],
    eaten: Iterable[Eaten],
    *,
    day_budget_idr: Mapping[BudgetLine, int],
    cooking_days: tuple[date, ...],
) -> tuple[BudgetUse, ...]:
    """Compare what a forecast would cost with the kitchen's budgets.

    Parameters
    ----------
    lines
        What is ordered; the period's sums.
    eaten
        What is eaten on which day; the days' sums.
    day_budget_idr
        For each budget line what the kitchen may spend per cooking day, rupiah.
    cooking_days
        The kitchen's cooking days of the week; the period's budget is the day's times their number.

    Returns
    -------
    tuple of BudgetUse
        One per budget line, in the order of ``BudgetLine``.
    """
    lines = list(lines)
    by_day: dict[tuple[BudgetLine, date], Fraction] = defaultdict(Fraction)
    for portion in eaten:
        cost = portion.qty * portion.expected_idr / PRICED_PER[portion.item.unit]
        by_day[portion.item.budget_line, portion.day] += cost
    uses = []
    for budget_line in BudgetLine:
        own = [line for line in lines if line.item.budget_line is budget_line]
        per_day = day_budget_idr[budget_line]
        uses.append(
            BudgetUse(
                budget_line=budget_line,
                planned_idr=sum(
                    value_idr(qty=line.qty, price_idr=line.expected_idr, unit=line.item.unit) for line in own
                ),
                most_idr=sum(
                    value_idr(qty=line.qty, price_idr=line.max_price_idr, unit=line.item.unit) for line in own
                ),
                day_budget_idr=per_day,
                budget_idr=per_day * len(cooking_days),
                day_costs_idr=tuple((day, round_rupiah(by_day[budget_line, day])) for day in cooking_days),
            )
        )
    return tuple(uses)


def require_within_budget(uses: Iterable[BudgetUse]) -> None:
    """Refuse to send a forecast that breaks the period's budget; a single dear day is allowed.

    Raises
    ------
    BudgetExceeded
        For the first broken budget line: planned, budget, excess, and the dearest day.
    """
    for use in uses:
        if not use.is_exceeded:
            continue
        day, cost = use.dearest_day or (None, 0)
        dearest = f" Its dearest day is {day} with Rp {cost:,}." if day else ""
        raise BudgetExceeded(
            f"The {use.budget_line.value} budget of the week is Rp {use.budget_idr:,}; the forecast plans "
            f"Rp {use.planned_idr:,}, Rp {use.planned_idr - use.budget_idr:,} too much.{dearest}",
            budget_line=use.budget_line.value,
            planned_idr=use.planned_idr,
            budget_idr=use.budget_idr,
            over_idr=use.planned_idr - use.budget_idr,
            used_bp=use.used_bp,
            dearest_date=day.isoformat() if day else None,
            dearest_day_idr=cost,
        )
