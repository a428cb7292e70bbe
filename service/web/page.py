"""What a page is made with: who reads, in which language, today's date where they are; and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from service.api.credentials import csrf_token
from service.api.options import options_of
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.organisations import Organisation
from service.domain.people import User
from service.domain.permissions import Action, Actor, reach_of, require_actor
from service.domain.places import Region
from service.matching.why.sentences.wording import Language
from service.web.forms import ONCE
from service.web.languages import language_of
from service.web.navigation import entries_for
from service.web.said import SAID
from service.web.templating import catalogue, environment

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Reader:
    """Who looks at a page, for whom they work and where."""

    user: User
    organisation: Organisation
    region: Region


@dataclass(frozen=True)
class PageView:
    """One request for a page."""

    request: Request
    work: UnitOfWork

    @cached_property
    def caller(self) -> Actor:
        """Who asks; every page with ``allows(...)`` has one."""
        return require_actor(self.work.actor)

    @property
    def language(self) -> Language:
        """As the reader chose, else Indonesian: a browser's own language is rarely its owner's choice."""
        return language_of(self.request)

    async def reader(self) -> Reader | None:
        """Return who reads, or nobody on a public page; read once, so that a page whose work is over can be shown."""
        if self.work.actor is None:
            return None
        if not hasattr(self.request.state, "reader"):
            session, caller = self.work.session, self.work.actor
            self.request.state.reader = Reader(
                await session.get_one(User, caller.user_id),
                await session.get_one(Organisation, caller.organisation_id),
                await session.get_one(Region, caller.region_code),
            )
        return cast("Reader", self.request.state.reader)

    async def today(self) -> date:
        """Return the day that it is where the reader is."""
        region = await self.work.session.get_one(Region, self.caller.region_code)
        return local_day(self.work.now, timezone=region.timezone)

    def may(self, action: str) -> bool:
        """Tell whether the reader has a right, for the buttons of a page; the workflow decides again."""
        return self.work.actor is not None and reach_of(self.work.actor, Action(action)) is not None

    def worded(self, words: Mapping[E, str]) -> list[tuple[str, str]]:
        """Return the choices of a list of words as the reader reads them, for a field of a form."""
        known = {} if self.language is Language.INDONESIAN else catalogue(self.language)
        return [(value.value, known.get(said, said)) for value, said in words.items()]

    async def show(self, template: str, *, at: str | None = None, **facts: Any) -> HTMLResponse:  # noqa: ANN401
        """Return a page; ``at``: where its forms stand, if it is the answer to one of them that keeps nothing."""
        credentials = getattr(self.request.state, "credentials", None)
        drawn = environment(self.language).get_template(template)
        reader = await self.reader()
        body = drawn.render(
            reader=reader,
            timezone=reader.region.timezone if reader else "Asia/Jakarta",
            language=self.language,
            path=self.request.url.path,
            at=at or _at(self.request),
            now=self.work.now,
            may=self.may,
            entries=entries_for(self.work.actor) if self.work.actor else (),
            csrf=csrf_token(options_of(self.request).secret_key, credentials.secret) if credentials else "",
            new_once=lambda: str(uuid4()),
            refused=self.request.scope.get("pasok.refused"),
            said=SAID.get(self.request.query_params.get("said", "")),
            **facts,
        )
        return HTMLResponse(body, headers={"Cache-Control": "no-store", "Vary": "Cookie, HX-Request"})

    def leave(self, to: str, *, said: str | None = None, **query: str | UUID | date) -> Response:
        """Lead to another page after a form had its effect; ``said``: what is told there, a key of ``said.py``."""
        words = {name: str(value) for name, value in query.items()} | ({"said": said} if said else {})
        return RedirectResponse(f"{to}?{urlencode(words)}" if words else to, 303)


def _at(request: Request) -> str:
    """Return the address of the page itself, without what was only said once; a form sends it along."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in {"said", ONCE}]
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


async def _page(request: Request) -> PageView:
    return PageView(request, cast("UnitOfWork", request.state.work))


Page = Annotated[PageView, Depends(_page)]
"""The page that is asked for."""
