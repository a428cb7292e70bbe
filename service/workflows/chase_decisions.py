"""An operator who has not decided by when answers must be in for the cooking day is reminded, once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.database.queries.locks import lock_order
from service.database.queries.pending_decisions import (
    hold_pending,
    lacking_days,
    lift_decisions,
    line_ids_of,
    unreminded_decisions,
)
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.calendars import local_day
from service.domain.events import EventType
from service.domain.orders import Order
from service.domain.organisations import Organisation
from service.domain.pending_decisions import DecisionAbout, PendingDecision
from service.domain.places import Region
from service.workflows.do_each import do_each
from service.workflows.open_fallen import open_fallen


async def chase_decisions(units: UnitsOfWork) -> list[UUID]:
    """Remind the operators of what waits for their word, each in a short transaction of its own.

    Returns
    -------
    list of UUID
        The orders and kitchens that they were reminded of.
    """
    async with units.begin() as work:
        due = await unreminded_decisions(work.session, work.now)
    done = await do_each(units, due, chase_decision, failure="decision_not_chased")
    return [subject_id for (subject_id, _), is_told in done.items() if is_told]


async def chase_decision(work: UnitOfWork, due: tuple[UUID, date]) -> bool:
    """Remind of what waits, unless it does no more: then forget it; tell whether it was reminded of."""
    seen = await work.session.get(PendingDecision, due)
    still_waits = seen is not None and await _still_waits(work, seen)
    # The order is held by now, as by everybody who tells of it or moves its lines.
    pending = await hold_pending(work.session, *due)
    if pending is None or pending.reminded_at is not None:
        return False
    if not still_waits:
        subject_id, week = due
        await lift_decisions(work.session, region_code=pending.region_code, week_start=week, subject_id=subject_id)
        return False
    pending.reminded_at = work.now
    after = {
        "about": pending.about.value,
        "week_start": pending.week_start.isoformat(),
        "needed_date": pending.first_day.isoformat(),
        "subject": await _name(work, pending),
    }
    about, subject_id, code = pending.about.value, pending.subject_id, pending.region_code
    work.record("decision.reminded", about, subject_id, region_code=code, after=after)
    work.announce(EventType.DECISION_REMINDED, entity=about, entity_id=subject_id, region_code=code, facts=after)
    await work.session.flush()
    return True


async def _still_waits(work: UnitOfWork, pending: PendingDecision) -> bool:
    if pending.about is DecisionAbout.FALLEN_LINES:
        await work.session.get_one(Order, pending.subject_id)
        order = await lock_order(work.session, pending.subject_id)
        return bool(await open_fallen(work, order, await line_ids_of(work.session, order.id)))
    region = await work.session.get_one(Region, pending.region_code)
    today = local_day(work.now, timezone=region.timezone)
    days = await lacking_days(
        work.session,
        pending.subject_id,
        week_start=pending.week_start,
        after_day=today,
    )
    return bool(days)


async def _name(work: UnitOfWork, pending: PendingDecision) -> str:
    """Return the number of the order or the name of the kitchen."""
    if pending.about is DecisionAbout.FALLEN_LINES:
        return (await work.session.get_one(Order, pending.subject_id)).number
    return (await work.session.get_one(Organisation, pending.subject_id)).name
