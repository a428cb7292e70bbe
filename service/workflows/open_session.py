"""A person who proved who they are gets a session of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from service.database.unit_of_work import UnitOfWork
from service.domain.people import LoginSession, User
from service.workflows.credentials import hash_secret, new_session_token


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The session, its token (told once, kept as a hash) and whose it is."""

    login: LoginSession
    token: str = field(repr=False)
    user: User


def open_session(work: UnitOfWork, user: User, length: timedelta) -> LoggedIn:
    """Open a session under a new token: none that was known before the login is worth anything after it.

    Parameters
    ----------
    length
        How long the session lasts at most.
    """
    token = new_session_token()
    login = LoginSession(
        id=work.new_id(),
        created_at=work.now,
        user_id=user.id,
        token_hash=hash_secret(token),
        expires_at=work.now + length,
    )
    work.session.add(login)
    work.record("user.log_in", "app_user", user.id, region_code=user.region_code)
    return LoggedIn(login, token, user)
