"""A person enters with name and password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from service.database.queries.people import user_by_name
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotAuthenticated
from service.domain.people import LoginSession, User, may_log_in
from service.workflows.credentials import hash_secret, is_password, new_session_token


@dataclass(frozen=True, slots=True)
class LogIn:
    """Name and password as typed, and how long the session lasts."""

    username: str
    password: str = field(repr=False)
    session_length: timedelta


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The session, its token (told once, kept as a hash) and whose it is."""

    login: LoginSession
    token: str = field(repr=False)
    user: User


async def log_in(work: UnitOfWork, command: LogIn) -> LoggedIn:
    """Open a session.

    Raises
    ------
    NotAuthenticated
        In the same words and after the same time for an unknown name, a wrong password and a deactivated user.
    """
    found = await user_by_name(work.session, command.username.strip().lower())
    user = found[0] if found is not None and may_log_in(*found) else None
    if not await is_password(command.password, user.password_hash if user else None) or user is None:
        raise NotAuthenticated("Name or password is wrong.")
    token = new_session_token()
    login = LoginSession(
        id=work.new_id(),
        created_at=work.now,
        user_id=user.id,
        token_hash=hash_secret(token),
        expires_at=work.now + command.session_length,
    )
    work.session.add(login)
    work.record("user.log_in", "app_user", user.id, region_code=user.region_code)
    return LoggedIn(login, token, user)
