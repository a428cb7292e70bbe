"""A refusal as a page: the form again with what was typed, the login for whoever must log in, else a plain sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from service.api.credentials import SAFE_METHODS, SESSION_COOKIE
from service.api.errors import BodyTooLarge, CsrfRefused, InternalError, OtherReader
from service.api.login_answers import forget_session
from service.api.options import options_of
from service.api.problems import headers_for, kind_of
from service.domain.errors import (
    DomainError,
    FieldFault,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    SecondFactorRequired,
)
from service.matching.why.sentences.wording import Language
from service.web.forms import AT, NAME, Typed
from service.web.inner_pages import page_at
from service.web.languages import language_of
from service.web.refusal_words import in_its_unit
from service.web.templating import environment

LOGIN_PATH: Final = "/login"
CODE_PATH: Final = "/login/second-factor"
SET_UP_PATH: Final = "/account/second-factor"
CODE_HEADER: Final = "Pasok-Problem"
"""Names a refusal to scripts, by the code that the API has for it."""
_NO_FORM_HELPS: Final = (NotFound, NotPermitted, CsrfRefused, OtherReader, InternalError, BodyTooLarge)


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not taken: what was typed, and what is wrong with it."""

    error: DomainError
    typed: Typed
    faults: dict[str, list[FieldFault]] = field(default_factory=dict)
    """By the form's own names of its fields."""

    def value(self, form: str, name: str) -> str | None:
        """Return what was typed into a field of a form; ``None`` for another form's, or one that was not sent."""
        if self.typed.text(NAME) != form or name not in self.typed.values:
            return None
        return self.typed.values[name][-1]

    def ticked(self, form: str, name: str) -> list[str] | None:
        """Return what was ticked under a name; ``None`` for another form's."""
        return self.typed.all(name) if self.typed.text(NAME) == form else None

    def beside(self, form: str, name: str) -> list[FieldFault]:
        """Return what is wrong with a field of a form."""
        return self.faults.get(name, []) if self.typed.text(NAME) == form else []


async def refused(request: Request, form: Typed, error: DomainError) -> Response:
    """Return what a browser shows after a refusal."""
    if isinstance(error, NotAuthenticated) and request.url.path not in {LOGIN_PATH, CODE_PATH}:
        return _to_login(request, form)
    if isinstance(error, SecondFactorRequired):
        return RedirectResponse(SET_UP_PATH, 303)
    kind = kind_of(type(error))
    headers = {**headers_for(error, kind), CODE_HEADER: error.code}
    if request.method == "POST" and not isinstance(error, _NO_FORM_HELPS):
        page = await _form_again(request, form, error)
        if page is not None:
            page.status_code = kind.status
            page.headers.update(headers)
            return page
    page = drawn(request, "refused.html", kind.status, error=error)
    page.headers.update(headers)
    return page


def drawn(request: Request, template: str, status: int, **facts: Any) -> Response:  # noqa: ANN401 (a template's own)
    """Return a page that needs no reader."""
    language = language_of(request)
    body = environment(language).get_template(template).render(
        reader=None, timezone="Asia/Jakarta", language=language, path=request.url.path, at="/", csrf="", entries=(),
        may=lambda _action: False, new_once=lambda: "", refused=None, said=None, **facts,
    )  # fmt: skip
    return Response(body, status, media_type="text/html", headers={"Cache-Control": "no-store"})


def _to_login(request: Request, form: Typed) -> Response:
    """Ask for the name and password; a form that was sent meanwhile is carried along, so that nothing is lost."""
    if request.method in SAFE_METHODS:
        query = f"?{request.url.query}" if request.url.query else ""
        there = "" if request.url.path == "/" else f"?next={quote(request.url.path + query)}"
        response: Response = RedirectResponse(f"{LOGIN_PATH}{there}", 303)
    else:
        kept = [(name, value) for name, values in form.values.items() for value in values]
        response = drawn(
            request,
            "login.html",
            401,
            next=request.url.path,
            kept=kept,
            lost_files=sorted(form.files),
            is_expired=True,
        )
    if request.cookies.get(SESSION_COOKIE):
        forget_session(response, options_of(request))
    return response


async def _form_again(request: Request, form: Typed, error: DomainError) -> Response | None:
    """Draw the page that holds the form once more; nothing if that page is not to be had."""
    at = urlsplit(form.text(AT) or request.url.path)
    if at.netloc or not at.path.startswith("/"):
        return None
    faults: dict[str, list[FieldFault]] = {}
    for place, fault in placed(form, error.faults, language_of(request)):
        faults.setdefault(place, []).append(fault)
    return await page_at(request, at.path, at.query, **{"pasok.refused": Refused(error, form, faults)})


def placed(form: Typed, faults: Iterable[FieldFault], language: Language) -> list[tuple[str, FieldFault]]:
    """Return faults by the form's own names of their fields, amounts in the units in which they were typed."""
    places = [(form.place_of(fault), fault) for fault in faults]
    return [(at, in_its_unit(one, form.units[at], language) if at in form.units else one) for at, one in places]
