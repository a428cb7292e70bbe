"""What kitchens still need: around a cooperative by item and day, for wholesalers by item and week."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.dependencies import allows
from service.database.queries.catalogue import find_items
from service.database.queries.needs import open_demand
from service.domain.calendars import week_of
from service.domain.needs import Need, needs_near
from service.domain.organisations import Organisation
from service.domain.permissions import Action
from service.web.filters import BLANK
from service.web.page import Page, PageView
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

REACHES_KM = (3, 5, 10)
METRES_PER_KM = 1000


@router.get("/demand-near-me", dependencies=[allows(Action.OFFERS_WRITE)])
async def show_demand_near_me(page: Page, km: Annotated[int | None, BLANK, Query(ge=1, le=1000)] = None) -> Response:
    """Show what is needed around the cooperative and not covered yet; no kitchen is named."""
    needs = await _needs(page, None if km is None else km * METRES_PER_KM)
    by_item: defaultdict[str, list[Need]] = defaultdict(list)
    for need in needs:
        by_item[need.item_code].append(need)
    return await page.show(
        "offers/needs.html",
        by_item=by_item,
        items=await find_items(page.work.session, set(by_item)),
        km=km,
        reaches=REACHES_KM,
        today=await page.today(),
    )


@router.get("/city-demand", dependencies=[allows(Action.STOCKS_WRITE)])
async def show_city_demand(page: Page) -> Response:
    """Show what the city needs and nobody brings yet, by week and item; no kitchen is named."""
    sums: defaultdict[tuple[object, str], int] = defaultdict(int)
    for need in await _needs(page, None):
        sums[week_of(need.needed_date), need.item_code] += need.open_qty
    rows = sorted(sums.items(), key=lambda row: (str(row[0][0]), row[0][1]))
    codes = {code for (_, code), _ in rows}
    return await page.show("stocks/city_demand.html", rows=rows, items=await find_items(page.work.session, codes))


async def _needs(page: PageView, within_m: int | None) -> list[Need]:
    today = await page.today()
    home = await page.work.session.get_one(Organisation, page.caller.organisation_id)
    found = await open_demand(
        page.work.session,
        region_code=page.caller.region_code,
        from_date=today + timedelta(days=1),
        week_start=week_of(today),
    )
    return needs_near(found, latitude=home.latitude, longitude=home.longitude, within_m=within_m)
