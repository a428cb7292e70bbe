"""Recipes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Limit, Work, allows
from service.api.etags import set_etag
from service.api.list_exports import exported
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.recipes import IngredientOut, RecipeIn, RecipeOut
from service.database.queries import catalogue
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.menus import Recipe
from service.domain.permissions import Action
from service.domain.recipe_entries import Ingredient
from service.workflows.create_recipe import CreateRecipe, create_recipe

router = APIRouter(prefix="/recipes", tags=["recipes"], route_class=UnitOfWorkRoute)


@exported(router, "resep", each="ingredients")
@router.get("", dependencies=[allows(Action.CATALOGUE_READ)])
async def list_recipes(work: Work, after: AfterCode, limit: Limit = USUAL_PER_PAGE) -> Page[RecipeOut]:
    """List recipes with their ingredients by code."""
    rows = await catalogue.list_recipes(work.session, after=after, limit=limit + 1)
    shown = await _shown(work, rows)
    return page_of(rows, limit=limit, key=lambda row: row.code, show=lambda row: shown[row.id])


@router.get("/{recipe_id}", dependencies=[allows(Action.CATALOGUE_READ)])
async def read_recipe(recipe_id: UUID, work: Work, response: Response) -> RecipeOut:
    """Show one recipe with its ingredients."""
    recipe = await catalogue.find_recipe(work.session, recipe_id)
    if recipe is None:
        raise NotFound("No such recipe.")
    set_etag(response, recipe.version)
    return (await _shown(work, [recipe]))[recipe.id]


@router.post("", status_code=201, dependencies=[allows(Action.RECIPES_WRITE)])
async def add_recipe(body: RecipeIn, work: Work, response: Response) -> RecipeOut:
    """Add a recipe to those that kitchens choose from."""
    sent = body.model_dump(exclude={"ingredients"})
    parts = tuple(Ingredient(**part.model_dump()) for part in body.ingredients)
    recipe = await create_recipe(work, CreateRecipe(ingredients=parts, **sent))
    response.headers["Location"] = f"/api/v1/recipes/{recipe.id}"
    set_etag(response, recipe.version)
    return (await _shown(work, [recipe]))[recipe.id]


async def _shown(work: UnitOfWork, recipes: Sequence[Recipe]) -> dict[UUID, RecipeOut]:
    parts = await catalogue.ingredients_of(work.session, [recipe.id for recipe in recipes])
    return {
        recipe.id: RecipeOut.of(recipe, ingredients=[IngredientOut.of(part) for part in parts[recipe.id]])
        for recipe in recipes
    }
