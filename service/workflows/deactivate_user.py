"""The administrator takes a person's way in away; what they did stays on record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.people import User, deactivate
from service.workflows.acting import acting
from service.workflows.hold_user import hold_user


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
    user = await hold_user(work, command.user_id, command.expected_version)
    deactivate(user, by_user_id=acting(work).user_id)
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
