"""Find out who got goods: all of them, or a refusal."""

from __future__ import annotations

from service.database.queries.recalls import TracedLot, trace
from service.database.unit_of_work import UnitOfWork
from service.domain.recalls import Wanted, require_named, require_whole


async def trace_goods(work: UnitOfWork, wanted: Wanted, *, region_code: str) -> list[TracedLot]:
    """Return everything that left of the wanted goods in a region, the latest cooking day first.

    Raises
    ------
    InvalidField
        If it is not said which goods, or more lots of them left than are read at once.
    """
    require_named(wanted)
    found = await trace(work.session, region_code=region_code, wanted=wanted)
    require_whole(len(found))
    return found
