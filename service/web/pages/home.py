"""The start page: what is to be done next, by role."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.domain.people import Role
from service.domain.permissions import Action
from service.web.page import Page, PageView
from service.web.pages.city_home import show_city_home
from service.web.pages.cooperative_home import show_cooperative_home
from service.web.pages.kitchen_home import show_kitchen_home
from service.web.pages.wholesaler_home import show_wholesaler_home
from service.web.refusals import SET_UP_PATH
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

HOMES: Final[Mapping[Role, Callable[[PageView], Awaitable[Response]]]] = {
    Role.KITCHEN_HEAD: show_kitchen_home,
    Role.KITCHEN_ACCOUNTANT: show_kitchen_home,
    Role.FIELD_ASSISTANT: show_kitchen_home,
    Role.CITY_OPERATOR: show_city_home,
    Role.FOOD_OFFICER: show_city_home,
    Role.AUDITOR: show_city_home,
    Role.ADMINISTRATOR: show_city_home,
    Role.COOP_OFFICER: show_cooperative_home,
    Role.WHOLESALER: show_wholesaler_home,
}
"""The start page of each role that has one of its own; the others start with their menu."""


@router.get("/", dependencies=[allows(Action.ACCOUNT)])
async def show_home(page: Page) -> Response:
    """Show what is to be done next."""
    if page.caller.is_held:
        return page.leave(SET_UP_PATH)
    home = HOMES.get(page.caller.role)
    return await home(page) if home else await page.show("home.html")
