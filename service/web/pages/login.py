"""In and out, and the language of the pages."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from service.api.credentials import credentials_of
from service.api.dependencies import public
from service.api.login_answers import forget_session, session_kind, set_session
from service.api.options import options_of
from service.api.throttling import count_at
from service.domain.errors import ChallengeOver, NotAuthenticated, SecondFactorNeeded
from service.domain.login_attempts import Gate
from service.domain.login_challenges import challenge_of
from service.matching.why.sentences.wording import Language
from service.web.forms import AT, READER, Form, Typed
from service.web.languages import LANGUAGE, LANGUAGE_COOKIE
from service.web.offline import FORGET
from service.web.page import Page, PageView
from service.web.refusals import CODE_PATH, LOGIN_PATH
from service.web.routes import PageRoute
from service.workflows.authenticate import authenticate
from service.workflows.log_in import LogIn, log_in
from service.workflows.log_out import log_out
from service.workflows.open_session import LoggedIn
from service.workflows.pass_second_factor import PassSecondFactor, pass_second_factor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

KEPT: Final = "kept."
LONGEST_NAME: Final = 80
LONGEST_PASSWORD: Final = 200
LONGEST_CODE: Final = 40
_A_YEAR_S: Final = 365 * 24 * 3600


@router.get(LOGIN_PATH, dependencies=[public()])
async def show_login(page: Page) -> Response:
    """Ask for name and password."""
    refused = page.request.scope.get("pasok.refused")
    form = refused.typed if refused else Typed()
    wanted = form.text("next") or page.request.query_params.get("next", "/")
    return await _ask_password(page, form, wanted)


@router.post(LOGIN_PATH, dependencies=[public(is_idempotent=True)])
async def send_login(page: Page, form: Form, request: Request) -> Response:
    """Open a session and lead to the page that was wanted, or to the form that was sent too late."""
    username = form.words("username", longest=LONGEST_NAME, needed=True)
    if not form.text("password"):
        form.faults.add("password", "missing", "Fill this in.")
    form.require()
    options = options_of(request)
    await count_at(Gate.PASSWORD, request, account=username or "")
    password = form.values["password"][-1][:LONGEST_PASSWORD]
    try:
        entered = await log_in(page.work, LogIn(username or "", password, session_kind(request), options.secret_key))
    except SecondFactorNeeded as half:
        return await _ask_code(page, form, str(half.facts["challenge"]))
    return await _let_in(page, form, entered)


@router.get(CODE_PATH, dependencies=[public()])
async def show_code(page: Page) -> Response:
    """Ask for the code once more after a wrong one; whoever comes from nowhere or too late begins with the password."""
    refused = page.request.scope.get("pasok.refused")
    if refused is None:
        return page.leave(LOGIN_PATH)
    if isinstance(refused.error, ChallengeOver):  # no code fits it any more
        return await _ask_password(page, refused.typed, refused.typed.text("next"))
    return await _ask_code(page, refused.typed, refused.typed.text("challenge"))


@router.post(CODE_PATH, dependencies=[public(is_idempotent=True)])
async def send_code(page: Page, form: Form, request: Request) -> Response:
    """Open the session of whoever gave the right password and has the phone."""
    code = form.words("code", longest=LONGEST_CODE, needed=True)
    form.require()
    options = options_of(request)
    challenge = challenge_of(form.text("challenge"), options.secret_key, page.work.now)
    if challenge is None:
        raise ChallengeOver("The challenge is not valid, or no longer: log in anew.")
    await count_at(Gate.SECOND_FACTOR, request, account=str(challenge.user_id))
    command = PassSecondFactor(challenge, code or "", session_kind(request), options.secret_key)
    return await _let_in(page, form, await pass_second_factor(page.work, command))


async def _ask_password(page: PageView, form: Typed, wanted: str) -> Response:
    kept = _kept(form, KEPT)
    return await page.show("login.html", next=_local(wanted), kept=kept, lost_files=(), is_expired=bool(kept))


async def _ask_code(page: PageView, form: Typed, challenge: str) -> Response:
    wanted = _local(form.text("next"))
    return await page.show("login_code.html", challenge=challenge, next=wanted, kept=_kept(form, KEPT))


async def _let_in(page: PageView, form: Typed, entered: LoggedIn) -> Response:
    wanted, kept = _local(form.text("next")), _kept(form, KEPT)
    is_of_another = dict(kept).get(READER, str(entered.user.id)) != str(entered.user.id)
    response: Response = RedirectResponse("/" if is_of_another else wanted, 303)
    if kept and not is_of_another:  # what another user had typed stays on the device until they log in
        back = next((value for name, value in kept if name == AT), "/")
        response = await page.show("resume.html", next=wanted, kept=kept, back=_local(back))
    set_session(response, entered, options_of(page.request))
    return response


@router.post("/logout", dependencies=[public(is_idempotent=True)])
async def send_logout(page: Page, request: Request) -> Response:
    """End the session; the browser is asked to forget it, so that the next person finds nothing of the reader's."""
    credentials = credentials_of(request)
    if credentials is not None:
        try:
            await authenticate(page.work, credentials.secret)
            await log_out(page.work, credentials.secret)
        except NotAuthenticated:
            pass  # it ended by itself
    response = page.leave(LOGIN_PATH, said="logged_out")
    forget_session(response, options_of(request))
    response.headers.update(FORGET)
    return response


@router.post("/language", dependencies=[public(is_idempotent=True)])
async def choose_language(form: Form, page: Page) -> Response:
    """Keep the language of the pages in this browser; what was typed before a session ended goes along."""
    language = form.choice(LANGUAGE, Language)
    form.require()
    if _kept(form, KEPT):
        page.request.state.language = language
        response = await _ask_password(page, form, form.text("next"))
    else:
        response = page.leave(_local(form.text(AT)))
    response.set_cookie(LANGUAGE_COOKIE, str(language), max_age=_A_YEAR_S, httponly=True, samesite="lax")
    return response


def _kept(form: Typed, prefix: str) -> list[tuple[str, str]]:
    return [(name, value) for name in form.having(prefix) for value in form.values[prefix + name]]


def _local(address: str) -> str:
    """Return an address of our own; the start page for any other, so that nobody is led elsewhere after the login."""
    parts = urlsplit(address)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in address
    return address if is_ours and not address.startswith("//") else "/"
