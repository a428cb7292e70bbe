"""Drops that have not left, are not weighed or not signed for in time: those concerned are told, once."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.deliveries import lock_delivery, under_way_ids
from service.database.queries.receipts import receipt_of
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.deliveries import Delivery
from service.domain.delivery_timers import Stalled, note_told, stalled
from service.domain.events import EventType
from service.domain.places import Region
from service.workflows.do_each import do_each

EVENTS = {
    Stalled.NOT_LEFT_YET: EventType.DELIVERY_NOT_LEFT,
    Stalled.UNDISPATCHED: EventType.DELIVERY_OVERDUE,
    Stalled.UNWEIGHED: EventType.DELIVERY_UNWEIGHED,
    Stalled.UNSIGNED: EventType.RECEIPT_UNSIGNED,
}


async def chase_deliveries(units: UnitsOfWork) -> list[UUID]:
    """Look at every drop that is under way, each in a short transaction of its own.

    Returns
    -------
    list of UUID
        The drops of which somebody was told.
    """
    async with units.begin() as work:
        found = await under_way_ids(work.session, work.now)
    done = await do_each(units, found, chase_delivery, failure="delivery_not_chased")
    return [delivery_id for delivery_id, told in done.items() if told is not None]


async def chase_delivery(work: UnitOfWork, delivery_id: UUID) -> Stalled | None:
    """Tell of what is late about a drop, unless that was told before; return what it was."""
    seen = await work.session.get_one(Delivery, delivery_id)
    region = await work.session.get_one(Region, seen.region_code)
    delivery = await lock_delivery(work.session, delivery_id)
    receipt = await receipt_of(work.session, delivery_id)
    what = stalled(delivery, receipt, work.now, timezone=region.timezone)
    if what is None:
        return None
    note_told(delivery, receipt, what, work.now)
    after = {"number": delivery.number, "needed_date": delivery.needed_date.isoformat(), "status": what.value}
    work.record(EVENTS[what].value, "delivery", delivery.id, region_code=delivery.region_code, after=after)
    work.announce(
        EVENTS[what],
        entity="delivery",
        entity_id=delivery.id,
        region_code=delivery.region_code,
        concerns=(delivery.cooperative_id, delivery.kitchen_id),
        facts=after,
    )
    await work.session.flush()
    return what
