"""Find out who got goods: all of them, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.database.queries.recalls import TracedLot, find_note, lots_on, trace
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField
from service.domain.recalls import Wanted, require_named, require_whole


@dataclass(frozen=True, slots=True)
class TracedGoods:
    """Goods as they were asked for, with the lots of their delivery note, and all that left of them."""

    wanted: Wanted
    left: list[TracedLot]


async def trace_goods(work: UnitOfWork, wanted: Wanted, *, region_code: str) -> TracedGoods:
    """Return everything that left of the wanted goods in a region, the latest cooking day first.

    From a delivery note: of all lots that stood on it, wherever else they went.

    Raises
    ------
    InvalidField
        If it is not said which goods, nothing of them left with the note, or more lots left than are read at once.
    """
    require_named(wanted)
    if wanted.delivery_number is not None:
        wanted = await _with_lots(work, wanted, wanted.delivery_number, region_code)
    found = await trace(work.session, region_code=region_code, wanted=wanted)
    require_whole(len(found))
    return TracedGoods(wanted, found)


async def _with_lots(work: UnitOfWork, wanted: Wanted, named: str, region_code: str) -> Wanted:
    note = await find_note(work.session, region_code=region_code, named=named)
    if note is None:
        raise InvalidField.at("delivery_number", "No such delivery note.", code="unknown")
    lots = await lots_on(work.session, note.id, wanted)
    if not lots:
        message = "Nothing like it has left with this note, so its lots are not known: name a lot, producer or item."
        raise InvalidField.at("delivery_number", message, code="not_left")
    return replace(wanted, delivery_number=note.number, lots=lots)
