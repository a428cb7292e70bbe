"""How reliable cooperatives are, and their fair share of the orders beside what they received."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.api.dependencies import AfterCode, allows
from service.api.routers.reliability import list_reliability
from service.domain.permissions import Action
from service.web.page import Page
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE = 20


@router.get("/fair-share", dependencies=[allows(Action.RELIABILITY_READ)])
async def show_fair_share(page: Page, after: AfterCode) -> Response:
    """Show the remembered weeks of each cooperative that the reader sees, with the formula in words."""
    listed = await list_reliability(page.work, page.caller, after, None, PER_PAGE)
    return await page.show("money/fair_share.html", listed=listed)
