"""What cooperatives have tied up."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.exposures import ExposureOut
from service.database.queries.exposures import list_exposures
from service.domain.permissions import Action, own_only

router = APIRouter(prefix="/exposures", tags=["invoices"], route_class=UnitOfWorkRoute)


@router.get("", dependencies=[allows(Action.EXPOSURES_READ)])
async def read_exposures(
    week_start: Annotated[date, Query(description="A Monday", examples=["2026-11-30"])],
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
