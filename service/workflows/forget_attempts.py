"""Forget attempts to get in that count no more."""

from __future__ import annotations

from service.database.queries.login_attempts import purge_attempts
from service.database.unit_of_work import UnitOfWork


async def forget_attempts(work: UnitOfWork) -> int:
    """Delete attempts older than the window that is counted. Return how many there were."""
    return await purge_attempts(work.session, work.now)
