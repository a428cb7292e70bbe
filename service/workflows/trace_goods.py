"""Find out who got goods: all of them, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from service.database.queries.recalled_offers import cooperatives_offering
from service.database.queries.recalls import TracedLot, find_note, has_left, lots_on, trace
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import InvalidField
from service.domain.items import Item
from service.domain.places import Region
from service.domain.recalls import Wanted, is_item_alone, require_named, require_whole


@dataclass(frozen=True, slots=True)
class TracedGoods:
    """Goods as they were asked for, with the lots of their delivery note, and all that left of them."""

    wanted: Wanted
    left: list[TracedLot]
    offering: frozenset[UUID]
    """Cooperatives that offer them, or hold orders for them."""
    is_known: bool
    """Whether there are such goods at all, or it is a slip of the pen."""


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
    region = await work.session.get_one(Region, region_code)
    today = local_day(work.now, timezone=region.timezone)
    offering = await cooperatives_offering(work.session, region_code=region_code, wanted=wanted, from_date=today)
    is_over = wanted.to_date is not None and wanted.to_date < today
    may_come = not is_over and (bool(offering) or await _is_known(work, wanted, region_code))
    return TracedGoods(wanted, found, offering, is_known=bool(found) or may_come)


async def _is_known(work: UnitOfWork, wanted: Wanted, region_code: str) -> bool:
    """Tell whether goods that nobody offers are known: an item of the catalogue, or what left for other days."""
    if is_item_alone(wanted):
        return await work.session.get(Item, wanted.item_code) is not None
    return await has_left(work.session, region_code=region_code, wanted=replace(wanted, from_date=None, to_date=None))


async def _with_lots(work: UnitOfWork, wanted: Wanted, named: str, region_code: str) -> Wanted:
    note = await find_note(work.session, region_code=region_code, named=named)
    if note is None:
        raise InvalidField.at("delivery_number", "No such delivery note.", code="unknown")
    lots = await lots_on(work.session, note.id, wanted)
    if not lots:
        message = "Nothing like it has left with this note, so its lots are not known: name a lot, producer or item."
        raise InvalidField.at("delivery_number", message, code="not_left")
    return replace(wanted, delivery_number=note.number, lots=lots)
