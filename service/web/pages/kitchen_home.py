"""The start page of a kitchen: what to do next, and how the weeks around today stand."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.domain.permissions import Action
from service.web import kitchen_words
from service.web.kitchen_tasks import tasks_of
from service.web.kitchen_weeks import near_weeks, own_kitchen
from service.web.page import PageView
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


async def show_kitchen_home(page: PageView) -> Response:
    """Show a kitchen's people what is to be done next."""
    kitchen_id = own_kitchen(page, Action.FORECASTS_READ)
    if kitchen_id is None:
        return await page.show("home.html")
    weeks = await near_weeks(page, kitchen_id)
    tasks = await tasks_of(page, kitchen_id, weeks)
    return await page.show("kitchen/home.html", weeks=weeks, tasks=tasks, words=kitchen_words)
