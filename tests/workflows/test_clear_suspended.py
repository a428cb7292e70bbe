"""A member is suspended: nothing new goes there, and what orders expected of it is taken off and repaired."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.deliveries import DeliveryStatus
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus
from service.domain.organisations import OrganisationStatus
from service.domain.plans import Shortage
from service.domain.purchases import CutReason, PurchaseLineStatus, PurchaseStatus
from service.domain.withdrawals import LineWithdrawal, Withdrawer
from service.workflows.change_organisation_status import ChangeOrganisationStatus, change_organisation_status
from service.workflows.clear_suspended import clear_order, clear_suspended
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.delivered_weeks import add_delivered_week, lines_of, send_out
from tests.factories.planned_weeks import add_planned_week
from tests.workflows.test_purchases import bought

SUSPENDED = OrganisationStatus.SUSPENDED


async def published(work):
    week = await add_planned_week(work.session, kitchens=2, cooperatives=2, items=2)
    done = await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    return week, list(done.orders)


async def suspend(work, week, organisation):
    command = ChangeOrganisationStatus(organisation.id, organisation.version, SUSPENDED, "papers false")
    return await change_organisation_status(replace(work, actor=week.operator), command)


async def rows(work, kind):
    return list(await work.session.scalars(sa.select(kind)))


async def test_a_suspended_cooperatives_lines_fall_and_are_asked_of_others(work):
    week, orders = await published(work)
    await suspend(work, week, week.cooperatives[0])
    order = next(one for one in orders if one.cooperative_id == week.cooperatives[0].id)
    await clear_order(work, order.id, week.cooperatives[0].id)
    lines = await lines_of(work, order)
    assert {line.status for line in lines} == {OrderLineStatus.DECLINED}
    assert order.status is OrderStatus.ANSWERED
    assert {one.order_line_id for one in await rows(work, Shortage)} == {line.id for line in lines}
    assert {one.withdrawer for one in await rows(work, LineWithdrawal)} == {Withdrawer.CITY}
    assert await violations(work.session) == []


async def test_a_suspended_kitchens_goods_are_free_again_and_nobody_is_short(work):
    delivered = await add_delivered_week(work)
    week, [order] = delivered.week, delivered.orders
    await suspend(work, week, week.kitchens[0])
    before = {offer.id: offer.promised_qty for offer in week.offers.values()}
    await clear_order(work, order.id, week.kitchens[0].id)
    lines = await lines_of(work, order)
    mine = [line for line in lines if line.kitchen_id == week.kitchens[0].id]
    assert {line.status for line in mine} == {OrderLineStatus.CANCELLED}
    assert {line.status for line in lines if line not in mine} == {OrderLineStatus.ACCEPTED}
    assert await rows(work, Shortage) == []
    assert {note.status for note in delivered.notes if note.kitchen_id == week.kitchens[0].id} == {
        DeliveryStatus.CANCELLED
    }
    own = next(line for line in mine if line.offer_id)
    assert sum(before.values()) - sum(offer.promised_qty for offer in week.offers.values()) == own.ordered_qty
    assert await violations(work.session) == []


async def test_a_suspended_wholesalers_packs_fall_unless_they_are_confirmed(work):
    week, orders = await published(work)
    await suspend(work, week, week.wholesaler)
    for order in orders:
        await clear_order(work, order.id, week.wholesaler.id)
    lines = [line for order in orders for line in await lines_of(work, order)]
    assert {line.status for line in lines if line.stock_id} == {OrderLineStatus.DECLINED}
    assert {line.status for line in lines if line.offer_id} == {OrderLineStatus.AWAITING_ANSWER}
    assert await violations(work.session) == []


async def test_packs_that_a_suspended_wholesaler_has_not_confirmed_are_declined_for_it(work):
    _, purchase, line = await bought(work)
    await clear_order(work, purchase.order_id, purchase.wholesaler_id)
    assert (purchase.status, line.status) == (PurchaseStatus.ANSWERED, PurchaseLineStatus.DECLINED)
    assert (line.confirmed_packs, line.reason) == (0, CutReason.OTHER)
    lines = await lines_of(work, await work.session.get_one(Order, purchase.order_id))
    assert {one.status for one in lines if one.stock_id} == {OrderLineStatus.DECLINED}
    assert {one.status for one in lines if one.offer_id} == {OrderLineStatus.ACCEPTED}
    assert await violations(work.session) == []


async def test_confirmed_packs_of_a_suspended_wholesaler_stay(work):
    delivered = await add_delivered_week(work)
    [order] = delivered.orders
    await clear_order(work, order.id, delivered.week.wholesaler.id)
    assert {line.status for line in await lines_of(work, order)} == {OrderLineStatus.ACCEPTED}


async def test_what_has_left_stays(work):
    delivered = await add_delivered_week(work)
    [order], note = delivered.orders, delivered.notes[0]
    await send_out(work, delivered, note)
    await clear_order(work, order.id, order.cooperative_id)
    kept = {line.kitchen_id for line in await lines_of(work, order) if line.status is OrderLineStatus.ACCEPTED}
    assert kept == {note.kitchen_id}
    assert await violations(work.session) == []


async def test_goods_that_have_left_for_a_suspended_kitchen_stay_ordered(work):
    delivered = await add_delivered_week(work)
    [order], note = delivered.orders, delivered.notes[0]
    await send_out(work, delivered, note)
    version = order.version
    await clear_order(work, order.id, note.kitchen_id)
    assert {line.status for line in await lines_of(work, order)} == {OrderLineStatus.ACCEPTED}
    assert (order.version, await rows(work, LineWithdrawal)) == (version, [])


@pytest.mark.parametrize("times", [1, 2])
async def test_the_job_clears_once_however_often_it_runs(crowd, times):
    async with crowd.begin() as work:
        week, _ = await published(work)
        await suspend(work, week, week.cooperatives[0])
    for _ in range(times):
        await clear_suspended(crowd, week.cooperatives[0].id)
    async with crowd.begin() as work:
        fallen = [line for line in await rows(work, OrderLine) if line.status is OrderLineStatus.DECLINED]
        assert len(await rows(work, LineWithdrawal)) == len(fallen) == 2
        assert await violations(work.session) == []


async def test_one_that_is_active_again_keeps_its_orders(crowd):
    async with crowd.begin() as work:
        week, _ = await published(work)
    assert await clear_suspended(crowd, week.cooperatives[0].id) == []
    async with crowd.begin() as work:
        assert {order.status for order in await rows(work, Order)} == {OrderStatus.SENT}
