"""Around every request: its correlation id, its size, the headers that protect a browser, and the last net for bugs."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.errors import BodyTooLarge, InternalError, RequestTimeout
from service.api.logged_paths import logged_path
from service.api.problems import problem_response
from service.telemetry import correlated

CORRELATION_HEADER: Final = "X-Correlation-ID"
LARGEST_BODY_BYTES: Final = 1_000_000
LARGEST_FILE_BYTES: Final = 5_000_000
TAKES_FILES: Final = ("/import", "/photos", "/queued")
"""At addresses that take files."""
LONGEST_SILENCE_S: Final = 30.0
"""Between two parts of a body; one bar of signal is slow, but not silent."""
_CORRELATION_ID: Final = re.compile(r"[\w.\-]{1,64}", re.ASCII)
_TRACE: Final = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")
"""A header ``traceparent`` as https://www.w3.org/TR/trace-context/ describes it."""
CONTENT_POLICY: Final = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Scripts, styles and requests of our own files only, none of them within a page."""
_PROTECTION: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HTTPS_ONLY: Final = "max-age=31536000"
API: Final = "/api/v1"
"""What a router's own addresses leave out."""
Note = Callable[[str, str, int, float], None]
"""Counts a request: method, route, status, seconds."""
log = logging.getLogger(__name__)


class Envelope:
    """Give each request an id that its log lines, jobs and problems share, and end each with an answer."""

    def __init__(self, app: ASGIApp, *, is_secure: bool, note: Note) -> None:
        self._app = app
        self._note = note
        self._is_secure = is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with correlated(_sent_id(Headers(scope=scope))) as correlation_id:
            await self._serve(scope, receive, send, correlation_id)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, correlation_id: str) -> None:
        started_at = time.monotonic()
        status = 0

        async def send_sealed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._seal(MutableHeaders(scope=message), correlation_id, scope["path"])
            await send(message)

        try:
            await self._app(scope, _limited(scope, receive), send_sealed)
        except (BodyTooLarge, RequestTimeout) as error:
            await problem_response(error, scope["path"])(scope, receive, send_sealed)
        except Exception:
            log.exception("request_failed", extra={"method": scope["method"], "path": logged_path(scope["path"])})
            if status:
                raise
            fault = InternalError("Something went wrong on our side; it is on record under the correlation_id.")
            await problem_response(fault, scope["path"])(scope, receive, send_sealed)
        finally:
            duration_s = time.monotonic() - started_at
            duration_ms = round(duration_s * 1000)
            self._note(scope["method"], _route(scope), status, duration_s)
            facts = {"method": scope["method"], "path": logged_path(scope["path"])}
            log.info("request", extra={**facts, "status": status, "duration_ms": duration_ms})

    def _seal(self, headers: MutableHeaders, correlation_id: str, path: str) -> None:
        headers[CORRELATION_HEADER] = correlation_id
        for name, value in _PROTECTION.items():
            headers.setdefault(name, value)
        if self._is_secure:
            headers["Strict-Transport-Security"] = _HTTPS_ONLY
        if path.startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")


def _sent_id(headers: Headers) -> str | None:
    """Return the id that the caller, its proxy or its tracing gave the request; an odd one is none."""
    for name in (CORRELATION_HEADER, "X-Request-ID"):
        if _CORRELATION_ID.fullmatch(sent := headers.get(name, "")):
            return sent
    trace = _TRACE.fullmatch(headers.get("traceparent", ""))
    return trace[1] if trace else None


def _route(scope: Scope) -> str:
    """Return the address as its route writes it, so that there are as many as routes and not as many as things."""
    path = str(getattr(scope.get("route"), "path", "none"))
    is_within = scope["path"].startswith(API) and not path.startswith(API) and path != "none"
    return API + path if is_within else path


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Return a reader that refuses a body over the limit, told or not told in advance."""
    most_bytes = LARGEST_FILE_BYTES if scope["path"].endswith(TAKES_FILES) else LARGEST_BODY_BYTES
    told = Headers(scope=scope).get("Content-Length", "")
    read_bytes, is_read = 0, False

    async def receive_limited() -> Message:
        nonlocal read_bytes, is_read
        if told.isdigit() and int(told) > most_bytes:
            raise _too_large(most_bytes)
        message = await receive() if is_read else await _soon(receive)
        is_read = is_read or not message.get("more_body", False)
        read_bytes += len(message.get("body", b""))
        if read_bytes > most_bytes:
            raise _too_large(most_bytes)
        return message

    return receive_limited


async def _soon(receive: Receive) -> Message:
    try:
        return await asyncio.wait_for(receive(), LONGEST_SILENCE_S)
    except TimeoutError as error:
        raise RequestTimeout(f"No part of the body came for {LONGEST_SILENCE_S:g} seconds.") from error


def _too_large(most_bytes: int) -> BodyTooLarge:
    return BodyTooLarge(f"A body has at most {most_bytes:,} bytes.", limit_bytes=most_bytes)
