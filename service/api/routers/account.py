"""The caller's own password and sessions, and the invitation by which a password is first set."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, Limit, Work, allows, public
from service.api.login_answers import session_answer, session_kind
from service.api.options import options_of
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.accounts import AcceptedIn, EndedOut, LoginSessionOut, PasswordIn
from service.api.schemas.auth import SessionOut
from service.api.throttling import count_at
from service.database.cursors import Cursor
from service.database.queries.logins import list_logins
from service.domain.login_attempts import Gate
from service.domain.people import LoginSession
from service.domain.permissions import Action, Actor
from service.workflows.accept_invitation import AcceptInvitation, accept_invitation
from service.workflows.change_password import ChangePassword, change_password
from service.workflows.end_sessions import end_other_sessions, end_session

router = APIRouter(tags=["account"], route_class=UnitOfWorkRoute)


@router.post("/account/password", dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def set_password(
    body: PasswordIn, request: Request, response: Response, work: Work, caller: Caller
) -> SessionOut:
    """Change the password: every session ends, and a new one begins here. Ten attempts in five minutes."""
    await count_at(Gate.PASSWORD, request, account=str(caller.user_id))
    old, new = body.old_password.get_secret_value(), body.new_password.get_secret_value()
    entered = await change_password(work, ChangePassword(old, new, session_kind(request)))
    return session_answer(entered, options_of(request), response)


@router.get("/account/sessions", dependencies=[allows(Action.CREDENTIALS)])
async def list_sessions(
    work: Work, caller: Caller, after: After, limit: Limit = USUAL_PER_PAGE
) -> Page[LoginSessionOut]:
    """List the caller's sessions that are not over, newest first."""
    rows = await list_logins(work.session, user_id=caller.user_id, now=work.now, after=after, limit=limit + 1)
    return page_of(
        rows, limit=limit, key=lambda row: Cursor(row.created_at, row.id), show=lambda row: shown(row, caller)
    )


@router.post("/account/sessions/{session_id}/end", dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def end_one_session(session_id: UUID, work: Work, caller: Caller) -> LoginSessionOut:
    """End one session at once."""
    return shown(await end_session(work, session_id), caller)


@router.post("/account/sessions/end-others", dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def end_others(work: Work) -> EndedOut:
    """Log out everywhere else: only the session that asks stays."""
    return EndedOut(ended=await end_other_sessions(work))


@router.post("/auth/invitations", status_code=204, dependencies=[public()])
async def accept(body: AcceptedIn, request: Request, work: Work) -> None:
    """Set the password by the link that one was given; then log in with it."""
    await count_at(Gate.PASSWORD, request, account=f"invitation {body.token}")
    await accept_invitation(work, AcceptInvitation(body.token, body.password.get_secret_value()))


def shown(login: LoginSession, caller: Actor) -> LoginSessionOut:
    """Return a session as its owner sees it."""
    return LoginSessionOut.of(login, is_current=login.id == caller.session_id)
