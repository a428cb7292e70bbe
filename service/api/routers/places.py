"""The caller's region and its kelurahan."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.places import KelurahanOut, RegionOut
from service.database.queries import places as queries
from service.domain.errors import NotFound
from service.domain.permissions import Action

router = APIRouter(tags=["places"], route_class=UnitOfWorkRoute)


@router.get("/regions", dependencies=[allows(Action.CATALOGUE_READ)])
async def list_regions(work: Work, caller: Caller) -> Page[RegionOut]:
    """List the regions that the caller belongs to: one."""
    return Page(items=[RegionOut.of(await queries.read_region(work.session, caller.region_code))])


@router.get("/regions/{region_code}", dependencies=[allows(Action.CATALOGUE_READ)])
async def read_region(region_code: str, work: Work, caller: Caller) -> RegionOut:
    """Show the caller's region."""
    if region_code != caller.region_code:
        raise NotFound("No such region.")
    return RegionOut.of(await queries.read_region(work.session, region_code))


@exported(router, "kelurahan")
@router.get("/kelurahan", dependencies=[allows(Action.CATALOGUE_READ)])
async def list_kelurahan(
    work: Work,
    caller: Caller,
    after: AfterCode,
    kecamatan_code: Annotated[str | None, Query(max_length=8, examples=["32.71.02"])] = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[KelurahanOut]:
    """List the kelurahan of the caller's region by code."""
    rows = await queries.list_kelurahan(
        work.session,
        region_code=caller.region_code,
        kecamatan_code=kecamatan_code,
        after=after,
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda row: row.code, show=KelurahanOut.of)


@router.get("/kelurahan/{kelurahan_code}", dependencies=[allows(Action.CATALOGUE_READ)])
async def read_kelurahan(kelurahan_code: str, work: Work, caller: Caller) -> KelurahanOut:
    """Show a kelurahan of the caller's region."""
    kelurahan = await queries.find_kelurahan(work.session, region_code=caller.region_code, code=kelurahan_code)
    if kelurahan is None:
        raise NotFound("No such kelurahan.")
    return KelurahanOut.of(kelurahan)
