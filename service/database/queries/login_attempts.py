"""Attempts to get in, counted by one transaction at a time for each subject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.login_attempts import WINDOW, LoginAttempt

_LOCK_DIGITS = 16


async def hold_subjects(session: AsyncSession, subjects: Sequence[str]) -> None:
    """Keep others from counting the same subjects until the transaction ends."""
    for subject in sorted(set(subjects)):
        number = int.from_bytes(bytes.fromhex(subject[:_LOCK_DIGITS]), "big", signed=True)
        await session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


async def attempts_within(session: AsyncSession, subjects: Sequence[str], now: datetime) -> dict[str, list[datetime]]:
    """Return when each subject tried within the window."""
    query = sa.select(col(LoginAttempt.subject), col(LoginAttempt.at)).where(
        col(LoginAttempt.subject).in_(subjects), col(LoginAttempt.at) > now - WINDOW
    )
    found: dict[str, list[datetime]] = {subject: [] for subject in subjects}
    for subject, at in (await session.execute(query)).all():
        found[subject].append(at)
    return found


async def purge_attempts(session: AsyncSession, now: datetime) -> int:
    """Delete the attempts that count no more and return how many there were."""
    old = sa.delete(LoginAttempt).where(col(LoginAttempt.at) <= now - WINDOW)
    return len((await session.execute(old.returning(col(LoginAttempt.id)))).all())
