"""A person ends sessions of theirs: one that they do not know, or all others."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.logins import end_logins
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.people import LoginSession
from service.domain.permissions import Action, require
from service.workflows.acting import acting


async def end_session(work: UnitOfWork, session_id: UUID) -> LoginSession:
    """End one session of the actor at once; one that is over already stays so.

    Raises
    ------
    NotFound
        If the actor has no such session.
    """
    actor = acting(work)
    require(actor, Action.CREDENTIALS)
    login = await work.session.get(LoginSession, session_id, with_for_update=True)
    if login is None or login.user_id != actor.user_id:
        raise NotFound("No such session.")
    if login.revoked_at is None:
        login.revoked_at = work.now
        await work.session.flush()
        work.record("session.end", "login_session", login.id)
    return login


async def end_other_sessions(work: UnitOfWork) -> int:
    """End all sessions of the actor but the one that asks, and return how many there were."""
    actor = acting(work)
    require(actor, Action.CREDENTIALS)
    ended = await end_logins(work.session, actor.user_id, work.now, but=actor.session_id)
    work.record("session.end_others", "app_user", actor.user_id, after={"ended": ended})
    return ended
