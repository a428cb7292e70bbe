"""What a kitchen's menu means in goods, exploded by the same rules as a kitchen's own forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from service.demo.calendars import COOKING_DAYS, WEEK_START
from service.demo.facts import Facts
from service.demo.facts.items import ItemFact
from service.demo.kitchens import MENU_CYCLES, DemoKitchen
from service.domain.items import Item
from service.domain.menus import RecipeIngredient, Serving, explode, ordered_qty, pool


@dataclass(frozen=True, slots=True)
class DemoLine:
    """Goods for a cooking day, in base units."""

    item_code: str
    needed_date: date
    demanded_qty: int


@dataclass(frozen=True, slots=True)
class MenuBook:
    """Catalogue and recipes in the shape that the domain explodes."""

    items: Mapping[str, Item]
    recipe_ids: Mapping[str, UUID]
    ingredients: Mapping[UUID, Sequence[RecipeIngredient]]
    recipe_codes_by_position: Mapping[int, tuple[str, ...]]


def _item(fact: ItemFact) -> Item:
    values = asdict(fact)
    del values["frozen_shelf_life_days"], values["refusal"]
    values["required_documents"] = [kind.value for kind in fact.required_documents]
    return Item(**values, is_for_kitchens=fact.is_for_kitchens)


def make_menu_book(facts: Facts) -> MenuBook:
    """Return the menu book of the facts."""
    ids = {recipe.code: uuid5(NAMESPACE_URL, f"pasok-demo/recipe/{recipe.code}") for recipe in facts.recipes}
    ingredients = {
        ids[recipe.code]: [
            RecipeIngredient(
                recipe_id=ids[recipe.code],
                item_code=part.item_code,
                small_milli=part.small_milli,
                large_milli=part.large_milli,
            )
            for part in recipe.ingredients
        ]
        for recipe in facts.recipes
    }
    positions = {day.position: day.recipe_codes for day in facts.menu_days}
    return MenuBook({fact.code: _item(fact) for fact in facts.items}, ids, ingredients, positions)


def menu_position(kitchen: DemoKitchen, day: date) -> int:
    """Return which day of the menu cycle a kitchen cooks: its own half of the cycle, then the other, week by week."""
    week, weekday = divmod((day - WEEK_START).days, 7)
    cycle = (kitchen.menu_cycle + week) % MENU_CYCLES
    return cycle * COOKING_DAYS + (weekday + kitchen.menu_turn) % COOKING_DAYS + 1


def menu_lines(book: MenuBook, kitchen: DemoKitchen, week_start: date) -> list[DemoLine]:
    """Return what a kitchen's menu of a week needs, rounded to steps, goods that keep on the first day."""
    servings = []
    for offset in range(COOKING_DAYS):
        day = week_start + timedelta(days=offset)
        for code in book.recipe_codes_by_position[menu_position(kitchen, day)]:
            portions = (kitchen.portions_small, kitchen.portions_large)
            servings.append(Serving(day, book.recipe_ids[code], *portions))
    needs = pool(explode(servings, book.ingredients, book.items), book.items)
    return [DemoLine(need.item_code, need.day, ordered_qty(need, book.items[need.item_code])) for need in needs]
