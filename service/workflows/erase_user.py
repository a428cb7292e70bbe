"""A person is forgotten: name, contact, messages and ways in go; what they did stays under an id of nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from service.database.queries.personal_data import erase_own_rows
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import Conflict, InvalidField
from service.domain.events import EventType
from service.domain.people import User
from service.domain.permissions import Action, require
from service.domain.personal_data import erase, require_self_erasure
from service.workflows.acting import acting
from service.workflows.credentials import is_password
from service.workflows.hold_user import hold_user


@dataclass(frozen=True, slots=True)
class EraseUser:
    """Whose data, and the version that was seen."""

    user_id: UUID
    expected_version: int


@dataclass(frozen=True, slots=True)
class EraseSelf:
    """The password, so that nobody is erased from a phone that lay about."""

    password: str = field(repr=False)


async def erase_user(work: UnitOfWork, command: EraseUser) -> User:
    """Erase another person.

    Raises
    ------
    NotFound
        If there is no such user in the region.
    Conflict
        If it was done before, or it is the actor's own account.
    StaleVersion
        If the user was changed since.
    """
    user = await hold_user(work, command.user_id, command.expected_version)
    if user.id == acting(work).user_id:
        raise Conflict("Your own account is erased in your account, with your password.")
    return await _erase(work, user)


async def erase_self(work: UnitOfWork, command: EraseSelf) -> User:
    """Erase the actor.

    Raises
    ------
    InvalidField
        If the password is wrong.
    Conflict
        If the actor is an administrator: another one does it.
    """
    actor = acting(work)
    require(actor, Action.CREDENTIALS)
    user = await work.session.get_one(User, actor.user_id, with_for_update=True)
    require_self_erasure(user)
    if not await is_password(command.password, user.password_hash):
        raise InvalidField.at("password", "Not your password.", code="wrong_password")
    return await _erase(work, user)


async def _erase(work: UnitOfWork, user: User) -> User:
    erase(user, work.now)
    await work.session.flush()
    await erase_own_rows(work.session, user.id, work.now)
    work.record("user.erase", "app_user", user.id, after={"erased": True})
    work.announce(
        EventType.USER_ERASED,
        entity="app_user",
        entity_id=user.id,
        region_code=user.region_code,
        concerns=[user.organisation_id],
    )
    return user
