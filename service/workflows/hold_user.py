"""Hold a person whom an administrator is about to change."""

from __future__ import annotations

from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.people import User
from service.domain.permissions import Action, require_reach
from service.domain.tables import require_version
from service.workflows.acting import acting


async def hold_user(work: UnitOfWork, user_id: UUID, expected_version: int) -> User:
    """Return a user whom the actor may change, held until the unit ends.

    Raises
    ------
    NotPermitted, NotFound
        If the actor may not, or there is no such user in their reach.
    StaleVersion
        If the user was changed since.
    """
    actor = acting(work)
    user = await work.session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("No such user.")
    organisations = (user.organisation_id,)
    require_reach(actor, Action.USERS_WRITE, region_code=user.region_code, organisation_ids=organisations, what="user")
    require_version(user, expected_version)
    return user
