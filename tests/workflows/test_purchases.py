"""Wholesalers at once: a purchase is answered once, and packs are what lines need and what is left over."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.notifications import Notification
from service.domain.orders import Order, OrderLine
from service.domain.people import Role
from service.domain.purchases import CutReason, PackAnswer, Purchase, PurchaseLine, PurchaseLineStatus, PurchaseStatus
from service.domain.stocks import Stock, StockStatus
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase
from service.workflows.expire_purchases import expire_purchase
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.tell_events import tell_events
from service.workflows.withdraw_stock import WithdrawStock, withdraw_stock
from tests.factories.orders import accepting
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import actor_of
from tests.workflows.test_orders_at_once import at_once, kinds


async def bought(work):
    """Publish a week of one cooperative and accept all; return the wholesaler, the purchase and its line."""
    week = await add_planned_week(work.session, kitchens=2, cooperatives=1, items=2)
    [order] = (await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))).orders
    lines = list(await work.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id)))
    by = replace(work, actor=week.officer())
    await answer_order(by, AnswerOrder(order.id, tuple(accepting(line) for line in lines)))
    purchase = (await work.session.scalars(sa.select(Purchase))).one()
    line = (await work.session.scalars(sa.select(PurchaseLine))).one()
    return actor_of(week.users[Role.WHOLESALER, week.wholesaler.id]), purchase, line


def selling(purchase, line, packs):
    reason = CutReason.OUT_OF_STOCK if packs < line.ordered_packs else None
    command = AnswerPurchase(purchase.id, (PackAnswer(line.id, packs, reason),))
    return lambda work: answer_purchase(work, command)


@pytest.mark.parametrize("clients", [2, 10])
@pytest.mark.parametrize("seed", [1, 2])
async def test_of_many_who_answer_at_once_one_is_heard(crowd, clients, seed):
    async with crowd.begin() as work:
        wholesaler, purchase, line = await bought(work)
    deeds = [(wholesaler, selling(purchase, line, line.ordered_packs - number % 2)) for number in range(clients)]
    results = await at_once(crowd, deeds, seed)
    assert kinds(results) == {"Purchase": 1, "IllegalTransition": clients - 1}
    async with crowd.begin() as work:
        assert await violations(work.session) == []


async def test_silence_of_a_wholesaler_is_a_decline_and_happens_once(work, clock):
    _, purchase, line = await bought(work)
    assert not await expire_purchase(work, purchase.id)
    later = replace(work, now=purchase.respond_by_at)
    await expire_purchase(later, purchase.id)
    await expire_purchase(later, purchase.id)
    assert (purchase.status, line.status, line.confirmed_packs) == (
        PurchaseStatus.ANSWERED,
        PurchaseLineStatus.DECLINED,
        0,
    )
    order = await work.session.get_one(Order, purchase.order_id)
    rows = await work.session.scalars(
        sa.select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.stock_id == line.stock_id)
    )
    assert {row.accepted_qty for row in rows} == {0}
    assert await violations(work.session) == []


async def messages(units, kind):
    async with units.begin() as work:
        return list(await work.session.scalars(sa.select(Notification).where(Notification.kind == kind)))


async def test_a_wholesaler_hears_of_a_purchase_and_the_cooperative_of_a_cut(units):
    async with units.begin() as work:
        wholesaler, purchase, line = await bought(work)
    await tell_events(units)
    heard = await messages(units, "new_purchase")
    assert {one.user_id for one in heard} == {wholesaler.user_id}
    assert f"Ada pembelian baru {purchase.number}: 1 barang." in heard[0].text
    assert "sebelum" in heard[0].text
    async with units.begin(actor=wholesaler) as work:
        await selling(purchase, line, 0)(work)
    await tell_events(units)
    told = await messages(units, "purchase_cut")
    assert told
    assert told[0].text.startswith(f"1 barang dari pembelian {purchase.number} dikurangi")


async def test_of_a_purchase_that_is_sold_whole_nobody_is_told(units):
    async with units.begin() as work:
        wholesaler, purchase, line = await bought(work)
    async with units.begin(actor=wholesaler) as work:
        await selling(purchase, line, line.ordered_packs)(work)
    await tell_events(units)
    assert await messages(units, "purchase_cut") == []


async def test_packs_of_a_stock_that_is_off_the_market_can_still_be_declined(work):
    wholesaler, purchase, line = await bought(work)
    by = replace(work, actor=wholesaler)
    stock = await work.session.get_one(Stock, line.stock_id)
    await withdraw_stock(by, WithdrawStock(stock.id, stock.version))
    await selling(purchase, line, 0)(by)
    assert (stock.status, stock.promised_packs) == (StockStatus.WITHDRAWN, 0)
    fallen = await work.session.scalars(sa.select(OrderLine.accepted_qty).where(OrderLine.stock_id == stock.id))
    assert set(fallen) == {0}
    assert await violations(work.session) == []
