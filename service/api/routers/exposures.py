"""What cooperatives have tied up, and what kitchens owe."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.book_rows import EXPOSURES, KITCHEN_EXPOSURES, exposure_row, kitchen_exposure_row
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.exposures import ExposureOut, KitchenExposureOut
from service.database.queries.exposures import list_exposures, list_kitchen_exposures
from service.domain.calendars import local_day
from service.domain.permissions import Action, own_only
from service.domain.places import Region
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind

router = APIRouter(prefix="/exposures", tags=["invoices"], route_class=UnitOfWorkRoute)

READ = allows(Action.EXPOSURES_READ)
READ_KITCHENS = allows(Action.KITCHEN_EXPOSURES_READ)
Week = Annotated[date, Query(description="A Monday", examples=["2026-11-30"])]


@router.get("", dependencies=[READ])
async def read_exposures(
    week_start: Week,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[ExposureOut]:
    """List by code what each cooperative has tied up and what a week leaves it: its own, or those of the region."""
    rows = await list_exposures(
        work.session,
        region_code=caller.region_code,
        week_start=week_start,
        own_id=own_only(caller, Action.EXPOSURES_READ),
        after=after,
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda row: row.cooperative.code, show=ExposureOut.showing)


@router.get("/export", dependencies=[READ], response_class=Response, responses=FILES)
async def export_exposures(week_start: Week, work: Work, caller: Caller, kind: Kind = FileKind.XLSX) -> Response:
    """Give what each cooperative has tied up as a file: its own, or those of the region."""
    rows = await list_exposures(
        work.session,
        region_code=caller.region_code,
        week_start=week_start,
        own_id=own_only(caller, Action.EXPOSURES_READ),
        after=None,
        limit=MOST_ROWS + 1,
    )
    return await as_file(work, "modal-terpakai", kind, EXPOSURES, [exposure_row(row) for row in rows])


@router.get("/kitchens/export", dependencies=[READ_KITCHENS], response_class=Response, responses=FILES)
async def export_kitchen_exposures(
    week_start: Week, work: Work, caller: Caller, kind: Kind = FileKind.XLSX
) -> Response:
    """Give what each kitchen owes and will owe as a file: its own, or those of the region."""
    region = await work.session.get_one(Region, caller.region_code)
    rows = await list_kitchen_exposures(
        work.session,
        region_code=caller.region_code,
        week_start=week_start,
        today=local_day(work.now, timezone=region.timezone),
        own_id=own_only(caller, Action.KITCHEN_EXPOSURES_READ),
        after=None,
        limit=MOST_ROWS + 1,
    )
    return await as_file(work, "utang-dapur", kind, KITCHEN_EXPOSURES, [kitchen_exposure_row(row) for row in rows])


@router.get("/kitchens", dependencies=[READ_KITCHENS])
async def read_kitchen_exposures(
    week_start: Week,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[KitchenExposureOut]:
    """List by code what each kitchen owes and what a week's orders will cost it: its own, or those of the region."""
    region = await work.session.get_one(Region, caller.region_code)
    rows = await list_kitchen_exposures(
        work.session,
        region_code=caller.region_code,
        week_start=week_start,
        today=local_day(work.now, timezone=region.timezone),
        own_id=own_only(caller, Action.KITCHEN_EXPOSURES_READ),
        after=after,
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda row: row.kitchen.code, show=KitchenExposureOut.showing)
