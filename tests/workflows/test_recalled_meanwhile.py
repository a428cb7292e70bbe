"""Goods are called back while a plan that orders them is published: whichever comes first, nobody brings them.

The negative control: without the lock the orders are cleared before they are there, and stand.
"""

import asyncio

import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.people import Role
from service.domain.withdrawals import LineWithdrawal
from service.workflows.clear_recalled import clear_recalled
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.planned_weeks import add_planned_week
from tests.factories.recalls import new_recall
from tests.workflows.test_suspended_meanwhile import somebody_waits

ITEM = "ITEM-01"


async def called_back_before_its_commit(units):
    """Call an item back and clear its orders while their publication has been written and not been committed."""
    async with units.begin() as work:
        week = await add_planned_week(work.session)
    is_written, may_commit = asyncio.Event(), asyncio.Event()

    async def publish():
        async with units.begin(actor=week.operator) as work:
            await publish_plan(work, PublishPlan(week.plan.id, 1))
            is_written.set()
            await may_commit.wait()

    async def call_back():
        recall = new_recall(
            week.users[Role.CITY_OPERATOR, week.operator.organisation_id], lot_code=None, item_code=ITEM
        )
        async with units.begin() as work:
            work.session.add(recall)
        await clear_recalled(units, recall.id)

    publishing = asyncio.create_task(publish())
    await is_written.wait()
    calling = asyncio.create_task(call_back())
    while not calling.done() and not await somebody_waits(units):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    may_commit.set()
    await asyncio.gather(publishing, calling)


async def ordered(units):
    async with units.begin() as work:
        assert await violations(work.session) == []
        status = sa.select(OrderLine.status).where(OrderLine.item_code == ITEM)
        taken_off = sa.select(sa.func.count()).select_from(LineWithdrawal)
        return set(await work.session.scalars(status)), await work.session.scalar(taken_off)


async def test_orders_that_go_out_while_their_goods_are_called_back_lose_them(crowd):
    await called_back_before_its_commit(crowd)
    assert await ordered(crowd) == ({OrderLineStatus.DECLINED}, 2)


async def test_without_the_lock_they_would_stand(crowd, monkeypatch):
    async def hold_nothing(_session, *, region_code, first_week):
        return []

    monkeypatch.setattr("service.workflows.clear_recalled.lock_plans_from", hold_nothing)
    await called_back_before_its_commit(crowd)
    assert await ordered(crowd) == ({OrderLineStatus.AWAITING_ANSWER}, 0)
