"""A dish is added to those that kitchens choose from."""

from __future__ import annotations

from dataclasses import dataclass

from service.database.queries.catalogue import find_items, is_recipe_code_taken
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import AlreadyExists
from service.domain.events import EventType
from service.domain.menus import Recipe, RecipeIngredient
from service.domain.permissions import Action, require
from service.domain.recipe_entries import Ingredient, require_cookable
from service.workflows.acting import acting
from service.workflows.changes import plain


@dataclass(frozen=True, slots=True)
class CreateRecipe:
    """The dish, and what goes into a portion of it."""

    code: str
    name_id: str
    name_en: str
    ingredients: tuple[Ingredient, ...]


async def create_recipe(work: UnitOfWork, command: CreateRecipe) -> Recipe:
    """Add a recipe.

    Raises
    ------
    InvalidField
        If an ingredient is unknown, named twice, or of no amount.
    ItemNotForKitchens
        If kitchens may not get one of them.
    AlreadyExists
        If the code is taken.
    """
    require(acting(work), Action.RECIPES_WRITE)
    codes = {part.item_code for part in command.ingredients}
    require_cookable(command.ingredients, await find_items(work.session, codes))
    if await is_recipe_code_taken(work.session, command.code):
        raise AlreadyExists(f"There is a recipe with the code {command.code}.", field="code")
    recipe = Recipe(
        id=work.new_id(),
        created_at=work.now,
        code=command.code,
        name_id=command.name_id,
        name_en=command.name_en,
    )
    work.session.add(recipe)
    await work.session.flush()
    parts = [
        RecipeIngredient(
            recipe_id=recipe.id,
            item_code=part.item_code,
            small_milli=part.small_milli,
            large_milli=part.large_milli,
        )
        for part in command.ingredients
    ]
    work.session.add_all(parts)
    await work.session.flush()
    work.record(
        "recipe.create", "recipe", recipe.id, after={**plain(recipe), "ingredients": [plain(part) for part in parts]}
    )
    work.announce(EventType.RECIPE_CREATED, entity="recipe", entity_id=recipe.id, facts={"code": recipe.code})
    return recipe
