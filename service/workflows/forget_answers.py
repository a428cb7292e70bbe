"""Answers that were kept for repeated requests are deleted when their day is over."""

from __future__ import annotations

from service.database.idempotency import purge_answers
from service.database.unit_of_work import UnitOfWork


async def forget_answers(work: UnitOfWork) -> int:
    """Delete the kept answers whose Idempotency-Key has expired.

    Returns
    -------
    int
        How many were deleted.
    """
    return await purge_answers(work.session, work.now)
