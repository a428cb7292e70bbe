"""The menu cycle."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter

from service.api.dependencies import Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.recipes import DishOut, MenuDayOut
from service.database.queries import catalogue
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.menus import MenuDay
from service.domain.permissions import Action

router = APIRouter(prefix="/menu-days", tags=["recipes"], route_class=UnitOfWorkRoute)


@exported(router, "siklus-menu", each="recipes")
@router.get("", dependencies=[allows(Action.CATALOGUE_READ)])
async def list_menu_days(work: Work) -> Page[MenuDayOut]:
    """List the days of the menu cycle with their recipes; all on one page."""
    return Page(items=await _shown(work, await catalogue.list_menu_days(work.session)))


@router.get("/{menu_day_id}", dependencies=[allows(Action.CATALOGUE_READ)])
async def read_menu_day(menu_day_id: UUID, work: Work) -> MenuDayOut:
    """Show one day of the menu cycle."""
    day = await catalogue.find_menu_day(work.session, menu_day_id)
    if day is None:
        raise NotFound("No such menu day.")
    return (await _shown(work, [day]))[0]


async def _shown(work: UnitOfWork, days: Sequence[MenuDay]) -> list[MenuDayOut]:
    dishes = await catalogue.dishes_of(work.session, [day.id for day in days])
    return [MenuDayOut.of(day, recipes=[DishOut.of(dish) for dish in dishes[day.id]]) for day in days]
