"""Recipes and the ten days of the menu cycle as facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.demo.facts.csv_rows import CsvRow, InvalidFacts, read_rows, require_unique
from service.demo.facts.items import ItemFact


class Component(StrEnum):
    """The part of a meal that a recipe is."""

    SEASONING = "seasoning"
    CARBOHYDRATE = "carbohydrate"
    ANIMAL_PROTEIN = "animal_protein"
    PLANT_PROTEIN = "plant_protein"
    VEGETABLE = "vegetable"
    FRUIT = "fruit"
    MILK = "milk"


EVERY_MEAL = frozenset(Component) - {Component.MILK}


@dataclass(frozen=True, slots=True)
class IngredientFact:
    """Edible amount per portion in thousandths of the item's base unit."""

    item_code: str
    small_milli: int
    large_milli: int


@dataclass(frozen=True, slots=True)
class RecipeFact:
    code: str
    component: Component
    name_id: str
    name_en: str
    ingredients: tuple[IngredientFact, ...]


@dataclass(frozen=True, slots=True)
class MenuDayFact:
    position: int
    name_id: str
    name_en: str
    recipe_codes: tuple[str, ...]


def _ingredient(row: CsvRow, item: ItemFact) -> IngredientFact:
    """Return the ingredient; an empty cell means the item's usual portion."""
    small, large = row.optional_whole("small_milli"), row.optional_whole("large_milli")
    part = IngredientFact(
        item.code,
        item.portion_small_milli if small is None else small,
        item.portion_large_milli if large is None else large,
    )
    if part.small_milli + part.large_milli == 0:
        raise row.fault("large_milli", f"an amount, and {item.code} has no usual portion")
    return part


def read_recipes(items: tuple[ItemFact, ...]) -> tuple[RecipeFact, ...]:
    """Return the recipes with their ingredients."""
    known = {item.code: item for item in items}
    rows = read_rows("recipes.csv", ("code", "component", "name_id", "name_en"))
    parts: dict[str, list[IngredientFact]] = {row.text("code"): [] for row in rows}
    for row in read_rows("recipe_ingredients.csv", ("recipe_code", "item_code", "small_milli", "large_milli")):
        parts[row.known("recipe_code", parts)].append(_ingredient(row, known[row.known("item_code", known)]))
    require_unique("recipes.csv", (row.text("code") for row in rows))
    require_unique("recipe_ingredients.csv", ((code, part.item_code) for code, mine in parts.items() for part in mine))
    empty = sorted(code for code, mine in parts.items() if not mine)
    if empty:
        raise InvalidFacts(f"recipe_ingredients.csv: {empty} have no ingredient")
    return tuple(
        RecipeFact(
            row.text("code"),
            row.member("component", Component),
            row.text("name_id"),
            row.text("name_en"),
            tuple(parts[row.text("code")]),
        )
        for row in rows
    )


def read_menu_days(recipes: tuple[RecipeFact, ...]) -> tuple[MenuDayFact, ...]:
    """Return the cycle in order; every day has each part of a meal, milk only on some."""
    known = {recipe.code: recipe for recipe in recipes}
    days = []
    for row in read_rows("menu_days.csv", ("position", "name_id", "name_en", "recipe_codes")):
        codes = row.words("recipe_codes")
        if not set(codes) <= known.keys() or not {known[code].component for code in codes} >= EVERY_MEAL:
            raise row.fault("recipe_codes", f"known recipes with {sorted(EVERY_MEAL)}")
        days.append(MenuDayFact(row.whole("position", least=1), row.text("name_id"), row.text("name_en"), codes))
    if [day.position for day in days] != list(range(1, len(days) + 1)):
        raise InvalidFacts("menu_days.csv: the positions are not 1, 2, 3 ...")
    return tuple(days)
