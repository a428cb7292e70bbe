"""Where a phone sends the forms that it kept, and what makes the pages an app that opens without signal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from service.api.dependencies import allows, public
from service.api.options import photos_of
from service.domain.device_actions import ActionKind, ActionOutcome
from service.domain.errors import DomainError, FieldFault, InvalidField
from service.domain.permissions import Action
from service.web.forms import AT, NAME, ONCE, READER, Form, Typed
from service.web.inner_pages import page_at
from service.web.offline import PLACES, READERS
from service.web.page import Page, PageView
from service.web.refusal_words import beside_field, words_of_code
from service.web.refusals import placed
from service.web.routes import PageRoute
from service.web.static_files import static_url
from service.workflows.do_action import DoAction, Done, do_action


class QueuedRoute(PageRoute):
    """A route that brings the page it leads to along, if it is asked to, so that the phone need not go for that too.

    The page is drawn after the commit: it shows what was done.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with the page added."""
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            response = await answer(request)
            form: Typed = getattr(request.state, "form", Typed())
            return await _with_page(request, response) if form.text(SHOWS) else response

        return handle


router = APIRouter(route_class=QueuedRoute, include_in_schema=False)

KIND: Final = "queued_kind"
TARGET: Final = "queued_target"
MADE_AT: Final = "queued_made_at"
SHOWS: Final = "queued_shows"
"""The field by which a phone whose reader waits asks for the page that it would go to next."""
_OF_THE_QUEUE: Final = frozenset({KIND, TARGET, MADE_AT, READER, SHOWS, ONCE, AT, NAME})


@router.post("/queued", dependencies=[allows(Action.ACTIONS_SEND, is_idempotent=True)])
async def send_queued(page: Page, form: Form, request: Request) -> Response:
    """Do what a form asks, once; tell the phone in JSON what came of it, and whether it may forget the form."""
    kind = form.choice(KIND, ActionKind)
    target_id = form.identifier(TARGET)
    action_id = form.identifier(ONCE)
    made_at = _instant(form)
    form.require()
    if kind is None or target_id is None or action_id is None or made_at is None:
        raise InvalidField.at(KIND, "The form is not complete.", code="missing")
    try:
        deed = await READERS[kind](page, target_id, form)
    except DomainError as refusal:  # not read, so nothing was done; the phone shows it and keeps what was typed
        return _told(page, refusal.code, refusal.faults, form)
    command = DoAction(action_id, kind, made_at, _hash_of(form), deed)
    done = await do_action(page.work, photos_of(request), command)
    if done.outcome is ActionOutcome.REFUSED and done.problem is not None:
        faults = [FieldFault(**each) for each in done.problem["errors"]]
        return _told(page, str(done.problem["code"]), faults, form, is_final=done.is_final)
    return await _done(page, kind, target_id, done)


@router.get("/offline", dependencies=[public()])
async def show_offline(page: Page) -> Response:
    """Show what there is to see where a page was never opened before and there is no signal."""
    return await page.show("offline.html")


@router.get("/manifest.webmanifest", dependencies=[public()])
async def show_manifest() -> Response:
    """Describe the app to the phone that installs it."""
    icons = [
        {"src": static_url(f"app/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    manifest = {
        "name": "Pasok",
        "short_name": "Pasok",
        "lang": "id",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#00703c",
        "icons": icons,
    }
    return JSONResponse(manifest, media_type="application/manifest+json")


async def _with_page(request: Request, response: Response) -> Response:
    """Add the page to an answer that leads to one; a phone that gets none goes there itself."""
    told = json.loads(bytes(response.body)) if response.status_code == HTTPStatus.OK else {}
    if told.get("outcome") in {None, ActionOutcome.REFUSED}:
        return response
    place = urlsplit(told["location"])
    page = await page_at(request, place.path, place.query)
    if page is None:
        return response
    return JSONResponse({**told, "page": bytes(page.body).decode()}, headers={"Cache-Control": "no-store"})


def _instant(form: Typed) -> datetime | None:
    try:
        found = datetime.fromisoformat(form.text(MADE_AT))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        form.faults.add(MADE_AT, "missing", "The instant at which it was made, with its zone.")
        return None
    return found


def _hash_of(form: Typed) -> str:
    """Return what tells whether the same form is sent again."""
    said = {name: values for name, values in form.values.items() if name not in _OF_THE_QUEUE - {KIND, TARGET}}
    return hashlib.sha256(Typed(said, form.files).canonical).hexdigest()


async def _done(page: PageView, kind: ActionKind, target_id: UUID, done: Done) -> Response:
    leads_to, says = PLACES[kind]
    said = says if isinstance(says, str) else await says(page, target_id)
    where = leads_to.format(target_id)
    return JSONResponse({"outcome": done.outcome.value, "is_final": True, "location": f"{where}?said={said}"})


def _told(page: PageView, code: str, faults: Sequence[FieldFault], form: Typed, *, is_final: bool = True) -> Response:
    title, advice = words_of_code(code, page.language)
    if len(faults) == 1:  # more than one are told by the page, each beside its field
        [(_place, fault)] = placed(form, faults, page.language)
        advice = beside_field(fault, page.language)
    body = {
        "outcome": ActionOutcome.REFUSED.value,
        "is_final": is_final,
        "code": code,
        "title": title,
        "advice": advice,
        "location": form.text(AT) or "/",
    }
    return JSONResponse(body, HTTPStatus.OK)
