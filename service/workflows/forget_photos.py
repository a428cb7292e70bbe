"""Files of photos that no row names, left by a crash or a refusal after the file was written, are taken away."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from service.database.queries.receipt_photos import free_digests, known_digests
from service.database.unit_of_work import UnitsOfWork
from service.files.photos import PhotoShelf

LEFT_ALONE_FOR: Final = timedelta(days=1)
"""A younger file may be waiting for its row."""
AT_ONCE: Final = 100


async def forget_photos(units: UnitsOfWork, shelf: PhotoShelf) -> list[str]:
    """Remove old files that nothing refers to, and return their names.

    A picture that somebody adds meanwhile holds its file from before it is put there until its row is kept, so the look
    whether a row names it and its removal, in one unit of work, see no half of it; it is left for the next time.
    """
    async with units.begin() as work:
        before = (work.now - LEFT_ALONE_FOR).timestamp()
    old = await asyncio.to_thread(shelf.older_than, before)
    removed: list[str] = []
    for start in range(0, len(old), AT_ONCE):
        digests = old[start : start + AT_ONCE]
        async with units.begin() as work:
            free = await free_digests(work.session, digests)
            known = await known_digests(work.session, free)
            left = [digest for digest in free if digest not in known]
            await asyncio.to_thread(shelf.remove, left)
        removed += left
    return removed
