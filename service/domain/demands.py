"""From a checked entry to the lines of a forecast: exploded, pooled, merged, rounded, priced, budgeted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from service.domain.budgets import BudgetUse, CostedLine, Eaten, budget_use, expected_price_idr
from service.domain.forecast_entries import ForecastEntry, KitchenFacts, LineEntry
from service.domain.forecasts import ForecastLine
from service.domain.items import Item
from service.domain.menus import Need, Serving, explode, is_pooled, ordered_qty, pool
from service.domain.policies import day_budget_idr
from service.domain.price_caps import PriceLimit, price_limits


@dataclass(frozen=True, slots=True)
class DemandLine:
    """A line as it is going to be stored, with the cap behind its price limit (``None``: no cap is known)."""

    item: Item
    needed_date: date
    demanded_qty: int
    menu_qty: int
    max_price_idr: int
    own_max_price_idr: int | None
    cap: PriceLimit | None
    can_substitute: bool

    @property
    def expected_idr(self) -> int:
        """The price that planning counts with."""
        return expected_price_idr(self.item, max_price_idr=self.max_price_idr)


@dataclass(frozen=True, slots=True)
class Demand:
    """What follows from an entry: lines by day and item, and the use of each budget."""

    lines: tuple[DemandLine, ...]
    budget: tuple[BudgetUse, ...]


def demand_of(entry: ForecastEntry, facts: KitchenFacts) -> Demand:
    """Turn a valid entry into the lines of a forecast and its budget use.

    Parameters
    ----------
    entry
        Checked by ``require_valid``.
    facts
        The kitchen, catalogue, caps and policy of the day.

    Returns
    -------
    Demand
        Quantities in base units, rounded up to the step once per item and cooking day.
    """
    menu = _menu_needs(entry, facts)
    closed = facts.closed_days.without({(line.item_code, line.needed_date): line.demanded_qty for line in entry.lines})
    lines = _merge(pool(menu, facts.items, closed), entry.lines, facts)
    use = budget_use(
        [CostedLine(line.item, line.demanded_qty, line.max_price_idr, line.expected_idr) for line in lines],
        _eaten(menu, entry.lines, facts),
        day_budget_idr=day_budget_idr(
            facts.policy, portions_small=facts.kitchen.portions_small, portions_large=facts.kitchen.portions_large
        ),
        cooking_days=facts.cooking_days,
    )
    return Demand(lines, use)


def is_written(demand: Demand, lines: Iterable[ForecastLine]) -> bool:
    """Tell whether a forecast's lines (by day and item) say just what the demand does."""
    written = [
        (
            line.item_code,
            line.needed_date,
            line.demanded_qty,
            line.menu_qty,
            line.max_price_idr,
            line.own_max_price_idr,
            line.can_substitute,
        )
        for line in lines
    ]
    return written == [
        (
            line.item.code,
            line.needed_date,
            line.demanded_qty,
            line.menu_qty,
            line.max_price_idr,
            line.own_max_price_idr,
            line.can_substitute,
        )
        for line in demand.lines
    ]


def limit_of(
    item: Item, day: date, facts: KitchenFacts, *, own_max_price_idr: int | None
) -> tuple[int, PriceLimit | None]:
    """Return the price limit of an item on a day, and the cap that sets it.

    The lawful limit (exceptions counted), or the kitchen's own where it is lower; without a cap the kitchen's own, or
    else the upper end of the catalogue's range.
    """
    limits = price_limits(facts.caps, facts.exceptions, item_code=item.code, zone=facts.zone, day=day)
    if not limits:
        return own_max_price_idr or item.price_high_idr, None
    return min(limits[0].limit_idr, own_max_price_idr or limits[0].limit_idr), limits[0]


def _menu_needs(entry: ForecastEntry, facts: KitchenFacts) -> list[Need]:
    servings = [
        Serving(
            day=serving.serving_date,
            recipe_id=facts.recipes[serving.recipe_code].id,
            portions_small=serving.portions_small,
            portions_large=serving.portions_large,
        )
        for serving in entry.servings
    ]
    return explode(servings, facts.ingredients, facts.items)


def _merge(menu: Iterable[Need], plain: Iterable[LineEntry], facts: KitchenFacts) -> tuple[DemandLine, ...]:
    needs = {(need.day, need.item_code): need.qty for need in menu}
    typed = {(line.needed_date, line.item_code): line for line in plain}
    return tuple(
        _line(facts.items[code], day, needs.get((day, code), Fraction(0)), typed.get((day, code)), facts)
        for day, code in sorted(needs.keys() | typed.keys())
    )


def _line(item: Item, day: date, menu_need: Fraction, typed: LineEntry | None, facts: KitchenFacts) -> DemandLine:
    plain_qty = typed.demanded_qty if typed else 0
    own_limit = typed.own_max_price_idr if typed else None
    qty = ordered_qty(Need(item.code, day, menu_need + plain_qty), item)
    max_price, cap = limit_of(item, day, facts, own_max_price_idr=own_limit)
    return DemandLine(
        item=item,
        needed_date=day,
        demanded_qty=qty,
        menu_qty=qty - plain_qty,
        max_price_idr=max_price,
        own_max_price_idr=own_limit,
        cap=cap,
        can_substitute=typed.can_substitute if typed else True,
    )


def _eaten(menu: Iterable[Need], plain: Iterable[LineEntry], facts: KitchenFacts) -> list[Eaten]:
    """Menu needs on the day they are cooked; plain lines of goods that keep in equal parts from their day on."""
    amounts: dict[tuple[date, str], Fraction] = defaultdict(Fraction)
    for need in menu:
        amounts[need.day, need.item_code] += need.qty
    for line in plain:
        lasting = [day for day in facts.cooking_days if day >= line.needed_date]
        days = lasting if is_pooled(facts.items[line.item_code]) else [line.needed_date]
        for day in days:
            amounts[day, line.item_code] += Fraction(line.demanded_qty, len(days))
    own_limits = {(line.needed_date, line.item_code): line.own_max_price_idr for line in plain}
    eaten = []
    for (day, code), qty in sorted(amounts.items()):
        item = facts.items[code]
        max_price, _ = limit_of(item, day, facts, own_max_price_idr=own_limits.get((day, code)))
        eaten.append(Eaten(item, day, qty, expected_price_idr(item, max_price_idr=max_price)))
    return eaten
