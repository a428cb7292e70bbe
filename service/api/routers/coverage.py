"""How far a kitchen's week is covered."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from service.api.dependencies import Caller, Work, allows
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.orders import CoverageOut
from service.database.queries.coverage import by_day, coverage_of, shortages_of_week, still_short
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import require_monday
from service.domain.errors import InvalidField, NotFound
from service.domain.organisations import Kitchen, Organisation
from service.domain.permissions import Action, Actor, own_only, require_reach

router = APIRouter(prefix="/coverage", tags=["orders"], route_class=UnitOfWorkRoute)


@router.get("", dependencies=[allows(Action.FORECASTS_READ)])
async def read_coverage(
    work: Work,
    caller: Caller,
    week_start: Annotated[date, Query(description="A Monday", examples=["2026-11-30"])],
    kitchen_id: Annotated[UUID | None, Query(description="Whose week; a kitchen leaves it out")] = None,
) -> CoverageOut:
    """Show what a kitchen demanded, what is ordered, accepted and awaited, and what is short, by line and by day."""
    require_monday(week_start)
    kitchen_id = await _kitchen(work, caller, kitchen_id)
    lines = await coverage_of(work.session, kitchen_id=kitchen_id, week_start=week_start)
    shortages = await shortages_of_week(work.session, kitchen_id=kitchen_id, week_start=week_start)
    return CoverageOut.showing(kitchen_id, week_start, lines, by_day(lines), still_short(shortages, lines))


async def _kitchen(work: UnitOfWork, caller: Actor, kitchen_id: UUID | None) -> UUID:
    kitchen_id = kitchen_id or own_only(caller, Action.FORECASTS_READ)
    if kitchen_id is None:
        raise InvalidField.at("kitchen_id", "Name the kitchen whose week you want to see.", code="missing")
    kitchen = await work.session.get(Kitchen, kitchen_id)
    organisation = await work.session.get(Organisation, kitchen_id)
    if kitchen is None or organisation is None:
        raise NotFound("No such kitchen.")
    require_reach(
        caller,
        Action.FORECASTS_READ,
        region_code=organisation.region_code,
        organisation_ids=(organisation.id,),
        what="kitchen",
    )
    return organisation.id
