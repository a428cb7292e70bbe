"""A cooking day begins and the operator has sent nothing on: kitchens hear what they lack, later days wait on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.database.queries.locks import lock_order, lock_plans_of_week
from service.database.queries.pending_decisions import begun_decisions, hold_pending, lift_decisions, line_ids_of
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.orders import Order
from service.domain.pending_decisions import wait_for
from service.domain.places import Region
from service.workflows.announce_supply import announce_missed
from service.workflows.do_each import do_each
from service.workflows.open_fallen import open_fallen


async def tell_missed(units: UnitsOfWork) -> list[UUID]:
    """Tell of the fallen lines whose day has begun undecided, those of each order in a short transaction of its own.

    Returns
    -------
    list of UUID
        The orders whose lines were looked at.
    """
    async with units.begin() as work:
        due = await begun_decisions(work.session, work.now)
    done = await do_each(units, due, tell_missed_of_order, failure="missed_goods_not_told")
    return [order_id for (order_id, _), is_told in done.items() if is_told]


async def tell_missed_of_order(work: UnitOfWork, due: tuple[UUID, date]) -> bool:
    """Tell of one order's lines of a week; no, if they were decided on since somebody looked."""
    order_id, week_start = due
    seen = await work.session.get_one(Order, order_id)
    code = seen.region_code
    await lock_plans_of_week(work.session, region_code=code, week_start=week_start)
    order = await lock_order(work.session, order_id)
    ahead = await open_fallen(work, order, await line_ids_of(work.session, order_id))
    pending = await hold_pending(work.session, *due)
    if pending is None:
        return False
    await announce_missed(work, region_code=code, week_start=week_start)
    if ahead:
        zone = (await work.session.get_one(Region, code)).timezone
        wait_for(pending, min(one.line.needed_date for one in ahead), timezone=zone)
        await work.session.flush()
    elif pending.reminded_at is not None:  # else the operator is still to hear of it, or of nothing
        await lift_decisions(work.session, region_code=code, week_start=week_start, subject_id=order_id)
    return True
