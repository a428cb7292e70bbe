"""What a login is answered with: the session as a cookie for browsers, and as a token for programs."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response

from service.api.credentials import SESSION_COOKIE, csrf_token
from service.api.options import ApiOptions, options_of
from service.api.schemas.auth import SessionOut
from service.workflows.open_session import LoggedIn, SessionKind

LONGEST_DEVICE: Final = 200


def session_kind(request: Request) -> SessionKind:
    """Return what a session is like that a request opens."""
    said = "".join(letter for letter in request.headers.get("User-Agent", "") if letter.isprintable())
    return SessionKind(options_of(request).session_length, said[:LONGEST_DEVICE] or None)


def set_session(response: Response, entered: LoggedIn, options: ApiOptions) -> None:
    """Give the browser the session: no script reads it, no other site sends it."""
    response.set_cookie(
        SESSION_COOKIE,
        entered.token,
        max_age=int(options.session_length.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=options.is_secure,
    )


def forget_session(response: Response, options: ApiOptions) -> None:
    """Take the session from the browser: the cookie is named as it was given, else a strict browser keeps it."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax", secure=options.is_secure)


def session_answer(entered: LoggedIn, options: ApiOptions, response: Response) -> SessionOut:
    """Return the session as it is told to programs, and give it to browsers."""
    set_session(response, entered, options)
    return SessionOut(
        token=entered.token,
        csrf_token=csrf_token(options.secret_key, entered.token),
        expires_at=entered.login.expires_at,
        user_id=entered.user.id,
        role=entered.user.role,
    )
