"""Two weeks ask one standby at once: it is asked for no more than it can pay.

The negative control: without the lock both weeks read the same capital, and it is asked for twice as much.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from service.domain.orders import DeclineReason, OrderLine, OrderLineStatus, OrderStatus
from service.domain.organisations import Cooperative
from service.domain.plans import PlanStatus
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from tests.factories.orders import new_order, new_order_line, taking
from tests.factories.plans import WEEK, new_forecast, new_forecast_line, new_plan, new_run, new_stock
from tests.factories.runs import rows
from tests.workflows.test_expire_answers import lines_of, say, sent_week
from tests.workflows.test_suspended_meanwhile import somebody_waits

NEXT_WEEK = WEEK + timedelta(weeks=1)
OF_ONE_LINE_IDR = 600_000
"""Two packs."""


async def of_next_week(units, week):
    """Return the move of other bought goods that the same cooperative declined in the week after."""
    async with units.begin() as work:
        run = new_run(week.policy, NEXT_WEEK)
        forecast = new_forecast(week.kitchens[0], week_start=NEXT_WEEK)
        dates = {"from_date": NEXT_WEEK, "to_date": NEXT_WEEK + timedelta(days=6)}
        stock = new_stock(week.wholesaler, week.items[2].code, **dates)
        work.session.add_all([run, forecast, stock])
        await work.session.flush()
        demand = new_forecast_line(forecast, week.items[2].code, needed_date=NEXT_WEEK)
        plan = new_plan(run, status=PlanStatus.PUBLISHED, published_at=datetime(2026, 11, 23, tzinfo=UTC))
        work.session.add_all([demand, plan])
        await work.session.flush()
        of_week = {"week_start": NEXT_WEEK, "plan_id": plan.id, "status": OrderStatus.ANSWERED}
        order = new_order(number="PO-3271-2026W50-C000", cooperative_id=week.cooperatives[0].id, **of_week)
        work.session.add(order)
        await work.session.flush()
        line = new_order_line(
            order, kitchen_id=week.kitchens[0].id, item_code=demand.item_code, forecast_line_id=demand.id,
            needed_date=NEXT_WEEK, stock_id=stock.id, standby_cooperative_id=week.cooperatives[1].id,
            status=OrderLineStatus.DECLINED, accepted_qty=0,
        )  # fmt: skip
        work.session.add(line)
    return MoveFallenLines(order.id, (line.id,))


async def asked_at_once(units):
    """Return the lines that the standby is asked for, of two weeks whose moves overlap."""
    week, [order] = await sent_week(units, kitchens=1, items=3)
    line, *_ = await lines_of(units, order)
    await say(units, week, order, taking(line, 0, DeclineReason.NO_CASH))
    later = await of_next_week(units, week)
    async with units.begin() as work:
        standby = await work.session.get_one(Cooperative, week.cooperatives[1].id)
        standby.capital_idr = OF_ONE_LINE_IDR
    is_written, may_commit = asyncio.Event(), asyncio.Event()

    async def first():
        async with units.begin() as work:
            await move_fallen_lines(work, MoveFallenLines(order.id, (line.id,)))
            is_written.set()
            await may_commit.wait()

    async def second():
        async with units.begin() as work:
            await move_fallen_lines(work, later)

    moving = asyncio.create_task(first())
    await is_written.wait()
    other = asyncio.create_task(second())
    while not other.done() and not await somebody_waits(units):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    may_commit.set()
    await asyncio.gather(moving, other)
    return [one for one in await rows(units, OrderLine) if one.replaces_line_id]


async def test_a_standby_is_asked_once_for_what_it_can_pay_once(crowd):
    assert len(await asked_at_once(crowd)) == 1


async def test_without_the_lock_it_would_be_asked_twice(crowd, monkeypatch):
    async def hold_nobody(_session, _ids):
        return None

    monkeypatch.setattr("service.workflows.move_fallen_lines.lock_cooperatives", hold_nobody)
    assert len(await asked_at_once(crowd)) == 2
