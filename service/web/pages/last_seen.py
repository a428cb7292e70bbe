"""Who has not been there for long: whom to call before goods are missed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.dependencies import allows
from service.api.routers.last_seen import read_last_seen
from service.domain.organisations import OrganisationKind
from service.domain.permissions import Action
from service.web.filters import BLANK
from service.web.page import Page
from service.web.routes import PageRoute
from service.words import office_words

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/last-seen", dependencies=[allows(Action.USERS_READ)])
async def show_last_seen(page: Page, kind: Annotated[OrganisationKind | None, BLANK, Query()] = None) -> Response:
    """List the members by when their people were last there."""
    found = await read_last_seen(page.work, page.caller)
    rows = [row for row in found.items if kind is None or row.kind is kind]
    return await page.show("users/last_seen.html", rows=rows, kind=kind, words=office_words)
