"""Price caps of the caller's zone."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.list_exports import exported
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.price_caps import CapEndIn, PriceCapIn, PriceCapOut
from service.database.cursors import Cursor
from service.database.queries import price_caps as queries
from service.database.queries.places import read_region
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.domain.price_caps import CapKind
from service.workflows.add_price_cap import AddPriceCap, add_price_cap
from service.workflows.end_price_cap import EndPriceCap, end_price_cap

router = APIRouter(prefix="/price-caps", tags=["price caps"], route_class=UnitOfWorkRoute)


@exported(router, "batas-harga")
@router.get("", dependencies=[allows(Action.CATALOGUE_READ)])
async def list_price_caps(
    work: Work,
    caller: Caller,
    after: After,
    item_code: Annotated[str | None, Query(max_length=16, examples=["EGG"])] = None,
    kind: CapKind | None = None,
    on: Annotated[date | None, Query(description="Only those in force on the day", examples=["2026-12-01"])] = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[PriceCapOut]:
    """List the caps of the caller's price zone, newest entry first."""
    region = await read_region(work.session, caller.region_code)
    wanted = queries.CapFilter(item_code=item_code, kind=kind, on=on)
    rows = await queries.list_caps(work.session, zone=region.price_zone, wanted=wanted, after=after, limit=limit + 1)
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.created_at, row.id), show=PriceCapOut.of)


@router.get("/{price_cap_id}", dependencies=[allows(Action.CATALOGUE_READ)])
async def read_price_cap(price_cap_id: UUID, work: Work, caller: Caller, response: Response) -> PriceCapOut:
    """Show one cap of the caller's price zone."""
    region = await read_region(work.session, caller.region_code)
    cap = await queries.find_cap(work.session, price_cap_id)
    if cap is None or cap.zone != region.price_zone:
        raise NotFound("No such price cap.")
    set_etag(response, cap.version)
    return PriceCapOut.of(cap)


@router.post("", status_code=201, dependencies=[allows(Action.PRICE_CAPS_WRITE)])
async def create_price_cap(body: PriceCapIn, work: Work, response: Response) -> PriceCapOut:
    """Put a cap on record with its legal source, for the zone of the caller's region."""
    cap = await add_price_cap(work, AddPriceCap(**body.model_dump()))
    response.headers["Location"] = f"/api/v1/price-caps/{cap.id}"
    set_etag(response, cap.version)
    return PriceCapOut.of(cap)


@router.post("/{price_cap_id}/end", dependencies=[allows(Action.PRICE_CAPS_WRITE)])
async def set_cap_end(
    price_cap_id: UUID, body: CapEndIn, work: Work, version: IfMatch, response: Response
) -> PriceCapOut:
    """Say which day is a cap's last."""
    cap = await end_price_cap(work, EndPriceCap(price_cap_id, version, body.valid_to))
    set_etag(response, cap.version)
    return PriceCapOut.of(cap)
