"""The administrator takes a person's way in away; what they did stays on record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.people import User, deactivate
from service.domain.permissions import Action, require_reach
from service.domain.tables import require_version
from service.workflows.acting import acting


@dataclass(frozen=True, slots=True)
class DeactivateUser:
    """The user and the version that was seen."""

    user_id: UUID
    expected_version: int


async def deactivate_user(work: UnitOfWork, command: DeactivateUser) -> User:
    """End a user's logins and API keys at once.

    Raises
    ------
    NotFound
        If there is no such user in the region.
    Conflict
        If they are deactivated already, or it is the actor's own account.
    StaleVersion
        If the user was changed since.
    """
    actor = acting(work)
    user = await work.session.get(User, command.user_id, with_for_update=True)
    if user is None:
        raise NotFound("No such user.")
    require_reach(
        actor,
        Action.USERS_WRITE,
        region_code=user.region_code,
        organisation_ids=(user.organisation_id,),
        what="user",
    )
    require_version(user, command.expected_version)
    deactivate(user, by_user_id=actor.user_id)
    await work.session.flush()
    work.record("user.deactivate", "app_user", user.id, before={"is_active": True}, after={"is_active": False})
    work.announce(
        EventType.USER_DEACTIVATED,
        entity="app_user",
        entity_id=user.id,
        region_code=user.region_code,
        concerns=[user.organisation_id],
        facts={"role": user.role.value},
    )
    return user
