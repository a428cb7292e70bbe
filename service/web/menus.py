"""A kitchen's menu as a form: dishes and portions of each cooking day, goods beside them; read and filled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from service.domain.forecast_entries import ForecastEntry, KitchenFacts, LineEntry, ServingEntry
from service.domain.items import Item
from service.domain.menus import Recipe
from service.web.forms import Typed

DISHES_PER_DAY: Final = 5
SPARE_ROWS: Final = 4
MOST_PORTIONS: Final = 100_000


@dataclass(frozen=True, slots=True)
class DayRow:
    """A cooking day of the form: its dishes by place, its portions; portions of a dish where they differ."""

    day: date
    dishes: Mapping[int, str]
    portions_small: int
    portions_large: int
    own_portions: Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """Goods beside the menu, in a row of the form; a spare row has none."""

    number: int
    line: LineEntry | None = None
    item: Item | None = None
    is_strict: bool = False
    """Whether nothing else may come in their place."""


def day_rows(entry: ForecastEntry, facts: KitchenFacts, sent: Typed | None = None) -> list[DayRow]:
    """Return the days of a form that holds an entry; days without dishes have the kitchen's registered portions.

    A form that was ``sent`` and refused has the places that it had: what stands in them is typed over.
    """
    by_day: defaultdict[date, list[ServingEntry]] = defaultdict(list)
    for serving in entry.servings:
        by_day[serving.serving_date].append(serving)
    rows = [_day_row(day, by_day[day], facts) for day in facts.cooking_days]
    return [_as_sent(row, sent) for row in rows] if sent else rows


def _day_row(day: date, servings: Sequence[ServingEntry], facts: KitchenFacts) -> DayRow:
    portions = [(one.portions_small, one.portions_large) for one in servings]
    usual = portions[0] if portions else (facts.kitchen.portions_small, facts.kitchen.portions_large)
    blank = ("",) * max(1, DISHES_PER_DAY - len(servings))
    own = {place: one for place, one in enumerate(portions) if one != usual}
    return DayRow(day, dict(enumerate((*(one.recipe_code for one in servings), *blank))), *usual, own)


def _as_sent(row: DayRow, sent: Typed) -> DayRow:
    places = _numbers(sent, f"dish.{row.day}.")
    if not places:
        return row
    is_full = bool(sent.text(f"dish.{row.day}.{places[-1]}"))
    dishes = dict.fromkeys([*places, places[-1] + 1] if is_full else places, "")
    usual = (row.portions_small, row.portions_large)
    own = {place: usual for place in places if f"small.{row.day}.{place}" in sent.values}
    return replace(row, dishes=dishes, own_portions=own)


def goods_rows(entry: ForecastEntry, facts: KitchenFacts, sent: Typed | None = None) -> list[GoodsRow]:
    """Return the rows of goods beside the menu, and some that are still empty; those of a form that was ``sent``."""
    numbers = _numbers(sent, "item.") if sent else []
    if sent and numbers:  # the entry's own goods stand elsewhere, or were taken out
        blank = sum(not sent.text(f"item.{number}") for number in numbers)
        rows = [_row_as_sent(number, sent, facts) for number in numbers]
        return [*rows, *_spare_rows(numbers[-1] + 1, SPARE_ROWS - blank)]
    known = [
        GoodsRow(number, line, facts.items.get(line.item_code), is_strict=not line.can_substitute)
        for number, line in enumerate(entry.lines)
    ]
    return [*known, *_spare_rows(len(known), SPARE_ROWS)]


def _row_as_sent(number: int, sent: Typed, facts: KitchenFacts) -> GoodsRow:
    item = _item_called(sent.text(f"item.{number}"), facts)
    return GoodsRow(number, item=item, is_strict=bool(sent.text(f"strict.{number}")))


def _spare_rows(first: int, count: int) -> list[GoodsRow]:
    return [GoodsRow(first + spare) for spare in range(count)]


def dishes_to_choose(facts: KitchenFacts) -> list[Recipe]:
    """Return the recipes in use by name."""
    return sorted((one for one in facts.recipes.values() if one.is_active), key=lambda one: one.name_id)


def goods_to_choose(facts: KitchenFacts) -> list[Item]:
    """Return what a kitchen may order, by name."""
    return sorted((one for one in facts.items.values() if one.is_for_kitchens), key=lambda one: one.name_id)


def entry_in(form: Typed, facts: KitchenFacts) -> ForecastEntry:
    """Return what a form says; its faults stand under the names of its fields."""
    servings = [one for day in facts.cooking_days for one in _servings(form, day)]
    lines = [one for number in _numbers(form, "item.") if (one := _line(form, number, facts)) is not None]
    entry = ForecastEntry(tuple(one for one, _ in servings), tuple(one for one, _ in lines))
    for index, (_one, key) in enumerate(servings):
        names = {"recipe_code": f"dish.{key}", "serving_date": f"dish.{key}"}
        day = key.rpartition(".")[0]
        names |= {f"portions_{size}": f"{size}.{day}" for size in ("small", "large")}
        form.renamed |= {f"servings.{index}.{name}": place for name, place in names.items()}
        form.renamed[f"servings.{index}"] = f"dish.{key}"
    for index, (_line_entry, number) in enumerate(lines):
        names = {"item_code": "item", "needed_date": "day", "demanded_qty": "qty", "own_max_price_idr": "limit"}
        form.renamed |= {f"lines.{index}.{name}": f"{place}.{number}" for name, place in names.items()}
        form.renamed[f"lines.{index}"] = f"item.{number}"
    form.renamed["lines"] = "nothing"
    return entry


def portions_in(form: Typed, facts: KitchenFacts) -> dict[date, tuple[int, int]]:
    """Return the portions that a form says for whole days, with dishes or without."""
    said: dict[date, tuple[int, int]] = {}
    for day in facts.cooking_days:
        if form.text(f"small.{day}") or form.text(f"large.{day}"):
            small, large = (form.whole(f"{size}.{day}", most=MOST_PORTIONS) for size in ("small", "large"))
            said[day] = (small or 0, large or 0)
    return said


def lead_to_days(form: Typed, entry: ForecastEntry) -> None:
    """Let what is wrong with an entry's portions stand beside those of their day."""
    for index, serving in enumerate(entry.servings):
        for size in ("small", "large"):
            form.renamed[f"servings.{index}.portions_{size}"] = f"{size}.{serving.serving_date}"


def _servings(form: Typed, day: date) -> Iterable[tuple[ServingEntry, str]]:
    chosen = [place for place in _numbers(form, f"dish.{day}.") if form.text(f"dish.{day}.{place}")]
    if not chosen:
        return
    small = form.whole(f"small.{day}", most=MOST_PORTIONS)
    large = form.whole(f"large.{day}", most=MOST_PORTIONS)
    for place in chosen:
        key = f"{day}.{place}"
        own = [
            form.whole(f"{size}.{key}", most=MOST_PORTIONS, needed=False) if form.text(f"{size}.{key}") else usual
            for size, usual in (("small", small), ("large", large))
        ]
        yield ServingEntry(form.text(f"dish.{key}"), day, own[0] or 0, own[1] or 0), key


def _line(form: Typed, number: int, facts: KitchenFacts) -> tuple[LineEntry, int] | None:
    name = form.text(f"item.{number}")
    if not name:
        return None
    item = _item_called(name, facts)
    day = form.day(f"day.{number}")
    if item is None:
        form.faults.add(f"item.{number}", "unknown", "Choose one from the list.")
        return None
    qty = form.amount(f"qty.{number}", item.unit)
    limit = form.rupiah(f"limit.{number}", needed=False)
    can_substitute = not form.text(f"strict.{number}")
    if day is None or qty is None:
        return None
    return LineEntry(item.code, day, qty, limit, can_substitute), number


def _item_called(name: str, facts: KitchenFacts) -> Item | None:
    said = name.casefold()
    return next((one for one in facts.items.values() if said in {one.code.casefold(), *_names(one)}), None)


def _names(item: Item) -> set[str]:
    return {item.name_id.casefold(), item.name_en.casefold()}


def _numbers(form: Typed, prefix: str) -> list[int]:
    return sorted(int(rest) for rest in form.having(prefix) if rest.isdecimal())
