"""A page of ours as it would be sent to the same reader now: for the answer to another request of theirs."""

from __future__ import annotations

from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.types import Message

_OF_ONE_REQUEST: Final = frozenset({"state", "path_params", "endpoint", "route"})
_OF_A_BODY: Final = frozenset({b"content-length", b"content-type", b"transfer-encoding"})


async def page_at(request: Request, path: str, query: str = "", **facts: object) -> Response | None:
    """Return a page in a unit of work of its own; nothing if it is not to be had.

    Parameters
    ----------
    facts
        What the page is told beside: more entries of its scope.
    """
    scope: MutableMapping[str, Any] = {
        **{name: value for name, value in request.scope.items() if name not in _OF_ONE_REQUEST},
        "method": "GET",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": query.encode(),
        "headers": [pair for pair in request.scope["headers"] if pair[0] not in _OF_A_BODY],
        **facts,
    }
    start: Message = {}
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    try:
        await request.app.router(scope, receive, send)
    except HTTPException:  # there is no such page
        return None
    if start.get("status") != HTTPStatus.OK:
        return None
    response = Response(b"".join(parts))
    response.raw_headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
    response.headers["Content-Length"] = str(len(response.body))
    return response
