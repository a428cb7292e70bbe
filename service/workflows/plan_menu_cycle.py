"""Fill the menu cycle: which recipes make up each of its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.database.queries.catalogue import recipes_by_code
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import FieldFault, InvalidField
from service.domain.events import EventType
from service.domain.menu_cycles import CycleDay
from service.domain.menus import MenuDay, MenuDayRecipe
from service.domain.permissions import Action, require
from service.workflows.acting import acting


@dataclass(frozen=True, slots=True)
class PlanMenuCycle:
    """The days to add."""

    days: Sequence[CycleDay]


async def plan_menu_cycle(work: UnitOfWork, command: PlanMenuCycle) -> None:
    """Add days to the menu cycle that kitchens choose from.

    Raises
    ------
    InvalidField
        Naming every recipe that is unknown.
    """
    require(acting(work), Action.RECIPES_WRITE)
    recipes = await recipes_by_code(work.session, {code for day in command.days for code in day.recipe_codes})
    faults = tuple(
        FieldFault(f"days[{place}].recipe_codes[{at}]", "unknown", f"There is no recipe {code}.")
        for place, day in enumerate(command.days)
        for at, code in enumerate(day.recipe_codes)
        if code not in recipes
    )
    if faults:
        raise InvalidField("Some recipes are unknown.", faults=faults)
    for day in command.days:
        row = MenuDay(
            id=work.new_id(), created_at=work.now, position=day.position, name_id=day.name_id, name_en=day.name_en
        )
        work.session.add(row)
        await work.session.flush()
        work.session.add_all(MenuDayRecipe(menu_day_id=row.id, recipe_id=recipes[code].id) for code in day.recipe_codes)
        work.record("menu_day.add", "menu_day", row.id, after={"position": day.position, "recipes": day.recipe_codes})
        work.announce(EventType.MENU_DAY_ADDED, entity="menu_day", entity_id=row.id, facts={"position": day.position})
    await work.session.flush()
