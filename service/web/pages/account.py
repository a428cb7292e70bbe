"""One's own account: who one is, and the code of the phone that follows the password."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import allows
from service.api.options import options_of
from service.api.routers.second_factors import read_second_factor
from service.api.throttling import count_at
from service.database.queries.second_factors import find_factor
from service.domain.login_attempts import Gate
from service.domain.permissions import Action
from service.web import office_words
from service.web.forms import Form
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.begin_second_factor import begin_second_factor
from service.workflows.confirm_second_factor import ConfirmSecondFactor, confirm_second_factor
from service.workflows.remove_second_factor import (
    RemoveSecondFactor,
    ResetSecondFactor,
    remove_second_factor,
    reset_second_factor,
)

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LONGEST_CODE: Final = 40


@router.get("/account", dependencies=[allows(Action.CREDENTIALS)])
async def show_account(page: Page) -> Response:
    """Show who one is and how one gets in."""
    factor = await read_second_factor(page.request, page.work, page.caller)
    return await page.show("account/account.html", factor=factor, words=office_words)


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


async def _code(page: PageView, form: Form, request: Request) -> str:
    code = form.words("code", longest=LONGEST_CODE, needed=True)
    form.require()
    await count_at(Gate.SECOND_FACTOR, request, account=str(page.caller.user_id))
    return code or ""


async def _drawn(page: PageView, *, key: str | None = None, uri: str | None = None) -> Response:
    factor = await read_second_factor(page.request, page.work, page.caller)
    is_begun = await find_factor(page.work.session, page.caller.user_id) is not None
    return await page.show("account/second_factor.html", factor=factor, is_begun=is_begun, key=key, uri=uri)
