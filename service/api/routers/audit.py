"""The audit trail of the caller's region."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, Limit, Work, allows
from service.api.list_files import FILES, Kind, as_file
from service.api.member_rows import AUDIT, audit_row
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.audits import AuditEntryOut
from service.database.cursors import Cursor
from service.database.queries.audits import AuditFilter, list_entries
from service.domain.permissions import Action
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind

router = APIRouter(prefix="/audit", tags=["audit"], route_class=UnitOfWorkRoute)


@router.get("", dependencies=[allows(Action.AUDIT_READ)])
async def list_audit_entries(
    work: Work,
    caller: Caller,
    after: After,
    entity: Annotated[str | None, Query(max_length=40, examples=["organisation"])] = None,
    entity_id: Annotated[str | None, Query(max_length=60)] = None,
    action: Annotated[str | None, Query(max_length=60, examples=["organisation.change_status"])] = None,
    actor_user_id: UUID | None = None,
    correlation_id: Annotated[str | None, Query(max_length=64)] = None,
    since: Annotated[AwareDatetime | None, Query(examples=["2026-11-24T00:00:00Z"])] = None,
    until: Annotated[AwareDatetime | None, Query(examples=["2026-11-25T00:00:00Z"])] = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[AuditEntryOut]:
    """List who did what in the region, newest first."""
    wanted = AuditFilter(
        entity=entity,
        entity_id=entity_id,
        action=action,
        actor_user_id=actor_user_id,
        correlation_id=correlation_id,
        since=since,
        until=until,
    )
    rows = await list_entries(work.session, region_code=caller.region_code, wanted=wanted, after=after, limit=limit + 1)
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.at, row.id), show=AuditEntryOut.of)


@router.get("/export", dependencies=[allows(Action.AUDIT_READ)], response_class=Response, responses=FILES)
async def export_audit_entries(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    entity: Annotated[str | None, Query(max_length=40, examples=["organisation"])] = None,
    entity_id: Annotated[str | None, Query(max_length=60)] = None,
    action: Annotated[str | None, Query(max_length=60, examples=["organisation.change_status"])] = None,
    actor_user_id: UUID | None = None,
    correlation_id: Annotated[str | None, Query(max_length=64)] = None,
    since: Annotated[AwareDatetime | None, Query(examples=["2026-11-24T00:00:00Z"])] = None,
    until: Annotated[AwareDatetime | None, Query(examples=["2026-11-25T00:00:00Z"])] = None,
) -> Response:
    """Give who did what in the region as a file, newest first; narrow it where it is too long."""
    wanted = AuditFilter(entity, entity_id, action, actor_user_id, correlation_id, since, until)
    rows = await list_entries(
        work.session, region_code=caller.region_code, wanted=wanted, after=None, limit=MOST_ROWS + 1
    )
    return await as_file(work, "jejak-audit", kind, AUDIT, [audit_row(row) for row in rows])
