"""The chain of the audit trail: its head, what waits to be sealed, and all of it in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.audit_chain import GENESIS, AuditHead, Link
from service.domain.audits import AuditEntry

AT_ONCE: Final = 1000


async def hold_head(session: AsyncSession) -> AuditHead:
    """Return the head of the chain and keep other sealers out until the unit of work ends."""
    first = postgresql.insert(AuditHead).values(id=1, sequence=0, sha256=GENESIS).on_conflict_do_nothing()
    await session.execute(first)
    return await session.get_one(AuditHead, 1, with_for_update=True)


async def unsealed_entries(session: AsyncSession) -> list[AuditEntry]:
    """Return the oldest entries that are not sealed yet."""
    query = sa.select(AuditEntry).where(col(AuditEntry.sequence).is_(None))
    return list(await session.scalars(query.order_by(col(AuditEntry.at), col(AuditEntry.id)).limit(AT_ONCE)))


async def count_unsealed(session: AsyncSession, before: datetime) -> int:
    """Return how many entries from before an instant are not sealed."""
    query = sa.select(sa.func.count()).where(col(AuditEntry.sequence).is_(None), col(AuditEntry.at) < before)
    return await session.scalar(query.select_from(AuditEntry)) or 0


async def read_head(session: AsyncSession) -> Link:
    """Return where the chain ends."""
    row = (await session.execute(sa.select(col(AuditHead.sequence), col(AuditHead.sha256)))).one_or_none()
    return Link(0, GENESIS) if row is None else Link(row.sequence, row.sha256)


async def link_before_last(session: AsyncSession, count: int) -> Link:
    """Return the link behind which the last ``count`` entries hang: where a short walk begins."""
    last = (await read_head(session)).sequence
    query = sa.select(col(AuditEntry.sha256)).where(col(AuditEntry.sequence) == last - count)
    sha256 = await session.scalar(query)
    return Link(0, GENESIS) if sha256 is None else Link(last - count, sha256)


async def sealed_entries(session: AsyncSession, after: Link) -> AsyncIterator[Any]:
    """Yield the columns of every sealed entry behind a link in the order of the chain, a page at a time."""
    sequence = col(AuditEntry.sequence)
    last = after.sequence
    while True:
        query = sa.select(*AuditEntry.__table__.c).where(sequence > last).order_by(sequence)  # type: ignore[attr-defined]
        page = (await session.execute(query.limit(AT_ONCE))).all()
        for row in page:
            yield row
        if len(page) < AT_ONCE:
            return
        last = page[-1].sequence
