"""A person takes another password: every session ends, and a new one begins here."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.database.queries.logins import end_logins, void_invitations
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField
from service.domain.passwords import require_password
from service.domain.people import User
from service.domain.permissions import Action, require
from service.workflows.acting import acting
from service.workflows.credentials import hash_password, is_password
from service.workflows.open_session import LoggedIn, SessionKind, open_session


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """The old password, the new one, and what the new session is like."""

    old_password: str = field(repr=False)
    new_password: str = field(repr=False)
    session: SessionKind


async def change_password(work: UnitOfWork, command: ChangePassword) -> LoggedIn:
    """Set the actor's password; whoever got in with the old one is out.

    Raises
    ------
    InvalidField
        If the old password is wrong, or the new one is short, easily guessed or the old one.
    """
    actor = acting(work)
    require(actor, Action.CREDENTIALS)
    user = await work.session.get_one(User, actor.user_id, with_for_update=True)
    if not await is_password(command.old_password, user.password_hash):
        raise InvalidField.at("old_password", "Not your password.", code="wrong_password")
    require_password(command.new_password, username=user.username, full_name=user.full_name, field="new_password")
    if command.new_password == command.old_password:
        raise InvalidField.at("new_password", "Another one than before.", code="unchanged")
    user.password_hash = await hash_password(command.new_password)
    await end_logins(work.session, user.id, work.now)
    await void_invitations(work.session, user.id, work.now)
    await work.session.flush()
    work.record("user.change_password", "app_user", user.id)
    return open_session(work, user, command.session)
