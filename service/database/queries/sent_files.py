"""Files that were sent to be tried."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.sent_files import SentFile


async def put_sent_file(session: AsyncSession, file: SentFile) -> UUID:
    """Keep a file, or for longer the same one that was sent before, and return the id by which it is known."""
    query = insert(SentFile).values(**file.model_dump())
    renewed = query.on_conflict_do_update(
        index_elements=["user_id", "organisation_id", "sha256"], set_={"expires_at": query.excluded.expires_at}
    )
    return (await session.scalars(renewed.returning(col(SentFile.id)))).one()


async def drop_oldest(session: AsyncSession, user_id: UUID, *, kept: int) -> None:
    """Delete a person's files but for the youngest few."""
    young = sa.select(col(SentFile.id)).where(col(SentFile.user_id) == user_id)
    young = young.order_by(col(SentFile.expires_at).desc(), col(SentFile.id).desc()).limit(kept)
    old = sa.delete(SentFile).where(col(SentFile.user_id) == user_id, col(SentFile.id).not_in(young))
    await session.execute(old)


async def find_sent_file(
    session: AsyncSession, file_id: UUID, *, user_id: UUID, organisation_id: UUID, now: datetime
) -> bytes | None:
    """Return a file's bytes, if this person sent it for this organisation and its time is not over."""
    return await session.scalar(
        sa.select(col(SentFile.content)).where(
            col(SentFile.id) == file_id,
            col(SentFile.user_id) == user_id,
            col(SentFile.organisation_id) == organisation_id,
            col(SentFile.expires_at) > now,
        )
    )


async def drop_sent_file(session: AsyncSession, file_id: UUID, *, user_id: UUID) -> None:
    """Delete a person's file."""
    await session.execute(sa.delete(SentFile).where(col(SentFile.id) == file_id, col(SentFile.user_id) == user_id))


async def purge_sent_files(session: AsyncSession, now: datetime) -> int:
    """Delete files whose time is over and return how many there were."""
    old = sa.delete(SentFile).where(col(SentFile.expires_at) <= now)
    return len((await session.execute(old.returning(col(SentFile.id)))).all())
