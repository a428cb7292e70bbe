"""The catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.items import CapInForceOut, ItemOut, PackOut, SubstituteOut
from service.database.queries import catalogue
from service.database.queries.entry_facts import read_caps, read_exceptions
from service.database.queries.places import read_region
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import NotFound
from service.domain.items import Item, ItemCategory
from service.domain.permissions import Action, Actor
from service.domain.price_caps import price_limits
from service.domain.receipts import tolerance_bp

router = APIRouter(prefix="/items", tags=["items"], route_class=UnitOfWorkRoute)

OnDate = Annotated[
    date | None, Query(alias="on", description="Day of the price caps; today if left out", examples=["2026-12-01"])
]


@exported(router, "barang")
@router.get("", dependencies=[allows(Action.CATALOGUE_READ)])
async def list_items(
    work: Work,
    caller: Caller,
    after: AfterCode,
    category: ItemCategory | None = None,
    on: OnDate = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[ItemOut]:
    """List items by code, with packs, substitutes and the price caps in force in the caller's region."""
    rows = await catalogue.list_items(work.session, category=category, after=after, limit=limit + 1)
    shown = await _shown(work, caller, rows, on)
    return page_of(rows, limit=limit, key=lambda row: row.code, show=lambda row: shown[row.code])


@router.get("/{item_code}", dependencies=[allows(Action.CATALOGUE_READ)])
async def read_item(item_code: str, work: Work, caller: Caller, on: OnDate = None) -> ItemOut:
    """Show one item with packs, substitutes and the price caps in force in the caller's region."""
    item = await catalogue.find_item(work.session, item_code)
    if item is None:
        raise NotFound("No such item.")
    return (await _shown(work, caller, [item], on))[item.code]


async def _shown(work: UnitOfWork, caller: Actor, items: Sequence[Item], on: date | None) -> dict[str, ItemOut]:
    region = await read_region(work.session, caller.region_code)
    day = on or local_day(work.now, timezone=region.timezone)
    codes = [item.code for item in items]
    packs = await catalogue.packs_of(work.session, codes)
    substitutes = await catalogue.substitutes_of(work.session, codes)
    caps = await read_caps(work.session, zone=region.price_zone, from_date=day, to_date=day)
    exceptions = await read_exceptions(work.session, region_code=region.code, from_date=day, to_date=day)
    return {
        item.code: ItemOut.of(
            item,
            receipt_tolerance_bp=tolerance_bp(item),
            packs=[PackOut.of(pack) for pack in packs[item.code]],
            substitutes=[SubstituteOut.of(substitute) for substitute in substitutes[item.code]],
            caps=[
                CapInForceOut.model_validate(limit)
                for limit in price_limits(caps, exceptions, item_code=item.code, zone=region.price_zone, day=day)
            ],
        )
        for item in items
    }
