"""A person enters with name and password; whoever has a second factor is asked for its code next."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.database.queries.people import keep_user, user_by_name
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotAuthenticated, SecondFactorNeeded
from service.domain.login_challenges import CHALLENGE_FOR, LoginChallenge, challenge_text, password_mark
from service.domain.people import User, may_log_in
from service.workflows.credentials import is_password
from service.workflows.open_session import LoggedIn, SessionKind, open_session


@dataclass(frozen=True, slots=True)
class LogIn:
    """Name and password as typed, what the session is like, and what the service signs with."""

    username: str
    password: str = field(repr=False)
    session: SessionKind
    secret_key: str = field(repr=False)


async def log_in(work: UnitOfWork, command: LogIn) -> LoggedIn:
    """Open a session.

    Raises
    ------
    NotAuthenticated
        In the same words and after the same time for an unknown name, a wrong password and a deactivated user.
    SecondFactorNeeded
        If the password is right and a code has to follow; with the challenge that the code is sent with.
    """
    user = await _of_password(work, command)
    if user is None or user.password_hash is None:
        raise NotAuthenticated("Name or password is wrong.")
    if user.second_factor_at is not None:
        challenge = LoginChallenge(user.id, work.now + CHALLENGE_FOR, password_mark(user.password_hash))
        raise SecondFactorNeeded(
            "The password is right. Send the code that your phone shows, or a recovery code, with the challenge.",
            challenge=challenge_text(challenge, command.secret_key),
            expires_at=challenge.expires_at.isoformat(),
        )
    return open_session(work, user, command.session)


async def _of_password(work: UnitOfWork, command: LogIn) -> User | None:
    """Return whose name and password these are, held as they are until the unit ends.

    To compare takes a while, so it is done before anything is held; what changed meanwhile is looked at again. A change
    that comes later waits, and then ends the session that this login opens.
    """
    found = await user_by_name(work.session, command.username.strip().lower())
    user = found[0] if found is not None and may_log_in(*found) else None
    compared = user.password_hash if user else None
    if not await is_password(command.password, compared) or user is None:
        return None
    held, organisation = await keep_user(work.session, user.id)
    return held if held.password_hash == compared and may_log_in(held, organisation) else None
