"""Where the policy lets nothing move by itself, the city's operator hears that goods wait for a decision."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from service.database.queries.locks import lock_order, lock_plans_of_week
from service.database.queries.pending_decisions import hold_pending
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.orders import Order, untold_qty
from service.domain.organisations import Organisation
from service.domain.pending_decisions import (
    DecisionAbout,
    PendingDecision,
    is_told_with,
    wait_for,
)
from service.domain.places import Region
from service.workflows.open_fallen import open_settled
from service.workflows.record_moves import announce_left, causes_of


async def hold_fallen_lines(work: UnitOfWork, order_id: UUID, line_ids: tuple[UUID, ...]) -> None:
    """Tell kitchens that lines of an order have no supplier, and the operator that they wait. May be repeated.

    Lines whose answer can still be taken back are left alone.
    """
    seen = await work.session.get_one(Order, order_id)
    await lock_plans_of_week(work.session, region_code=seen.region_code, week_start=seen.week_start)
    order = await lock_order(work.session, order_id)
    fallen = await open_settled(work, order, line_ids)
    lines = [one for one in fallen if one.lost_qty or untold_qty(one.line)]
    if not lines:
        return
    news = [one for one in lines if untold_qty(one.line)]
    announce_left(work, order, news, await causes_of(work, {one.line.id: one.line for one in news}), seeker="operator")
    cooperative = await work.session.get_one(Organisation, order.cooperative_id)
    await ask_operator(
        work,
        DecisionAbout.FALLEN_LINES,
        subject_id=order.id,
        region_code=order.region_code,
        week_start=order.week_start,
        first_day=min(one.line.needed_date for one in lines),
        facts={"number": order.number, "cooperative": cooperative.name, "lines": len(lines)},
    )


async def ask_operator(
    work: UnitOfWork,
    about: DecisionAbout,
    *,
    subject_id: UUID,
    region_code: str,
    week_start: date,
    first_day: date,
    facts: dict[str, Any],
) -> None:
    """Tell the operator that an order or a kitchen waits for a decision, unless they were told a moment ago.

    Parameters
    ----------
    first_day
        The first cooking day that lacks something; the caller holds the week's plans.
    """
    zone = (await work.session.get_one(Region, region_code)).timezone
    pending = await hold_pending(work.session, subject_id, week_start)
    if pending is not None and is_told_with(pending, work.now):
        wait_for(pending, min(first_day, pending.first_day), timezone=zone)
        await work.session.flush()
        return
    if pending is None:
        pending = PendingDecision(
            subject_id=subject_id,
            week_start=week_start,
            region_code=region_code,
            about=about,
            first_day=first_day,
            told_at=work.now,
            remind_at=work.now,
        )
        work.session.add(pending)
    # Of what the operator was reminded of, no more is said.
    first = first_day if pending.reminded_at else min(first_day, pending.first_day)
    pending.told_at = work.now
    wait_for(pending, first, timezone=zone)
    after = {"about": about.value, "week_start": week_start.isoformat(), "needed_date": first_day.isoformat(), **facts}
    work.record("decision.needed", about.value, subject_id, region_code=region_code, after=after)
    work.announce(
        EventType.DECISION_NEEDED, entity=about.value, entity_id=subject_id, region_code=region_code, facts=after
    )
    await work.session.flush()
