"""Days are added to the menu cycle of recipes that there are, all of them or none."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.domain.errors import InvalidField
from service.domain.menu_cycles import CycleDay
from service.domain.menus import MenuDay, MenuDayRecipe
from service.domain.people import Role
from service.workflows.plan_menu_cycle import PlanMenuCycle, plan_menu_cycle
from tests.factories.catalogue import new_recipe
from tests.factories.plans import actor_of
from tests.factories.worlds import add_world


async def test_days_are_added_with_their_recipes(work, session):
    world = await add_world(session)
    rice, tempeh = new_recipe("nasi-putih"), new_recipe("tempe")
    session.add_all((rice, tempeh))
    await session.flush()
    days = (
        CycleDay(1, "Nasi, tempe", "Rice, tempeh", ("nasi-putih", "tempe")),
        CycleDay(2, "Nasi", "Rice", ("nasi-putih",)),
    )
    food = replace(work, actor=actor_of(world.users[Role.FOOD_OFFICER]))
    await plan_menu_cycle(food, PlanMenuCycle(days))
    query = sa.select(MenuDay.position, MenuDayRecipe.recipe_id).join(MenuDayRecipe)
    assert set(await session.execute(query)) == {(1, rice.id), (1, tempeh.id), (2, rice.id)}


async def test_unknown_recipes_are_named_by_their_place_and_no_day_is_added(work, session):
    world = await add_world(session)
    session.add(new_recipe("nasi-putih"))
    await session.flush()
    days = (
        CycleDay(1, "Nasi, tempe", "Rice, tempeh", ("nasi-putih", "tempe")),
        CycleDay(2, "Ayam, nasi", "Chicken, rice", ("ayam", "nasi-putih")),
    )
    food = replace(work, actor=actor_of(world.users[Role.FOOD_OFFICER]))
    with pytest.raises(InvalidField) as refusal:
        await plan_menu_cycle(food, PlanMenuCycle(days))
    assert [(fault.field, fault.message) for fault in refusal.value.faults] == [
        ("days[0].recipe_codes[1]", "There is no recipe tempe."),
        ("days[1].recipe_codes[0]", "There is no recipe ayam."),
    ]
    assert list(await session.scalars(sa.select(MenuDay))) == []
