"""How a week lived at random ends: workers do what is queued, time goes on, and nobody is left waiting unheard."""

from collections import Counter, defaultdict

import sqlalchemy as sa

from service.domain.audits import AuditEntry
from service.domain.forecasts import Forecast, ForecastLine
from service.domain.orders import Order, OrderLine, fallen_qty, live_qty
from service.domain.plans import Allocation
from service.domain.withdrawals import LineWithdrawal, WithdrawalReason
from service.workflows.move_fallen_lines import moves_by_itself
from service.workflows.open_fallen import open_fallen
from tests.workflows.repair_deeds import matched
from tests.workflows.timers import forgotten, not_understood, run_out, undecided, unnoted
from tests.workflows.worker_deeds import work_off

SOON_AFTER_H, LONG_AFTER_H = 2, 24 * 60
ROUNDS = 4
"""What is sold once an order is settled has a time of its own, and so has what is owed for it."""
PULSE_MINUTES = (0, 5, 5)
"""What falls is collected for a repair, whose orders wait for the next look of the timers."""


async def end_a_week(town, units) -> None:
    """Let workers go on: soon after, goods whose time has come have a note, and what fell is told of and looked for.

    Long after, whoever still owes something was told.
    """
    session, clock = town.work.session, town.clock
    await session.flush()
    assert await undecided(session) == []
    clock.advance(hours=SOON_AFTER_H)
    await come_to_rest(units, clock)
    assert await unnoted(session, clock()) == []
    assert await undecided(session) == []
    off = await _taken_off(session, town.of_suspended)
    assert await unheard(units, off) == []
    assert await overlooked(units, town.operator, off) == []
    await town.require_right()
    for _ in range(ROUNDS):
        clock.advance(hours=LONG_AFTER_H)
        await run_out(units)
        await work_off(units)
    session.expire_all()
    assert await forgotten(session, clock()) == []
    assert await not_understood(session) == []
    assert await half_told(session) == []
    await town.require_right()


async def come_to_rest(units, clock) -> None:
    """Let timers and workers do what there is to do, and what comes of it."""
    for minutes in PULSE_MINUTES:
        clock.advance(minutes=minutes)
        await run_out(units)
        await work_off(units)


async def half_told(session) -> list[str]:
    """Return the deeds whose entry in the audit trail tells a new status and other old values, not the old status."""
    had, has = AuditEntry.before.has_key("status"), AuditEntry.after.has_key("status")
    return list(await session.scalars(sa.select(AuditEntry.action).where(has, ~had).distinct()))


async def _taken_off(session, line_ids):
    """Return the needs whose orders were taken off with the kitchen's part in the programme.

    A suspended kitchen knows, and nobody looks for goods for it; the town goes on to count on it all the same.
    """
    query = sa.select(OrderLine.forecast_line_id).join(LineWithdrawal, LineWithdrawal.order_line_id == OrderLine.id)
    suspended = LineWithdrawal.reason == WithdrawalReason.SUSPENDED
    return set(await session.scalars(query.where(OrderLine.id.in_(line_ids), suspended)))


async def unheard(units, taken_off=frozenset()):
    """Return the needs for which goods fell that can still come, though the kitchen was told of less, or nobody was.

    What fell before others brought it needs no word; once theirs fall, too, theirs are told of, and what stays behind
    or does not arrive is heard of as it leaves and is weighed. A kitchen that wants more again, after it wanted less,
    knows what it lacks, and so does one whose orders were `taken_off`.
    """
    async with units.begin() as work:
        lines = list(await work.session.scalars(sa.select(OrderLine).order_by(OrderLine.id)))
        heard, fell = total((line.forecast_line_id, line.told_fallen_qty) for line in lines), Counter()
        for order in await work.session.scalars(sa.select(Order).where(Order.plan_id.is_not(None))):
            for one in await open_fallen(work, order, [line.id for line in lines if line.order_id == order.id]):
                fell[order.id, one.demand.id] += min(one.qty, fallen_qty(one.line))
                heard[one.demand.id] += one.lost_qty
        known = taken_off | await _raised(work.session)
        return [need_id for (_, need_id), qty in fell.items() if heard[need_id] < qty and need_id not in known]


async def _raised(session):
    """Return the needs of which a kitchen wanted less, or nothing, in an earlier revision of its week."""
    query = sa.select(Forecast, ForecastLine).join(ForecastLine, ForecastLine.forecast_id == Forecast.id)
    revisions = (await session.execute(query)).all()
    wanted = defaultdict(Counter)
    for forecast, line in revisions:
        wanted[forecast.kitchen_id, line.item_code, line.needed_date][forecast.revision] = line.demanded_qty
    return {
        line.id
        for forecast, line in revisions
        for before in [wanted[forecast.kitchen_id, line.item_code, line.needed_date]]
        if any(before[revision] < line.demanded_qty for revision in range(1, forecast.revision))
    }


async def overlooked(units, operator, taken_off=frozenset()):
    """Return the needs for which the operator would still find goods, though the city lets fallen lines move.

    Workers have done all that they were asked to do: what a further repair could order now, nobody had looked for.
    """
    async with units.begin(actor=operator) as work:
        if not await moves_by_itself(work, operator.region_code):
            return []
        plan = await matched(work)
        if plan is None:
            return []
        held = total(
            (line.forecast_line_id, live_qty(line)) for line in await work.session.scalars(sa.select(OrderLine))
        )
        parts = await work.session.scalars(sa.select(Allocation).where(Allocation.plan_id == plan.id))
        could = total((part.forecast_line_id, part.allocated_qty) for part in parts)
        return [need_id for need_id, qty in could.items() if held[need_id] < qty and need_id not in taken_off]


def total(parts):
    """Return what parts come to, by need."""
    sums = Counter()
    for need_id, qty in parts:
        sums[need_id] += qty
    return sums
