"""A person takes their second factor away with a last code; an administrator resets another's, who lost the phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from service.database.queries.logins import end_logins
from service.database.queries.second_factors import delete_factor
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import Conflict, InvalidField
from service.domain.events import EventType
from service.domain.people import User
from service.domain.permissions import Action, require
from service.workflows.acting import acting
from service.workflows.hold_user import hold_user
from service.workflows.take_code import take_code


@dataclass(frozen=True, slots=True)
class RemoveSecondFactor:
    """The code that the phone shows now, or a recovery code."""

    code: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ResetSecondFactor:
    """Whose, and the version of the user that was seen."""

    user_id: UUID
    expected_version: int


async def remove_second_factor(work: UnitOfWork, command: RemoveSecondFactor) -> None:
    """Take the actor's own second factor away.

    Raises
    ------
    Conflict
        If there is none.
    InvalidField
        If the code is wrong or was used.
    """
    actor = acting(work)
    require(actor, Action.CREDENTIALS)
    user = await work.session.get_one(User, actor.user_id, with_for_update=True)
    if user.second_factor_at is None:
        raise Conflict("You have no second factor.")
    if not await take_code(work, user.id, command.code, command.secret_key):
        raise InvalidField.at("code", "Wrong, too old or used already.", code="wrong_code")
    await _take_away(work, user, "user.remove_second_factor")


async def reset_second_factor(work: UnitOfWork, command: ResetSecondFactor) -> User:
    """Take another person's second factor away and end their sessions; they set up a new one when they are in.

    Raises
    ------
    NotFound
        If there is no such user in the region.
    Conflict
        If they have none, or it is the actor's own.
    StaleVersion
        If the user was changed since.
    """
    user = await hold_user(work, command.user_id, command.expected_version)
    if user.id == acting(work).user_id:
        raise Conflict("Remove your own second factor with a code of it.")
    if user.second_factor_at is None:
        raise Conflict("The user has no second factor.")
    await end_logins(work.session, user.id, work.now)  # a lost phone may be logged in
    await _take_away(work, user, "user.reset_second_factor")
    return user


async def _take_away(work: UnitOfWork, user: User, action: str) -> None:
    await delete_factor(work.session, user.id)
    user.second_factor_at = None
    await work.session.flush()
    work.record(action, "app_user", user.id, before={"second_factor": True}, after={"second_factor": False})
    work.announce(
        EventType.USER_SECOND_FACTOR_REMOVED,
        entity="app_user",
        entity_id=user.id,
        region_code=user.region_code,
        concerns=[user.organisation_id],
    )
