"""A member is suspended while goods are on their way to it: whichever comes first, it is asked for nothing in the end.

The negative control: without the lock the goods come after the orders were cleared, and stay there.
"""

import asyncio

import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, Order, OrderLine, OrderLineStatus
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.clear_suspended import clear_suspended
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from tests.factories.delivered_weeks import lines_of
from tests.workflows.test_clear_suspended import published, suspend

SOMEBODY_WAITS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def declined(units):
    """Let one of two cooperatives decline its order; the other is the standby."""
    async with units.begin() as work:
        week, orders = await published(work)
    order = next(one for one in orders if one.cooperative_id == week.cooperatives[0].id)
    async with units.begin(actor=week.officer()) as work:
        lines = await lines_of(work, order)
        said = tuple(LineAnswer(line.id, 0, DeclineReason.CLOSED) for line in lines)
        await answer_order(work, AnswerOrder(order.id, said))
    return week, MoveFallenLines(order.id, tuple(line.id for line in lines))


async def somebody_waits(units):
    """Look in a transaction of its own: PostgreSQL shows one transaction the same activity from its first look on."""
    async with units.begin() as looker:
        return await looker.session.scalar(SOMEBODY_WAITS)


async def suspended_before_its_commit(units, week, command):
    """Suspend the standby and clear its orders while the move has been written and not been committed."""
    standby = week.cooperatives[1]
    is_written, may_commit = asyncio.Event(), asyncio.Event()

    async def move():
        async with units.begin() as work:
            await move_fallen_lines(work, command)
            is_written.set()
            await may_commit.wait()

    async def suspend_it():
        async with units.begin() as work:
            await suspend(work, week, standby)
        await clear_suspended(units, standby.id)

    moving = asyncio.create_task(move())
    await is_written.wait()
    suspending = asyncio.create_task(suspend_it())
    while not suspending.done() and not await somebody_waits(units):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    may_commit.set()
    await asyncio.gather(moving, suspending)


async def waiting_at(units, cooperative):
    async with units.begin() as work:
        assert await violations(work.session) == []
        query = sa.select(OrderLine).join(Order, Order.id == OrderLine.order_id)
        waiting = OrderLine.status == OrderLineStatus.AWAITING_ANSWER
        return list(await work.session.scalars(query.where(Order.cooperative_id == cooperative.id, waiting)))


async def test_lines_that_move_to_a_member_that_is_suspended_meanwhile_do_not_stay_there(crowd):
    week, command = await declined(crowd)
    await suspended_before_its_commit(crowd, week, command)
    assert await waiting_at(crowd, week.cooperatives[1]) == []


async def test_without_the_lock_they_would(crowd, monkeypatch):
    async def hold_nobody(_session, _ids):
        return []

    monkeypatch.setattr("service.workflows.move_fallen_lines.lock_organisations", hold_nobody)
    week, command = await declined(crowd)
    await suspended_before_its_commit(crowd, week, command)
    assert len(await waiting_at(crowd, week.cooperatives[1])) == 2
