"""Where a request carries its caller's secret, and whether a browser's request comes from our own pages."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

from service.api.errors import CsrfRefused

SESSION_COOKIE: Final = "pasok_session"
CSRF_HEADER: Final = "X-Pasok-CSRF"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secret of a session or an API key; a cookie is sent by browsers unasked, so it is trusted less."""

    secret: str
    is_cookie: bool


def credentials_of(request: Request) -> Credentials | None:
    """Return what the request carries; a bearer token counts before the cookie."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        return Credentials(secret.strip(), is_cookie=False)
    cookie = request.cookies.get(SESSION_COOKIE)
    return Credentials(cookie, is_cookie=True) if cookie else None


def csrf_token(secret_key: str, session_token: str) -> str:
    """Return the word that proves that a page was made for this session."""
    return hmac.new(secret_key.encode(), b"csrf:" + session_token.encode(), hashlib.sha256).hexdigest()


def refuse_forged(request: Request, credentials: Credentials | None, secret_key: str) -> None:
    """Refuse a change that another site made the browser send.

    A request with a bearer token cannot be forged that way. One with the cookie must carry the session's token or
    come from our own origin; one without credentials (a login) may do anything but come from elsewhere.
    """
    if request.method in SAFE_METHODS or (credentials is not None and not credentials.is_cookie):
        return
    if credentials is None:
        if _is_same_origin(request) is False:
            raise CsrfRefused("The request comes from another site.")
        return
    sent = request.headers.get(CSRF_HEADER)
    if sent is not None:
        if hmac.compare_digest(sent.encode(), csrf_token(secret_key, credentials.secret).encode()):
            return
        raise CsrfRefused(f"{CSRF_HEADER} does not belong to this session.")
    if not _is_same_origin(request):
        raise CsrfRefused(f"With a session cookie a change needs {CSRF_HEADER}, or the same origin.")


def _is_same_origin(request: Request) -> bool | None:
    """Tell what the browser says of where the request comes from; ``None`` if it says nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    if origin is None:
        return None
    return urlsplit(origin).netloc == request.headers.get("Host") and urlsplit(origin).scheme == request.url.scheme
