"""What happened, in order."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page, page_of, whole_number
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.events import EventOut
from service.database.queries.events import EventFilter, list_events
from service.domain.permissions import Action, own_only

BIGGEST_SEQUENCE_DIGITS: Final = 18

router = APIRouter(prefix="/events", tags=["events"], route_class=UnitOfWorkRoute)


@exported(router, "kejadian")
@router.get("", dependencies=[allows(Action.EVENTS_READ)])
async def list_what_happened(
    work: Work,
    caller: Caller,
    after: AfterCode,
    type: Annotated[str | None, Query(max_length=60, examples=["order.answered"])] = None,  # noqa: A002 (its name outside)
    entity: Annotated[str | None, Query(max_length=40, examples=["order"])] = None,
    entity_id: Annotated[str | None, Query(max_length=60)] = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[EventOut]:
    """List events oldest first, so that a program reads on from its last page: its organisation's, or the region's."""
    rows = await list_events(
        work.session,
        region_code=caller.region_code,
        organisation_id=own_only(caller, Action.EVENTS_READ),
        wanted=EventFilter(type, entity, entity_id),
        after=whole_number(after, digits=BIGGEST_SEQUENCE_DIGITS),
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda row: str(row.sequence), show=EventOut.of)
