"""Goods are called back while they are ordered, leave or are weighed: nobody brings them, whoever has them is asked.

The negative controls: without the locks the orders are cleared before they are there, and stand; and the kitchen is not
asked, or for goods that it sent back.
"""

import asyncio

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.people import Role
from service.domain.recalls import RecallPart, Wanted
from service.domain.receipts import RejectReason
from service.domain.weighings import Weighing
from service.domain.withdrawals import LineWithdrawal
from service.workflows.clear_recalled import clear_recalled
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.open_recall import OpenRecall, open_recall
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from tests.factories.delivered_weeks import add_delivered_week, note_lines_of, send_out
from tests.factories.deliveries import all_of
from tests.factories.people import new_user
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import LINE_QTY, actor_of
from tests.factories.recalls import new_recall
from tests.workflows.interleavings import interleave, watch
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


def leaving(town, note, line):
    return town.officer, lambda work: dispatch_delivery(work, DispatchDelivery(note.id, (all_of(line),), note.version))


def refusing(town, note, line):
    weighing = Weighing(line.id, LINE_QTY, LINE_QTY, RejectReason.SPOILED)
    return town.head, lambda work: receive_delivery(work, ReceiveDelivery(note.id, (weighing,)))


async def asked_of_the_kitchen(units, engine, deed, *, steps):
    """Call an item back while a deed is done but for its commit; return for how much the kitchen is asked, if it is."""
    async with units.begin() as work:
        town = await add_delivered_week(work, items=1, kitchens=1)
        [note] = town.notes
        if deed is refusing:
            await send_out(work, town, note)
        [line] = await note_lines_of(work, note)
        officer = new_user(town.week.kitchens[0], Role.FOOD_OFFICER)
        work.session.add(officer)
    wanted = Wanted(item_code=line.item_code, from_date=note.needed_date, to_date=note.needed_date)
    calling = actor_of(officer), lambda work: open_recall(work, OpenRecall(wanted, "Dust"))
    watch(engine)
    assert await interleave(engine, units, deed(town, note, line), calling, steps) == ("done", "done")
    async with units.begin() as work:
        return list(await work.session.scalars(sa.select(RecallPart.accepted_qty)))


BEFORE_COMMIT = 3
"""After the delivery and the region are held."""


async def test_a_kitchen_is_asked_for_goods_that_leave_while_they_are_called_back(crowd, crowd_engine):
    assert await asked_of_the_kitchen(crowd, crowd_engine, leaving, steps=BEFORE_COMMIT) == [LINE_QTY]


async def test_it_is_not_asked_for_goods_that_it_sends_back_at_the_same_moment(crowd, crowd_engine):
    assert await asked_of_the_kitchen(crowd, crowd_engine, refusing, steps=BEFORE_COMMIT) == [0]


@pytest.mark.parametrize(("deed", "asked"), [(leaving, []), (refusing, [LINE_QTY])])
async def test_without_the_region_held_it_would_be_the_other_way_round(crowd, crowd_engine, monkeypatch, deed, asked):
    async def hold_nothing(_session, _code):
        return None

    monkeypatch.setattr("service.workflows.refuse_recalled.keep_region", hold_nothing)
    assert await asked_of_the_kitchen(crowd, crowd_engine, deed, steps=BEFORE_COMMIT - 1) == asked
