"""Recipes and menu days, and how a menu becomes a list of goods.

What a kitchen buys of an item = sum over recipes and groups of portions x edible grams / edible share, rounded up to
the item's step once per delivery line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.items import ColdChain, Item
from service.domain.tables import Entity, Row
from service.domain.units import BP, round_up_to_step

POOLED_SHELF_LIFE_DAYS = 14
"""Goods that keep at least this long and need no cold are delivered once, for the week's first cooking day."""


class Recipe(Entity, table=True):
    """A dish, or the basic seasoning of every menu."""

    code: str = Field(max_length=40, unique=True)
    name_id: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    is_active: bool = True


class RecipeIngredient(Row, table=True):
    """Edible amount of an item per portion, in thousandths of the item's base unit (mg, microlitre, 1/1,000 piece)."""

    __table_args__ = (
        sa.CheckConstraint("small_milli >= 0 AND large_milli >= 0 AND small_milli + large_milli > 0", name="some"),
    )
    recipe_id: UUID = Field(primary_key=True, foreign_key="recipe.id")
    item_code: str = Field(primary_key=True, foreign_key="item.code")
    small_milli: int
    large_milli: int


class MenuDay(Entity, table=True):
    """One day of the menu cycle."""

    __table_args__ = (sa.CheckConstraint("position > 0", name="position_positive"),)
    position: int = Field(unique=True)
    name_id: str = Field(max_length=160)
    name_en: str = Field(max_length=160)


class MenuDayRecipe(Row, table=True):
    """A recipe of a menu day."""

    menu_day_id: UUID = Field(primary_key=True, foreign_key="menu_day.id")
    recipe_id: UUID = Field(primary_key=True, foreign_key="recipe.id")


@dataclass(frozen=True, slots=True)
class Serving:
    """Portions of one recipe on one cooking day."""

    day: date
    recipe_id: UUID
    portions_small: int
    portions_large: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a kitchen needs of an item for a cooking day, in base units; exact, before rounding to the step."""

    item_code: str
    day: date
    qty: Fraction


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """The days of a week that can be changed no more once its orders are out, and the goods that come for them."""

    open_from: date = date.min
    """The first day that can still be changed."""
    came_qty: Mapping[tuple[str, date], int] = field(default_factory=dict)
    """By item and day before it, in base units."""

    def of_item(self, item_code: str) -> list[tuple[date, int]]:
        """Return what comes of an item, day by day."""
        return sorted((day, qty) for (code, day), qty in self.came_qty.items() if code == item_code)

    def without(self, typed_qty: Mapping[tuple[str, date], int]) -> ClosedDays:
        """Return them with what is left for a menu beside the goods that a kitchen types in."""
        left = {key: max(qty - typed_qty.get(key, 0), 0) for key, qty in self.came_qty.items()}
        return ClosedDays(self.open_from, left)


NO_CLOSED_DAYS: Final = ClosedDays()
"""Before orders are out everything can be changed."""


def explode(
    servings: Iterable[Serving], ingredients: Mapping[UUID, Sequence[RecipeIngredient]], items: Mapping[str, Item]
) -> list[Need]:
    """Turn servings into exact needs per item and cooking day.

    Parameters
    ----------
    servings
        Recipes with their portions per day.
    ingredients
        For each recipe id its ingredients.
    items
        The catalogue by code; the edible share turns edible into bought amounts.

    Returns
    -------
    list of Need
        Sorted by day and item; quantities in base units as fractions.

    References
    ----------
    Purchase quantity = edible grams / BDD (bagian yang dapat dimakan), as in Indonesia's food composition tables.
    """
    needs: dict[tuple[date, str], Fraction] = defaultdict(Fraction)
    for serving in servings:
        for part in ingredients[serving.recipe_id]:
            edible = serving.portions_small * part.small_milli + serving.portions_large * part.large_milli
            needs[serving.day, part.item_code] += Fraction(edible * BP, 1000 * items[part.item_code].edible_share_bp)
    return [Need(item_code, day, qty) for (day, item_code), qty in sorted(needs.items()) if qty > 0]


def is_pooled(item: Item) -> bool:
    """Tell whether the week's need of an item comes in one delivery: it keeps, and needs no cold."""
    keeps = item.shelf_life_days is None or item.shelf_life_days >= POOLED_SHELF_LIFE_DAYS
    return keeps and item.cold_chain is ColdChain.NONE


def pool(needs: Iterable[Need], items: Mapping[str, Item], closed: ClosedDays = NO_CLOSED_DAYS) -> list[Need]:
    """Move the needs of goods that keep to their first cooking day, so that they come in one delivery.

    Once days are closed to changes, what came for them is used first; only the rest is needed, for the first cooking
    day that is still open. What closed days themselves need beyond it stays on them.

    Parameters
    ----------
    closed
        Days that can be changed no more, and what comes for them.
    """
    needs = list(needs)
    first_day = min((need.day for need in needs), default=date.min)
    first_open_day = min((need.day for need in needs if need.day >= closed.open_from), default=first_day)
    pooled: dict[tuple[date, str], Fraction] = defaultdict(Fraction)
    kept: defaultdict[str, list[Need]] = defaultdict(list)
    for need in needs:
        if is_pooled(items[need.item_code]):
            kept[need.item_code].append(need)
        else:
            pooled[need.day, need.item_code] += need.qty
    for item_code, own in kept.items():
        left = sum((need.qty for need in own), Fraction())
        for day, came_qty in closed.of_item(item_code):
            used = min(left, Fraction(came_qty))
            pooled[day, item_code] += used
            left -= used
        still_open = sum((need.qty for need in own if need.day >= closed.open_from), Fraction())
        too_late = max(left - still_open, Fraction())
        pooled[first_day, item_code] += too_late
        pooled[first_open_day, item_code] += left - too_late
    return [Need(item_code, day, qty) for (day, item_code), qty in sorted(pooled.items()) if qty]


def ordered_qty(need: Need, item: Item) -> int:
    """Return what is put on the line: the exact need rounded up to the item's step, in base units."""
    return round_up_to_step(need.qty, step_qty=item.step_qty)
