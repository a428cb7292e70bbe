"""A person's sessions and invitations: listed, ended and found by their hash."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.domain.people import Invitation, LoginSession


async def list_logins(
    session: AsyncSession, *, user_id: UUID, now: datetime, after: Cursor | None, limit: int
) -> list[LoginSession]:
    """Return a person's sessions that are not over, newest first."""
    query = (
        sa.select(LoginSession)
        .where(
            col(LoginSession.user_id) == user_id,
            col(LoginSession.revoked_at).is_(None),
            col(LoginSession.expires_at) > now,
            older_than(after, col(LoginSession.created_at), col(LoginSession.id)),
        )
        .order_by(col(LoginSession.created_at).desc(), col(LoginSession.id).desc())
        .limit(limit)
    )
    return list((await session.scalars(query)).all())


async def end_logins(session: AsyncSession, user_id: UUID, now: datetime, *, but: UUID | None = None) -> int:
    """End a person's sessions, all but one, and return how many there were."""
    query = sa.update(LoginSession).where(
        col(LoginSession.user_id) == user_id, col(LoginSession.revoked_at).is_(None), col(LoginSession.expires_at) > now
    )
    if but is not None:
        query = query.where(col(LoginSession.id) != but)
    ended = query.values(revoked_at=now, version=LoginSession.version + 1).returning(col(LoginSession.id))
    return len((await session.execute(ended.execution_options(synchronize_session=False))).all())


async def hold_invitation(session: AsyncSession, token_hash: str) -> Invitation | None:
    """Return the invitation of a token, and keep others from it until the transaction ends."""
    query = sa.select(Invitation).where(col(Invitation.token_hash) == token_hash).with_for_update()
    return (await session.scalars(query)).one_or_none()


async def void_invitations(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """Let no invitation of a person be used any more."""
    open_ones = sa.update(Invitation).where(col(Invitation.user_id) == user_id, col(Invitation.used_at).is_(None))
    await session.execute(open_ones.values(used_at=now).execution_options(synchronize_session=False))
