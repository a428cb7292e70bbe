"""What-ifs are deleted when nobody remembers the question any more."""

from __future__ import annotations

from service.database.queries.what_ifs import delete_what_ifs
from service.database.unit_of_work import UnitOfWork
from service.domain.what_ifs import WHAT_IFS_KEPT


async def forget_what_ifs(work: UnitOfWork) -> int:
    """Delete what-ifs that are older than ``WHAT_IFS_KEPT``, with their problems and plans.

    Returns
    -------
    int
        How many were deleted.
    """
    return await delete_what_ifs(work.session, before=work.now - WHAT_IFS_KEPT)
