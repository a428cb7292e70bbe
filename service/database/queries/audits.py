"""The audit trail of a region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.domain.audits import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What a list is narrowed to; ``None``: not narrowed."""

    entity: str | None = None
    entity_id: str | None = None
    action: str | None = None
    actor_user_id: UUID | None = None
    correlation_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def list_entries(
    session: AsyncSession, *, region_code: str, wanted: AuditFilter, after: Cursor | None, limit: int
) -> list[AuditEntry]:
    """Return what was done in a region, newest first."""
    query = sa.select(AuditEntry).where(
        col(AuditEntry.region_code) == region_code, older_than(after, col(AuditEntry.at), col(AuditEntry.id))
    )
    for name in ("entity", "entity_id", "action", "actor_user_id", "correlation_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(col(getattr(AuditEntry, name)) == value)
    if wanted.since is not None:
        query = query.where(col(AuditEntry.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(AuditEntry.at) < wanted.until)
    query = query.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(limit)
    return list((await session.scalars(query)).all())
