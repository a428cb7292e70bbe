"""What the kitchens post: most a menu with plain lines for supplies, some plain lines, some last week's copy."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.demo.calendars import DEMO_NOW, PAST_WEEK_STARTS, WEEK_START, cooking_days
from service.demo.draws import steps_of, stream
from service.demo.facts import Facts
from service.demo.kitchens import DemoKitchen
from service.demo.needs import DemoLine, MenuBook, menu_lines, menu_position
from service.domain.forecasts import ForecastSource
from service.domain.menus import is_pooled

_SOURCES = (ForecastSource.MENU, ForecastSource.LINES, ForecastSource.COPY)
_SOURCE_WEIGHTS = (70, 18, 12)
_FULL_KITCHEN = 3000
_SUPPLIES = {"DETERG": 125_000, "SANIT": 15_000, "GLOVE": 9, "HAIRNET": 5, "BAG": 10, "WATER": 20}
"""A week's supplies of a kitchen with 3,000 portions, base units; 25 litres of soap a day is what BGN tells."""
_GAS_12_KG = 14
_GAS_50_KG = 3
_GAS_50_KG_CHANCE = 0.3
_DRY_DELIVERY_DAYS = 3


@dataclass(frozen=True, slots=True)
class DemoServing:
    """Portions of a menu day on a cooking day."""

    serving_date: date
    menu_position: int
    recipe_codes: tuple[str, ...]
    portions_small: int
    portions_large: int


@dataclass(frozen=True, slots=True)
class DemoForecast:
    """A kitchen's demand: ``menu`` has servings and its extra lines, ``lines`` all lines, ``copy`` neither.

    ``expected_lines`` is what the kitchen will be seen to need, whichever way it posts.
    """

    kitchen_code: str
    week_start: date
    source: ForecastSource
    servings: tuple[DemoServing, ...]
    lines: tuple[DemoLine, ...]
    copied_week_start: date | None
    submitted_at: datetime
    expected_lines: tuple[DemoLine, ...]


def _supplies(facts: Facts, kitchen: DemoKitchen, week_start: date, draw: random.Random) -> list[DemoLine]:
    size = (kitchen.portions_small + kitchen.portions_large) / _FULL_KITCHEN
    steps = {item.code: item.step_qty for item in facts.items}
    gas = {"LPG-50": _GAS_50_KG} if draw.random() < _GAS_50_KG_CHANCE else {"LPG-12": _GAS_12_KG}
    lines = []
    for code, qty in (gas | _SUPPLIES).items():
        day = week_start + timedelta(days=draw.randrange(_DRY_DELIVERY_DAYS))
        lines.append(DemoLine(code, day, steps_of(qty * size * draw.uniform(0.8, 1.15), steps[code])))
    return lines


def _plain_lines(book: MenuBook, menu: Iterable[DemoLine], week_start: date, draw: random.Random) -> Iterable[DemoLine]:
    """Yield a menu as a kitchen would type it: its own rounding, dry goods on a day that suits it."""
    for line in menu:
        item = book.items[line.item_code]
        day = line.needed_date
        if is_pooled(item):
            day = week_start + timedelta(days=draw.randrange(_DRY_DELIVERY_DAYS))
        yield DemoLine(line.item_code, day, steps_of(line.demanded_qty * draw.uniform(1, 1.03), item.step_qty))


def _servings(book: MenuBook, kitchen: DemoKitchen, week_start: date) -> tuple[DemoServing, ...]:
    servings = []
    for day in cooking_days(week_start):
        position = menu_position(kitchen, day)
        codes = book.recipe_codes_by_position[position]
        servings.append(DemoServing(day, position, codes, kitchen.portions_small, kitchen.portions_large))
    return tuple(servings)


def _posted_at(week_start: date, draw: random.Random) -> datetime:
    """Return an instant between Tuesday morning and the demo's now, in the week before."""
    weeks_back = (WEEK_START - week_start).days // 7
    return DEMO_NOW - timedelta(weeks=weeks_back, minutes=draw.randint(5, 48 * 60))


def _merged(lines: Iterable[DemoLine]) -> tuple[DemoLine, ...]:
    """Return one line per item and day, sorted by day and item."""
    sums: dict[tuple[date, str], int] = {}
    for line in lines:
        key = (line.needed_date, line.item_code)
        sums[key] = sums.get(key, 0) + line.demanded_qty
    return tuple(DemoLine(code, day, qty) for (day, code), qty in sorted(sums.items()))


def _copied(lines: Iterable[DemoLine], by: timedelta) -> tuple[DemoLine, ...]:
    return tuple(DemoLine(line.item_code, line.needed_date + by, line.demanded_qty) for line in lines)


def _forecasts_of(facts: Facts, book: MenuBook, kitchen: DemoKitchen, draw: random.Random) -> Iterable[DemoForecast]:
    (source,) = draw.choices(_SOURCES, _SOURCE_WEIGHTS)
    code = kitchen.code
    if source is ForecastSource.COPY:
        last = PAST_WEEK_STARTS[-1]
        typed = _merged([*_plain_lines(book, menu_lines(book, kitchen, last), last, draw)])
        lines = _merged([*typed, *_supplies(facts, kitchen, last, draw)])
        yield DemoForecast(code, last, ForecastSource.LINES, (), lines, None, _posted_at(last, draw), lines)
        copied = _copied(lines, WEEK_START - last)
        yield DemoForecast(code, WEEK_START, source, (), (), last, _posted_at(WEEK_START, draw), copied)
        return
    menu = menu_lines(book, kitchen, WEEK_START)
    supplies = _supplies(facts, kitchen, WEEK_START, draw)
    posted = _posted_at(WEEK_START, draw)
    if source is ForecastSource.MENU:
        servings = _servings(book, kitchen, WEEK_START)
        expected = _merged([*menu, *supplies])
        yield DemoForecast(code, WEEK_START, source, servings, _merged(supplies), None, posted, expected)
    else:
        lines = _merged([*_plain_lines(book, menu, WEEK_START, draw), *supplies])
        yield DemoForecast(code, WEEK_START, source, (), lines, None, posted, lines)


def make_forecasts(
    facts: Facts, book: MenuBook, kitchens: Iterable[DemoKitchen], *, seed: int
) -> tuple[DemoForecast, ...]:
    """Return the forecasts of the demo week, and of the week before where it is copied, oldest week first."""
    draw = stream(seed, "forecasts")
    forecasts = [forecast for kitchen in kitchens for forecast in _forecasts_of(facts, book, kitchen, draw)]
    return tuple(sorted(forecasts, key=lambda forecast: (forecast.week_start, forecast.kitchen_code)))


def needed_qty(forecasts: Iterable[DemoForecast]) -> Mapping[str, int]:
    """Return what all kitchens together need of each item in the demo week, base units."""
    totals: dict[str, int] = {}
    for forecast in forecasts:
        if forecast.week_start == WEEK_START:
            for line in forecast.expected_lines:
                totals[line.item_code] = totals.get(line.item_code, 0) + line.demanded_qty
    return dict(sorted(totals.items()))
