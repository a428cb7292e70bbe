"""The administrator gives a person a way in."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from service.database.queries.organisations import find_organisation
from service.database.queries.people import user_by_name
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import AlreadyExists, InvalidField
from service.domain.events import EventType
from service.domain.passwords import require_password
from service.domain.people import Role, User, require_role_fits
from service.domain.permissions import Action, require
from service.workflows.acting import acting
from service.workflows.credentials import hash_password


@dataclass(frozen=True, slots=True)
class CreateUser:
    """Who it is, what they are in which organisation, and a first password (without: an invitation sets it)."""

    organisation_id: UUID
    username: str
    full_name: str
    role: Role
    password: str | None = field(default=None, repr=False)


async def create_user(work: UnitOfWork, command: CreateUser) -> User:
    """Add a user to an organisation of the actor's region.

    Raises
    ------
    InvalidField
        If there is no such organisation in the region, the role does not exist in its kind, or the password is too
        easy to guess.
    AlreadyExists
        If the name is taken.
    """
    actor = acting(work)
    require(actor, Action.USERS_WRITE)
    organisation = await find_organisation(work.session, command.organisation_id)
    if organisation is None or organisation.region_code != actor.region_code:
        raise InvalidField.at("organisation_id", "No such organisation in your region.", code="unknown")
    require_role_fits(command.role, organisation)
    if command.password is not None:
        require_password(command.password, username=command.username, full_name=command.full_name)
    if await user_by_name(work.session, command.username) is not None:
        raise AlreadyExists("The login name is taken.", field="username")
    user = User(
        id=work.new_id(),
        created_at=work.now,
        region_code=organisation.region_code,
        organisation_id=organisation.id,
        username=command.username,
        full_name=command.full_name,
        role=command.role,
        password_hash=None if command.password is None else await hash_password(command.password),
    )
    work.session.add(user)
    await work.session.flush()
    shown = {"role": user.role.value, "organisation_id": str(organisation.id)}
    work.record("user.create", "app_user", user.id, after=shown)
    work.announce(
        EventType.USER_CREATED,
        entity="app_user",
        entity_id=user.id,
        region_code=user.region_code,
        concerns=[user.organisation_id],
        facts={"role": user.role.value},
    )
    return user
