"""What a kitchen types in for a week, checked as a whole, and the demand that follows from it.

The rule for a menu with supplies: the menu's exact need of an item and the plain lines of the same item and cooking
day are added first, then rounded up to the item's step once. Goods that keep come with the menu's first cooking day;
plain lines stay on the day that the kitchen named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from service.domain.calendars import DAYS_PER_WEEK, days_of
from service.domain.errors import InvalidField
from service.domain.faults import Faults, named_like
from service.domain.forecasts import ForecastLine, ForecastServing
from service.domain.items import Item, require_for_kitchens
from service.domain.menus import NO_CLOSED_DAYS, ClosedDays, Recipe, RecipeIngredient
from service.domain.organisations import Kitchen, Organisation, serves_on
from service.domain.policies import PolicyValues
from service.domain.price_caps import PriceCap, PriceException, cap_breach
from service.domain.units import BP, step_fault

MOST_PORTIONS_BP = 12_000
"""A menu may name up to a fifth more portions of a dish than the kitchen is registered for (guests, spare trays)."""


@dataclass(frozen=True, slots=True)
class ServingEntry:
    """Portions of a recipe on a cooking day."""

    recipe_code: str
    serving_date: date
    portions_small: int
    portions_large: int


@dataclass(frozen=True, slots=True)
class LineEntry:
    """An item for a cooking day, in base units; optionally the most the kitchen wants to pay (per kg, litre, piece)."""

    item_code: str
    needed_date: date
    demanded_qty: int
    own_max_price_idr: int | None = None
    can_substitute: bool = True


@dataclass(frozen=True, slots=True)
class ForecastEntry:
    """A menu, plain lines, or both."""

    servings: tuple[ServingEntry, ...] = ()
    lines: tuple[LineEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class KitchenFacts:
    """What an entry is checked against: the kitchen, its calendar, the catalogue, the law and the policy."""

    week_start: date
    organisation: Organisation
    kitchen: Kitchen
    closed_dates: frozenset[date]
    zone: int
    policy: PolicyValues
    items: Mapping[str, Item]
    recipes: Mapping[str, Recipe]
    ingredients: Mapping[UUID, Sequence[RecipeIngredient]]
    caps: Sequence[PriceCap]
    exceptions: Sequence[PriceException]
    closed_days: ClosedDays = NO_CLOSED_DAYS

    @property
    def cooking_days(self) -> tuple[date, ...]:
        """The days of the week on which the kitchen cooks."""
        week = days_of(self.week_start)
        return tuple(day for day in week if serves_on(self.organisation, day, self.closed_dates))


def require_valid(entry: ForecastEntry, facts: KitchenFacts) -> None:
    """Refuse an entry with anything wrong in it, everything named at once by path (``lines.3.demanded_qty``).

    Raises
    ------
    InvalidField
        With all faults and what would be valid; a lone refusal by a rule keeps its class
        (``ItemNotForKitchens``, ``PriceAboveCap``).
    """
    faults = Faults()
    if not entry.servings and not entry.lines:
        faults.add("lines", "missing", "Give a menu (servings), plain lines, or both.")
    _note_repeated(faults, "servings", [(serving.recipe_code, serving.serving_date) for serving in entry.servings])
    _note_repeated(faults, "lines", [(line.item_code, line.needed_date) for line in entry.lines])
    for position, serving in enumerate(entry.servings):
        _check_serving(faults, f"servings.{position}", serving, facts)
    for position, line in enumerate(entry.lines):
        _check_line(faults, f"lines.{position}", line, facts)
    faults.raise_any()


def _note_repeated(faults: Faults, name: str, keys: list[tuple[str, date]]) -> None:
    first_at: dict[tuple[str, date], int] = {}
    for position, key in enumerate(keys):
        first = first_at.setdefault(key, position)
        if first != position:
            message = f"{key[0]} on {key[1]} stands in {name}.{first} already; write it once."
            faults.add(f"{name}.{position}", "repeated", message)


def _check_day(faults: Faults, field: str, day: date, facts: KitchenFacts) -> None:
    cooking = facts.cooking_days
    if day in cooking:
        return
    days = ", ".join(known.isoformat() for known in cooking) or "none"
    if day in days_of(facts.week_start):
        faults.add(field, "closed_day", f"The kitchen does not cook on {day}; its days that week: {days}.")
    else:
        faults.add(field, "outside_week", f"{day} is not in the week of {facts.week_start}; its days: {days}.")


def _check_serving(faults: Faults, path: str, serving: ServingEntry, facts: KitchenFacts) -> None:
    _check_day(faults, f"{path}.serving_date", serving.serving_date, facts)
    _check_recipe(faults, f"{path}.recipe_code", serving.recipe_code, facts)
    for name, portions, registered in (
        ("portions_small", serving.portions_small, facts.kitchen.portions_small),
        ("portions_large", serving.portions_large, facts.kitchen.portions_large),
    ):
        most = registered * MOST_PORTIONS_BP // BP
        if not 0 <= portions <= most:
            message = f"Between 0 and {most}: the kitchen is registered for {registered}."
            faults.add(f"{path}.{name}", "out_of_range", message)
    if serving.portions_small == serving.portions_large == 0:
        faults.add(f"{path}.portions_large", "missing", "A serving needs at least one portion, small or large.")


def _check_recipe(faults: Faults, field: str, code: str, facts: KitchenFacts) -> None:
    active = [recipe.code for recipe in facts.recipes.values() if recipe.is_active]
    if code not in active:
        state = "no longer in use" if code in facts.recipes else "unknown"
        faults.add(field, "unknown", f"The recipe {code} is {state}. {named_like(code, active)}")
        return
    for part in facts.ingredients.get(facts.recipes[code].id, ()):
        with faults.catching(field):
            require_for_kitchens(facts.items[part.item_code])


def _check_line(faults: Faults, path: str, line: LineEntry, facts: KitchenFacts) -> None:
    _check_day(faults, f"{path}.needed_date", line.needed_date, facts)
    item = facts.items.get(line.item_code)
    if item is None:
        faults.add(
            f"{path}.item_code", "unknown", f"No item {line.item_code}. {named_like(line.item_code, facts.items)}"
        )
        return
    with faults.catching(f"{path}.item_code"):
        require_for_kitchens(item)
    wrong_step = step_fault(line.demanded_qty, step_qty=item.step_qty)
    if wrong_step is not None:
        faults.add(f"{path}.demanded_qty", "not_a_step", wrong_step)
    _check_own_limit(faults, f"{path}.own_max_price_idr", line, facts)


def _check_own_limit(faults: Faults, field: str, line: LineEntry, facts: KitchenFacts) -> None:
    if line.own_max_price_idr is None:
        return
    if line.own_max_price_idr <= 0:
        faults.add(field, "out_of_range", "A price limit is at least Rp 1; leave it out to use the lawful one.")
        return
    breach = cap_breach(
        line.own_max_price_idr,
        facts.caps,
        facts.exceptions,
        item_code=line.item_code,
        zone=facts.zone,
        days=[line.needed_date],
    )
    if breach is not None:
        faults.catch(field, breach)


def entry_of(
    servings: Iterable[ForecastServing], lines: Iterable[ForecastLine], recipe_codes: Mapping[UUID, str]
) -> ForecastEntry:
    """Return what was typed in for a stored revision: its servings, and of each line the part that is no menu's."""
    return ForecastEntry(
        servings=tuple(
            ServingEntry(
                recipe_code=recipe_codes[serving.recipe_id],
                serving_date=serving.serving_date,
                portions_small=serving.portions_small,
                portions_large=serving.portions_large,
            )
            for serving in servings
        ),
        lines=tuple(
            LineEntry(
                item_code=line.item_code,
                needed_date=line.needed_date,
                demanded_qty=line.demanded_qty - line.menu_qty,
                own_max_price_idr=line.own_max_price_idr,
                can_substitute=line.can_substitute,
            )
            for line in lines
            if line.demanded_qty > line.menu_qty
        ),
    )


def weeks_later(entry: ForecastEntry, facts: KitchenFacts, *, weeks: int = 1) -> tuple[ForecastEntry, tuple[date, ...]]:
    """Move an entry some weeks on, without the days on which the kitchen is closed.

    Own price limits that the law has overtaken are dropped; the lawful ones take their place.

    Returns
    -------
    tuple
        The moved entry, and the days that were left out, in order.

    Raises
    ------
    InvalidField
        If the kitchen is closed on all of the days.
    """
    later = timedelta(days=DAYS_PER_WEEK * weeks)
    cooking = facts.cooking_days
    servings = [replace(serving, serving_date=serving.serving_date + later) for serving in entry.servings]
    lines = [replace(line, needed_date=line.needed_date + later) for line in entry.lines]
    wanted = {serving.serving_date for serving in servings} | {line.needed_date for line in lines}
    skipped = tuple(sorted(wanted.difference(cooking)))
    if skipped and len(skipped) == len(wanted):
        raise InvalidField.at(
            "week_start", "The kitchen is closed on every day of that week's copy.", code="closed_day"
        )
    moved = ForecastEntry(
        servings=tuple(serving for serving in servings if serving.serving_date in cooking),
        lines=tuple(_within_law(line, facts) for line in lines if line.needed_date in cooking),
    )
    return moved, skipped


def _within_law(line: LineEntry, facts: KitchenFacts) -> LineEntry:
    faults = Faults()
    _check_own_limit(faults, "own_max_price_idr", line, facts)
    return replace(line, own_max_price_idr=None) if faults else line
