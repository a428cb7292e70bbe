"""The route class of pages: like the API's, but whoever is refused sees a page, and what they typed is still there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from fastapi import Request, Response
from fastapi.routing import APIRoute

from service.api.access import Access, access_of
from service.api.credentials import SAFE_METHODS
from service.api.errors import InternalError, OtherReader
from service.api.failures import translated
from service.api.idempotency import answer_once, fingerprint_of
from service.api.options import units_of
from service.api.routes import recognise
from service.database.idempotency import RequestIdentity
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import DomainError
from service.web.forms import ONCE, READER, Typed, read_form
from service.web.refusals import refused

LONGEST_ONCE: Final = 64
TAKEN_COOKIE: Final = "pasok_taken"
TAKEN_FOR_S: Final = 3600
log = logging.getLogger(__name__)


class PageRoute(APIRoute):
    """Who is it, may they, was it sent before, do it, commit, show: in this order for every page and form.

    A form is sent with an id that its page or the device made (``once``): sent again it has no second effect. It names
    whose page it stood on (``reader``): a tab that stayed open acts for nobody who has logged in since. An endpoint
    refuses by raising; then the page that held the form is drawn again, with what was typed and what is wrong beside.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of FastAPI inside the unit of work."""
        answer = super().get_route_handler()
        access = access_of(self)

        async def handle(request: Request) -> Response:
            form = Typed()
            try:
                # Read before a connection is taken: a slow sender must not hold a transaction open.
                form = await read_form(request)
                async with units_of(request).begin() as opened:
                    work = await recognise(opened, request, access)
                    _require_own(form, work)
                    access.check(work.actor)
                    return await _answer(work, request, access, form, answer)
            except Exception as error:  # noqa: BLE001 (a browser gets a page whatever happens)
                return await refused(request, form, _told(request, error))

        return handle


def _require_own(form: Typed, work: UnitOfWork) -> None:
    if work.actor is not None and form.text(READER) not in {"", str(work.actor.user_id)}:
        raise OtherReader("The form was opened by another user of this browser: nothing is done in your name.")


async def _answer(
    work: UnitOfWork,
    request: Request,
    access: Access,
    form: Typed,
    answer: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Response:
    request.state.form = form
    if request.method in SAFE_METHODS or work.actor is None or access.is_idempotent:
        return await answer(request)
    key = form.text(ONCE)[:LONGEST_ONCE] or str(uuid4())
    identity = RequestIdentity(work.actor.user_id, f"page-{key}", fingerprint_of(request, form.canonical))
    response = await answer_once(work, identity, request, answer)
    # So that the device forgets what it kept of this form, and of no other (`drafts.js` reads it).
    response.set_cookie(TAKEN_COOKIE, quote(key), max_age=TAKEN_FOR_S, samesite="strict")
    return response


def _told(request: Request, error: Exception) -> DomainError:
    """Return what is told of a failure; a bug of ours is on record and told as such."""
    try:
        return translated(error)
    except Exception:
        log.exception("page_failed", extra={"method": request.method, "path": request.url.path})
        return InternalError("Something went wrong on our side; it is on record under the correlation_id.")
