"""The route class of the API: one request is one unit of work, answered after its commit."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any, Final

from fastapi import Request, Response
from fastapi.params import Body
from fastapi.routing import APIRoute

from service.api.access import Access, access_of
from service.api.credentials import credentials_of, refuse_forged
from service.api.errors import UnsupportedMediaType
from service.api.idempotency import answer_once, identity_of
from service.api.options import options_of, replica_of, units_of
from service.database.unit_of_work import UnitOfWork
from service.domain.permissions import Actor
from service.workflows.authenticate import authenticate

LOWEST_REFUSAL: Final = 400
FILE_PATH: Final = "/export"
"""How the address of a list as a file ends."""


class UnitOfWorkRoute(APIRoute):
    """Who is it, may they, was it done before, do it, commit, answer: in this order for every route.

    Use it as ``APIRouter(prefix="/offers", tags=["offers"], route_class=UnitOfWorkRoute)``. An endpoint refuses by
    raising; then nothing of the unit of work remains, no kept answer either. A list as a file (``.../export``) is read
    from a copy of the database, where there is one.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of FastAPI inside the unit of work."""
        answer = super().get_route_handler()
        access = access_of(self)
        field = None if self.body_field is None else self.body_field.field_info
        is_file = self.path.endswith(FILE_PATH)
        takes_json = isinstance(field, Body) and field.media_type == "application/json"

        async def handle(request: Request) -> Response:
            # Read before a connection is taken: a slow sender must not hold a transaction open.
            body = await request.body()
            async with AsyncExitStack() as stack:
                work = await admit(await stack.enter_async_context(units_of(request).begin()), request, access)
                if is_file and (replica := replica_of(request)) is not None:
                    work = request.state.work = await replica.read_for(work, stack)
                if body and takes_json:
                    _require_json(request)
                return _require_success(await _answer(work, request, access, answer))

        return handle


async def admit(opened: UnitOfWork, request: Request, access: Access) -> UnitOfWork:
    """Find out who calls, refuse whom the route is not for, and return the unit of work with its actor."""
    work = await recognise(opened, request, access)
    access.check(work.actor)
    return work


async def recognise(opened: UnitOfWork, request: Request, access: Access) -> UnitOfWork:
    """Find out who calls, and return the unit of work with its actor; whether they may is not asked yet."""
    credentials = credentials_of(request)
    is_public = access.action is None
    refuse_forged(request, None if is_public else credentials, options_of(request).secret_key)
    actor: Actor | None = None
    if credentials is not None and not is_public:
        actor = await authenticate(opened, credentials.secret, options_of(request).entry_rules)
    work = dataclasses.replace(opened, actor=actor)
    request.state.work = work
    request.state.actor = actor
    request.state.credentials = credentials
    return work


async def _answer(
    work: UnitOfWork, request: Request, access: Access, answer: Callable[[Request], Awaitable[Response]]
) -> Response:
    if request.method == "POST" and work.actor is not None and not access.is_idempotent:
        return await answer_once(work, await identity_of(work.actor, request), request, answer)
    return await answer(request)


def _require_json(request: Request) -> None:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedMediaType(f"The body must be application/json, not {kind or 'without a Content-Type'}.")


def _require_success(response: Response) -> Response:
    if response.status_code >= LOWEST_REFUSAL:
        message = "an endpoint refuses by raising a DomainError, so that its unit of work is undone"
        raise TypeError(message)
    return response
