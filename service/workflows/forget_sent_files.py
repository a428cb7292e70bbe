"""Files that were sent to be tried and never taken are deleted when their hour is over."""

from __future__ import annotations

from service.database.queries.sent_files import purge_sent_files
from service.database.unit_of_work import UnitOfWork


async def forget_sent_files(work: UnitOfWork) -> int:
    """Delete the files whose time is over and return how many there were."""
    return await purge_sent_files(work.session, work.now)
