"""A person whose password was right sends the code of their second factor."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.database.queries.people import keep_user
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import ChallengeOver, CodeRefused
from service.domain.login_challenges import LoginChallenge, password_mark
from service.domain.people import may_log_in
from service.workflows.open_session import LoggedIn, SessionKind, open_session
from service.workflows.take_code import take_code


@dataclass(frozen=True, slots=True)
class PassSecondFactor:
    """The challenge of the right password, the code as typed, and what the session is like."""

    challenge: LoginChallenge
    code: str = field(repr=False)
    session: SessionKind
    secret_key: str = field(repr=False)


async def pass_second_factor(work: UnitOfWork, command: PassSecondFactor) -> LoggedIn:
    """Open a session.

    Raises
    ------
    CodeRefused
        If the code is wrong or was used.
    ChallengeOver
        If the password was changed since, or the user may no longer enter.
    """
    user, organisation = await keep_user(work.session, command.challenge.user_id)
    is_current = password_mark(user.password_hash or "") == command.challenge.password_mark
    if not (is_current and may_log_in(user, organisation)):
        raise ChallengeOver("Log in anew: the account has changed since.")
    if not await take_code(work, user.id, command.code, command.secret_key):
        raise CodeRefused("The code is wrong, too old or was used already.")
    return open_session(work, user, command.session)
