"""One's own account: password, the code of the phone that follows it, the devices that are in, and its beginning."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import allows, public
from service.api.invitation_links import INVITATION_PATH
from service.api.login_answers import forget_session, session_kind, set_session
from service.api.options import options_of
from service.api.routers.account import list_sessions
from service.api.routers.api_keys import list_keys
from service.api.routers.second_factors import read_second_factor
from service.api.throttling import count_at
from service.database.queries.second_factors import find_factor
from service.domain.login_attempts import Gate
from service.domain.permissions import Action
from service.web.forms import Form
from service.web.offline import FORGET
from service.web.page import Page, PageView
from service.web.refusals import LOGIN_PATH
from service.web.routes import PageRoute
from service.words import office_words
from service.workflows.accept_invitation import AcceptInvitation, accept_invitation
from service.workflows.begin_second_factor import begin_second_factor
from service.workflows.change_password import ChangePassword, change_password
from service.workflows.confirm_second_factor import ConfirmSecondFactor, confirm_second_factor
from service.workflows.end_sessions import end_other_sessions, end_session
from service.workflows.erase_user import EraseSelf, erase_self
from service.workflows.remove_second_factor import (
    RemoveSecondFactor,
    ResetSecondFactor,
    remove_second_factor,
    reset_second_factor,
)
from service.workflows.revoke_api_key import RevokeApiKey, revoke_api_key

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LONGEST_CODE: Final = 40
MOST_SESSIONS: Final = 50
MOST_KEYS: Final = 50


@router.get("/account", dependencies=[allows(Action.CREDENTIALS)])
async def show_account(page: Page) -> Response:
    """Show who one is and how one gets in."""
    factor = await read_second_factor(page.request, page.work, page.caller)
    sessions = await list_sessions(page.work, page.caller, None, limit=MOST_SESSIONS)
    keys = await list_keys(page.work, page.caller, None, limit=MOST_KEYS)
    return await page.show(
        "account/account.html", factor=factor, sessions=sessions, keys=keys, words=office_words, today=page.work.now
    )


@router.post("/account/api-keys/{api_key_id}/revoke", dependencies=[allows(Action.CREDENTIALS)])
async def send_revocation(api_key_id: UUID, page: Page, form: Form) -> Response:
    """End a program's key at once."""
    version = form.whole("version", least=1)
    form.require()
    await revoke_api_key(page.work, RevokeApiKey(api_key_id, version or 0))
    return page.leave("/account", said="key_revoked")


@router.post("/account/password", dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def send_password(page: Page, form: Form, request: Request) -> Response:
    """Change the password; every other session ends, and this one goes on under a new token."""
    old, new = (_password(form, name) for name in ("old_password", "new_password"))
    form.require()
    await count_at(Gate.PASSWORD, request, account=str(page.caller.user_id))
    entered = await change_password(page.work, ChangePassword(old, new, session_kind(request)))
    response = page.leave("/account", said="password_changed")
    set_session(response, entered, options_of(request))
    return response


@router.post("/account/sessions/{session_id}/end", dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def send_end_of_session(session_id: UUID, page: Page) -> Response:
    """Log one device out."""
    await end_session(page.work, session_id)
    return page.leave("/account", said="session_ended")


@router.post("/account/sessions/end-others", dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def send_end_of_others(page: Page) -> Response:
    """Log every other device out."""
    await end_other_sessions(page.work)
    return page.leave("/account", said="sessions_ended")


@router.post("/account/erase", dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def send_erasure(page: Page, form: Form, request: Request) -> Response:
    """Erase the reader's account for good."""
    password = _password(form, "password")
    form.require()
    await count_at(Gate.PASSWORD, request, account=str(page.caller.user_id))
    await erase_self(page.work, EraseSelf(password))
    response = page.leave(LOGIN_PATH, said="erased")
    forget_session(response, options_of(request))
    response.headers.update(FORGET)
    return response


@router.get(INVITATION_PATH, dependencies=[public()])
async def show_invitation(page: Page) -> Response:
    """Ask the owner of a link for a password of their own."""
    return await page.show("account/invitation.html", token=page.request.query_params.get("token", ""))


@router.post(INVITATION_PATH, dependencies=[public(is_idempotent=True)])
async def send_invitation_password(page: Page, form: Form, request: Request) -> Response:
    """Set the password by the link."""
    password, token = _password(form, "password"), form.text("token")
    form.require()
    await count_at(Gate.PASSWORD, request, account=f"invitation {token}")
    await accept_invitation(page.work, AcceptInvitation(token, password))
    return page.leave(LOGIN_PATH, said="password_set")


@router.get("/account/second-factor", dependencies=[allows(Action.CREDENTIALS)])
async def show_second_factor(page: Page) -> Response:
    """Show the state of the second factor and the one next step."""
    return await _drawn(page)


@router.post("/account/second-factor", dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def send_begin(page: Page) -> Response:
    """Show a new key once; a repeated sending makes another, and the earlier one is void."""
    begun = await begin_second_factor(page.work, options_of(page.request).secret_key)
    return await _drawn(page, key=begun.key, uri=begun.uri)


@router.post("/account/second-factor/confirm", dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def send_confirmation(page: Page, form: Form, request: Request) -> Response:
    """Put the second factor to use and show the recovery codes once; repeated, it is refused."""
    code = await _code(page, form, request)
    codes = await confirm_second_factor(page.work, ConfirmSecondFactor(code, options_of(request).secret_key))
    return await page.show("account/recovery_codes.html", codes=codes)


@router.post("/account/second-factor/remove", dependencies=[allows(Action.CREDENTIALS)])
async def send_removal(page: Page, form: Form, request: Request) -> Response:
    """Take the second factor away with a code of it."""
    code = await _code(page, form, request)
    await remove_second_factor(page.work, RemoveSecondFactor(code, options_of(request).secret_key))
    return page.leave("/account/second-factor", said="factor_removed")


@router.post("/users/{user_id}/second-factor/reset", dependencies=[allows(Action.USERS_WRITE)])
async def send_reset(user_id: UUID, page: Page, form: Form) -> Response:
    """Take another person's second factor away because the phone is lost."""
    version = form.whole("version", least=1)
    form.require()
    await reset_second_factor(page.work, ResetSecondFactor(user_id, version or 0))
    return page.leave(f"/users/{user_id}", said="factor_reset")


def _password(form: Form, name: str) -> str:
    """Return a password as it was typed: its spaces count."""
    typed = (form.values.get(name) or [""])[-1]
    if not typed:
        form.faults.add(name, "missing", "Fill this in.")
    return typed


async def _code(page: PageView, form: Form, request: Request) -> str:
    code = form.words("code", longest=LONGEST_CODE, needed=True)
    form.require()
    await count_at(Gate.SECOND_FACTOR, request, account=str(page.caller.user_id))
    return code or ""


async def _drawn(page: PageView, *, key: str | None = None, uri: str | None = None) -> Response:
    factor = await read_second_factor(page.request, page.work, page.caller)
    is_begun = await find_factor(page.work.session, page.caller.user_id) is not None
    return await page.show("account/second_factor.html", factor=factor, is_begun=is_begun, key=key, uri=uri)
