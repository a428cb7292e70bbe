"""Notes wait for a wholesaler only as far as it decides what can be brought: for the days of what is bought."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.deliveries import unnoted_order_ids
from service.database.queries.invariants import violations
from service.domain.deliveries import Delivery
from service.domain.orders import Order, OrderLine
from service.domain.people import Role
from service.domain.plans import Allocation
from service.domain.purchases import CutReason, PackAnswer, Purchase, PurchaseLine
from service.domain.reliability import due_at
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.orders import accepting
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import WEEK, actor_of
from tests.workflows.timers import unnoted

LATE = WEEK + timedelta(days=3)
SATURDAY_EVENING = datetime(2026, 11, 28, 13, tzinfo=UTC)
SUNDAY_EARLY = datetime(2026, 11, 28, 22, tzinfo=UTC)
GOODS_LEAVE = due_at(WEEK, timezone="Asia/Jakarta")
"""Monday's, on Sunday evening."""


async def all_of_type(work, kind):
    return list(await work.session.scalars(sa.select(kind)))


@pytest.fixture
async def week(work):
    """A week of own goods for each day, packs for the last one only; published late and accepted on Sunday morning."""
    week = await add_planned_week(work.session, kitchens=1, cooperatives=1, items=2, days=4)
    early_packs = (Allocation.stock_id.is_not(None), Allocation.needed_date < LATE)
    await work.session.execute(sa.delete(Allocation).where(*early_packs))
    at = replace(work, now=SATURDAY_EVENING, actor=week.operator)
    [order] = (await publish_plan(at, PublishPlan(week.plan.id, 1))).orders
    lines = await all_of_type(work, OrderLine)
    by = replace(work, now=SUNDAY_EARLY, actor=week.officer())
    await answer_order(by, AnswerOrder(order.id, tuple(accepting(line) for line in lines)))
    return week


@pytest.fixture
async def order(work, week):
    return (await all_of_type(work, Order))[0]


async def prepare(work, order, now):
    """Do what the timer does: prepare the order if it is due; tell whether it was."""
    due = await unnoted_order_ids(work.session, now)
    for order_id in due:
        await prepare_deliveries(replace(work, now=now), PrepareDeliveries(order_id))
    return due == [order.id]


async def noted_days(work):
    return sorted(note.needed_date for note in await all_of_type(work, Delivery))


async def sell(work, week, packs_of):
    [purchase], [line] = await all_of_type(work, Purchase), await all_of_type(work, PurchaseLine)
    packs = packs_of(line)
    answer = PackAnswer(line.id, packs, None if packs == line.ordered_packs else CutReason.OUT_OF_STOCK)
    by = replace(work, now=GOODS_LEAVE, actor=actor_of(week.users[Role.WHOLESALER, week.wholesaler.id]))
    await answer_purchase(by, AnswerPurchase(purchase.id, (answer,)))


async def test_own_goods_of_an_early_day_do_not_wait_for_a_wholesaler_of_a_late_one(work, order):
    assert {line.needed_date for line in await unnoted(work.session, GOODS_LEAVE)} == {WEEK}
    assert await prepare(work, order, GOODS_LEAVE)
    assert await noted_days(work) == [WEEK + timedelta(days=day) for day in range(3)]
    assert await unnoted(work.session, GOODS_LEAVE) == []
    assert order.noted_at is None
    assert not await prepare(work, order, GOODS_LEAVE), "what waits for the wholesaler is not looked at every minute"
    assert await violations(work.session) == []


@pytest.mark.parametrize("is_sold", [True, False])
async def test_what_waited_is_noted_once_the_wholesaler_has_answered(work, week, order, is_sold):
    await prepare(work, order, SUNDAY_EARLY)
    await sell(work, week, lambda line: line.ordered_packs if is_sold else 0)
    assert await prepare(work, order, GOODS_LEAVE)
    assert await noted_days(work) == [WEEK + timedelta(days=day) for day in range(4)]
    assert order.noted_at == GOODS_LEAVE
    assert not await prepare(work, order, GOODS_LEAVE)
    assert await violations(work.session) == []


async def test_an_order_is_done_with_if_the_wholesaler_has_nothing_for_days_without_own_goods(work, week, order):
    own = sa.and_(OrderLine.needed_date == LATE, OrderLine.stock_id.is_(None))
    await work.session.execute(sa.update(OrderLine).where(own).values(needed_date=WEEK))
    await prepare(work, order, SUNDAY_EARLY)
    assert order.noted_at is None
    await sell(work, week, lambda _: 0)
    assert await prepare(work, order, GOODS_LEAVE)
    assert order.noted_at == GOODS_LEAVE
