"""Who has not been there for long, and whose phone has not sent what it keeps."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.dependencies import Caller, Work, allows
from service.api.list_exports import exported
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.last_seen import LastSeenListOut, LastSeenOut
from service.database.queries.last_seen import list_last_seen
from service.domain.permissions import Action, own_only

router = APIRouter(prefix="/last-seen", tags=["users"], route_class=UnitOfWorkRoute)


@exported(router, "terakhir-masuk")
@router.get("", dependencies=[allows(Action.USERS_READ)])
async def read_last_seen(work: Work, caller: Caller) -> LastSeenListOut:
    """List the active members by when their people were last there, away longest first; a member sees itself.

    What a phone keeps without signal is known to the service once it is sent: whoever is long away may hold answers or
    weighings that nobody has seen.
    """
    rows = await list_last_seen(
        work.session, region_code=caller.region_code, organisation_id=own_only(caller, Action.USERS_READ)
    )
    return LastSeenListOut(items=[LastSeenOut.showing(row) for row in rows])
