"""A person who proved who they are gets a session of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from service.database.unit_of_work import UnitOfWork
from service.domain.people import LoginSession, User
from service.workflows.credentials import hash_secret, new_session_token


@dataclass(frozen=True, slots=True)
class SessionKind:
    """How long a session lasts at most, and what the browser or program calls itself."""

    length: timedelta
    device: str | None = None


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The session, its token (told once, kept as a hash) and whose it is."""

    login: LoginSession
    token: str = field(repr=False)
    user: User


def open_session(work: UnitOfWork, user: User, kind: SessionKind) -> LoggedIn:
    """Open a session under a new token: none that was known before the login is worth anything after it.

    Parameters
    ----------
    kind
        How long it lasts, and on which device.
    """
    token = new_session_token()
    login = LoginSession(
        id=work.new_id(),
        created_at=work.now,
        user_id=user.id,
        token_hash=hash_secret(token),
        last_seen_at=work.now,
        device=kind.device,
        expires_at=work.now + kind.length,
    )
    work.session.add(login)
    work.record("user.log_in", "app_user", user.id, region_code=user.region_code)
    return LoggedIn(login, token, user)
