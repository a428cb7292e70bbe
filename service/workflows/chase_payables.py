"""Money for packs that is late is announced once to cooperative and wholesaler, whoever of many workers looks."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.payables import late_purchase_ids
from service.database.queries.purchases import lock_purchase
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.calendars import local_day
from service.domain.events import EventType
from service.domain.payables import due_on, is_to_chase, open_idr
from service.domain.places import Region
from service.workflows.do_each import do_each


@dataclass(frozen=True, slots=True)
class ChasePurchase:
    """A purchase that may be paid late."""

    purchase_id: UUID


async def chase_payables(units: UnitsOfWork) -> list[UUID]:
    """Announce every purchase whose money became late, each in a short transaction of its own.

    Returns
    -------
    list of UUID
        The purchases announced.
    """
    async with units.begin() as work:
        late = await late_purchase_ids(work.session, work.now)
    done = await do_each(units, [ChasePurchase(one) for one in late], chase_purchase, failure="purchase_not_chased")
    return [command.purchase_id for command, is_told in done.items() if is_told]


async def chase_purchase(work: UnitOfWork, command: ChasePurchase) -> bool:
    """Announce the purchase unless it was announced, or paid in the meantime; tell whether it was."""
    purchase = await lock_purchase(work.session, command.purchase_id)
    region = await work.session.get_one(Region, purchase.region_code)
    last = due_on(purchase)
    if last is None or not is_to_chase(purchase, local_day(work.now, timezone=region.timezone)):
        return False
    purchase.overdue_told_at = work.now
    after = {"number": purchase.number, "due_on": last.isoformat(), "open_idr": open_idr(purchase)}
    work.record("purchase.overdue", "purchase", purchase.id, region_code=purchase.region_code, after=after)
    work.announce(
        EventType.PURCHASE_OVERDUE,
        entity="purchase",
        entity_id=purchase.id,
        region_code=purchase.region_code,
        concerns=(purchase.cooperative_id, purchase.wholesaler_id),
        facts=after,
    )
    await work.session.flush()
    return True
