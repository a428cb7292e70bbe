"""A week filled from the menu cycle: the cycle goes on where the kitchen's last week left it, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.domain.forecast_entries import ForecastEntry, KitchenFacts, ServingEntry


@dataclass(frozen=True, slots=True)
class CycleDay:
    """One day of the cycle, counted from 1."""

    position: int
    name_id: str
    name_en: str
    recipe_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplacedDay:
    """A cooking day that had other dishes before: their codes, and those that take their place."""

    day: date
    before: tuple[str, ...]
    after: tuple[str, ...]


def next_place(cycle: Sequence[CycleDay], last_week: ForecastEntry) -> int:
    """Return where the cycle goes on after a week: the place in it, counted from 0.

    The last day that was cooked as the cycle says is looked for, and the days since are counted on; without one the
    cycle begins.
    """
    cooked = sorted(_dishes(last_week).items(), reverse=True)
    for since, (_day, codes) in enumerate(cooked):
        known = (place for place, day in enumerate(cycle) if set(day.recipe_codes) == set(codes))
        place = next(known, None)
        if place is not None:
            return (place + since + 1) % len(cycle)
    return 0


def filled(
    entry: ForecastEntry,
    facts: KitchenFacts,
    cycle: Sequence[CycleDay],
    *,
    first: int,
    portions: Mapping[date, tuple[int, int]],
) -> ForecastEntry:
    """Return an entry whose menu is the cycle's; goods beside the menu stay.

    Parameters
    ----------
    cycle
        Its days in order, at least one.
    first
        The place in it, counted from 0, of the week's first cooking day; each next cooking day has the next one.
    portions
        Small and large ones of the days for which they are said; else what the kitchen is registered for.

    Returns
    -------
    ForecastEntry
        Without dishes that are no longer in use.
    """
    usual = (facts.kitchen.portions_small, facts.kitchen.portions_large)
    in_use = {recipe.code for recipe in facts.recipes.values() if recipe.is_active}
    servings = tuple(
        ServingEntry(code, day, *portions.get(day, usual))
        for since, day in enumerate(facts.cooking_days)
        for code in cycle[(first + since) % len(cycle)].recipe_codes
        if code in in_use
    )
    return replace(entry, servings=servings)


def replaced_days(before: ForecastEntry, after: ForecastEntry) -> list[ReplacedDay]:
    """Return the days that had dishes and have others now, in order."""
    old, new = _dishes(before), _dishes(after)
    return [
        ReplacedDay(day, tuple(codes), tuple(new.get(day, ())))
        for day, codes in sorted(old.items())
        if set(codes) != set(new.get(day, ()))
    ]


def _dishes(entry: ForecastEntry) -> dict[date, list[str]]:
    by_day: defaultdict[date, list[str]] = defaultdict(list)
    for serving in entry.servings:
        by_day[serving.serving_date].append(serving.recipe_code)
    return by_day
