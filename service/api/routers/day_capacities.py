"""Days on which a cooperative can carry more or less than usual."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import Caller, IfMatch, Work, allows
from service.api.etags import set_etag
from service.api.list_exports import exported
from service.api.memberships import require_visible
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.organisations import DayCapacityIn, DayCapacityOut
from service.database.queries.organisations import find_with_details, list_day_capacities
from service.domain.organisations import Cooperative
from service.domain.permissions import Action
from service.workflows.set_day_capacity import Capacity, SetDayCapacity, set_day_capacity

router = APIRouter(
    prefix="/cooperatives/{cooperative_id}/day-capacities", tags=["cooperatives"], route_class=UnitOfWorkRoute
)

FromDate = Annotated[date | None, Query(description="First day to list; today if left out", examples=["2026-12-01"])]


@exported(router, "kapasitas-harian")
@router.get("", dependencies=[allows(Action.ORGANISATIONS_READ)])
async def list_capacities(
    cooperative_id: UUID, work: Work, caller: Caller, response: Response, from_date: FromDate = None
) -> list[DayCapacityOut]:
    """List the days that differ from the usual capacity; the ETag is the cooperative's."""
    found = await find_with_details(work.session, cooperative_id, Cooperative)
    cooperative = require_visible(caller, found[0] if found else None, "cooperative")
    set_etag(response, cooperative.version)
    first = from_date or work.now.date()
    days = await list_day_capacities(work.session, cooperative.id, from_date=first)
    return [DayCapacityOut.of(day) for day in days]


@router.put("/{capacity_date}", dependencies=[allows(Action.ORGANISATIONS_WRITE)])
async def set_capacity(
    cooperative_id: UUID, capacity_date: date, body: DayCapacityIn, work: Work, version: IfMatch, response: Response
) -> DayCapacityOut:
    """Set the capacity of a day; If-Match names the cooperative's version."""
    capacity = Capacity(handling_g=body.handling_g, cold_g=body.cold_g)
    cooperative = await set_day_capacity(work, SetDayCapacity(cooperative_id, version, capacity_date, capacity))
    set_etag(response, cooperative.version)
    return DayCapacityOut(capacity_date=capacity_date, handling_g=body.handling_g, cold_g=body.cold_g)


@router.delete("/{capacity_date}", status_code=204, dependencies=[allows(Action.ORGANISATIONS_WRITE)])
async def clear_capacity(
    cooperative_id: UUID, capacity_date: date, work: Work, version: IfMatch, response: Response
) -> None:
    """Let the usual capacity hold again on a day; If-Match names the cooperative's version."""
    cooperative = await set_day_capacity(work, SetDayCapacity(cooperative_id, version, capacity_date, None))
    set_etag(response, cooperative.version)
