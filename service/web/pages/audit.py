"""The audit trail: who did what, when, to which thing; and the addresses from which lists are taken as files."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import After, allows
from service.api.routers.audit import list_audit_entries
from service.database.queries.people import names_of
from service.domain.permissions import Action
from service.web.filters import BLANK
from service.web.page import Page
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE: Final = 50


@router.get("/audit", dependencies=[allows(Action.AUDIT_READ)])
async def show_audit(
    *,
    page: Page,
    after: After,
    entity: Annotated[str | None, BLANK, Query(max_length=40)] = None,
    entity_id: Annotated[str | None, BLANK, Query(max_length=60)] = None,
    action: Annotated[str | None, BLANK, Query(max_length=60)] = None,
    actor_user_id: Annotated[UUID | None, BLANK, Query()] = None,
) -> Response:
    """List what was done, newest first, narrowed as the address says."""
    listed = await list_audit_entries(
        page.work, page.caller, after, entity, entity_id, action, actor_user_id, None, None, None, PER_PAGE
    )
    people = await names_of(page.work.session, {one.actor_user_id for one in listed.items if one.actor_user_id})
    wanted = {"entity": entity, "entity_id": entity_id, "action": action, "actor_user_id": actor_user_id}
    return await page.show(
        "audit/audit.html",
        listed=listed,
        people=people,
        wanted={key: str(value) for key, value in wanted.items() if value},
    )
