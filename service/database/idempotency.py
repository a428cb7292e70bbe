"""Answers kept for 24 hours under the caller's Idempotency-Key, so that a repeated request has one effect."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from service.domain.tables import UTC_INSTANT, Row

KEPT_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class RequestIdentity:
    """Whose request it is, under which key, and a hash of everything that it asks."""

    user_id: UUID
    key: str
    fingerprint: str

    def lock_number(self) -> int:
        """Return the number of the advisory lock that keeps a second request with the same key out."""
        digest = hashlib.sha256(f"{self.user_id}\n{self.key}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)


class IdempotentAnswer(Row, table=True):
    """The answer to a request that had its effect, committed together with it."""

    __table_args__ = (sa.Index("ix_idempotent_answer_created_at", "created_at"),)
    user_id: UUID = Field(primary_key=True, foreign_key="app_user.id")
    key: str = Field(primary_key=True, max_length=200)
    fingerprint: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UTC_INSTANT)
    status: int
    headers: dict[str, str] = Field(sa_type=JSONB)
    body: bytes


async def take_lock(session: AsyncSession, identity: RequestIdentity) -> bool:
    """Keep the key until the transaction ends; tell whether nobody else holds it."""
    taken = await session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(identity.lock_number())))
    return bool(taken)


async def find_answer(session: AsyncSession, identity: RequestIdentity, now: datetime) -> IdempotentAnswer | None:
    """Return the kept answer under a key; one that has expired is forgotten at once."""
    known = await session.get(IdempotentAnswer, (identity.user_id, identity.key))
    if known is not None and known.created_at <= now - KEPT_FOR:
        await session.delete(known)
        await session.flush()
        return None
    return known


async def purge_answers(session: AsyncSession, now: datetime) -> int:
    """Delete the answers that have expired and return how many there were."""
    expired = sa.delete(IdempotentAnswer).where(col(IdempotentAnswer.created_at) <= now - KEPT_FOR)
    result = await session.execute(expired.returning(col(IdempotentAnswer.key)))
    return len(result.all())
