"""Items with packs and substitutes; recipes with ingredients; menu days with dishes."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import beyond
from service.domain.items import Item, ItemCategory, Pack, Substitution
from service.domain.menu_cycles import CycleDay
from service.domain.menus import MenuDay, MenuDayRecipe, Recipe, RecipeIngredient


async def find_item(session: AsyncSession, code: str) -> Item | None:
    """Return an item."""
    return await session.get(Item, code)


async def lock_item(session: AsyncSession, code: str) -> Item | None:
    """Return an item, held so that its price caps are changed by one unit at a time."""
    return (
        await session.scalars(sa.select(Item).where(col(Item.code) == code).with_for_update(key_share=True))
    ).one_or_none()


async def list_items(
    session: AsyncSession, *, category: ItemCategory | None, after: str | None, limit: int
) -> list[Item]:
    """Return items by code."""
    query = sa.select(Item).where(beyond(after, col(Item.code))).order_by(col(Item.code)).limit(limit)
    if category is not None:
        query = query.where(col(Item.category) == category)
    return list((await session.scalars(query)).all())


async def find_items(session: AsyncSession, codes: Collection[str]) -> dict[str, Item]:
    """Return those of the items that exist, by code."""
    query = sa.select(Item).where(col(Item.code).in_(codes))
    return {item.code: item for item in (await session.scalars(query)).all()}


async def packs_of(session: AsyncSession, codes: Collection[str]) -> dict[str, list[Pack]]:
    """Return the packs of items, smallest first."""
    query = sa.select(Pack).where(col(Pack.item_code).in_(codes)).order_by(col(Pack.pack_qty))
    packs: dict[str, list[Pack]] = {code: [] for code in codes}
    for pack in (await session.scalars(query)).all():
        packs[pack.item_code].append(pack)
    return packs


async def substitutes_of(session: AsyncSession, codes: Collection[str]) -> dict[str, list[Substitution]]:
    """Return what may stand in for items."""
    query = sa.select(Substitution).where(col(Substitution.item_code).in_(codes))
    found: dict[str, list[Substitution]] = {code: [] for code in codes}
    for substitution in (await session.scalars(query.order_by(col(Substitution.substitute_code)))).all():
        found[substitution.item_code].append(substitution)
    return found


async def find_recipe(session: AsyncSession, recipe_id: UUID) -> Recipe | None:
    """Return a recipe."""
    return await session.get(Recipe, recipe_id)


async def recipes_by_code(session: AsyncSession, codes: Collection[str]) -> dict[str, Recipe]:
    """Return those of the recipes that exist, by code."""
    query = sa.select(Recipe).where(col(Recipe.code).in_(codes))
    return {recipe.code: recipe for recipe in (await session.scalars(query)).all()}


async def is_recipe_code_taken(session: AsyncSession, code: str) -> bool:
    """Tell whether a recipe has the code."""
    return (await session.scalar(sa.select(col(Recipe.id)).where(col(Recipe.code) == code))) is not None


async def list_recipes(session: AsyncSession, *, after: str | None, limit: int) -> list[Recipe]:
    """Return recipes by code."""
    query = sa.select(Recipe).where(beyond(after, col(Recipe.code))).order_by(col(Recipe.code)).limit(limit)
    return list((await session.scalars(query)).all())


async def ingredients_of(session: AsyncSession, recipe_ids: Collection[UUID]) -> dict[UUID, list[RecipeIngredient]]:
    """Return the ingredients of recipes by item code."""
    query = sa.select(RecipeIngredient).where(col(RecipeIngredient.recipe_id).in_(recipe_ids))
    found: dict[UUID, list[RecipeIngredient]] = {recipe_id: [] for recipe_id in recipe_ids}
    for part in (await session.scalars(query.order_by(col(RecipeIngredient.item_code)))).all():
        found[part.recipe_id].append(part)
    return found


async def find_menu_day(session: AsyncSession, menu_day_id: UUID) -> MenuDay | None:
    """Return a menu day."""
    return await session.get(MenuDay, menu_day_id)


async def list_menu_days(session: AsyncSession) -> list[MenuDay]:
    """Return the days of the menu cycle in order."""
    return list((await session.scalars(sa.select(MenuDay).order_by(col(MenuDay.position)))).all())


async def dishes_of(session: AsyncSession, menu_day_ids: Collection[UUID]) -> dict[UUID, list[Recipe]]:
    """Return the recipes of menu days by code."""
    query = (
        sa.select(MenuDayRecipe, Recipe)
        .join(Recipe, col(Recipe.id) == col(MenuDayRecipe.recipe_id))
        .where(col(MenuDayRecipe.menu_day_id).in_(menu_day_ids))
        .order_by(col(Recipe.code))
    )
    found: dict[UUID, list[Recipe]] = {menu_day_id: [] for menu_day_id in menu_day_ids}
    for link, recipe in await session.execute(query):
        found[link.menu_day_id].append(recipe)
    return found


async def read_menu_cycle(session: AsyncSession) -> list[CycleDay]:
    """Return the days of the menu cycle that have dishes, in order."""
    days = await list_menu_days(session)
    dishes = await dishes_of(session, [day.id for day in days])
    return [
        CycleDay(day.position, day.name_id, day.name_en, tuple(recipe.code for recipe in dishes[day.id]))
        for day in days
        if dishes[day.id]
    ]
