"""A wholesaler's minimum is of a cooperative's week: all that it buys there counts; more only if it can pay for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, OrderLine
from service.domain.organisations import Cooperative, OrganisationKind, Wholesaler
from service.domain.people import Role
from service.domain.plans import Allocation, PlanPurchase
from service.domain.purchases import CutReason, PackAnswer, Purchase, PurchaseLine
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.orders import accepting
from tests.factories.organisations import completed, new_document, new_organisation
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import LINE_QTY, PACK_PRICE_IDR, PACK_QTY, WEEK, actor_of, new_stock

NEEDED_PACKS = -(-LINE_QTY // PACK_QTY)
MIN_IDR = 2 * NEEDED_PACKS * PACK_PRICE_IDR
"""What the lines of two orders buy."""


@pytest.fixture
async def week(work):
    """A published week of a line of packs for each of two cooperatives."""
    week = await add_planned_week(work.session, kitchens=2, cooperatives=2, items=1)
    await work.session.execute(sa.update(Wholesaler).values(min_order_idr=MIN_IDR))
    await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    return week


async def line_of(work, week, index):
    query = sa.select(OrderLine).where(OrderLine.kitchen_id == week.kitchens[index].id)
    return (await work.session.scalars(query)).one()


async def buy(work, week, line):
    """Let the first cooperative accept a line; return the purchase that is made of it and its only line."""
    await answer_order(replace(work, actor=week.officer(0)), AnswerOrder(line.order_id, (accepting(line),)))
    query = sa.select(Purchase, PurchaseLine).join(PurchaseLine, PurchaseLine.purchase_id == Purchase.id)
    return (await work.session.execute(query.where(Purchase.order_id == line.order_id))).one()


async def sell(work, week, purchase, line, packs):
    reason = CutReason.NO_TRANSPORT if packs < line.ordered_packs else None
    by = replace(work, actor=actor_of(week.users[Role.WHOLESALER, week.wholesaler.id]))
    await answer_purchase(by, AnswerPurchase(purchase.id, (PackAnswer(line.id, packs, reason),)))


async def moved_line(work, week):
    """Let the second cooperative decline, so that its line goes to the first one."""
    line = await line_of(work, week, 1)
    said = LineAnswer(line.id, 0, DeclineReason.NO_TRANSPORT)
    await answer_order(replace(work, actor=week.officer(1)), AnswerOrder(line.order_id, (said,)))
    [moved] = (await move_fallen_lines(work, MoveFallenLines(line.order_id, (line.id,)))).lines
    return moved


@pytest.mark.parametrize(("sold", "extra"), [(None, 0), (2 * NEEDED_PACKS, 0), (NEEDED_PACKS - 1, 1)])
async def test_what_earlier_purchases_of_the_week_hold_counts_towards_the_minimum(work, week, sold, extra):
    moved = await moved_line(work, week)
    purchase, line = await buy(work, week, await line_of(work, week, 0))
    assert (line.extra_packs, purchase.missing_idr) == (NEEDED_PACKS, 0)
    if sold is not None:
        await sell(work, week, purchase, line, sold)
    second, bought = await buy(work, week, moved)
    assert (bought.ordered_packs, bought.extra_packs, second.missing_idr) == (NEEDED_PACKS + extra, extra, 0)
    assert await violations(work.session) == []


@pytest.mark.parametrize(("spare_idr", "extra"), [(0, NEEDED_PACKS), (-1, 0)])
async def test_more_is_bought_only_as_far_as_the_cooperative_can_pay_for_it(work, week, spare_idr, extra):
    await work.session.execute(sa.update(Cooperative).values(capital_idr=MIN_IDR + spare_idr))
    purchase, line = await buy(work, week, await line_of(work, week, 0))
    assert line.extra_packs == extra
    assert purchase.missing_idr == (NEEDED_PACKS - extra) * PACK_PRICE_IDR


async def test_a_wholesalers_time_to_answer_is_that_of_its_own_first_day(work):
    """What others sell for earlier days must not hurry it: its silence takes its goods off everybody."""
    week = await add_planned_week(work.session, kitchens=1, cooperatives=1, items=1, days=4)
    other = new_organisation(OrganisationKind.WHOLESALER, code="W001")
    work.session.add(other)
    await work.session.flush()
    stock = new_stock(other, "ITEM-00")
    work.session.add_all([*completed(other)[1:], new_document(other), stock])
    await work.session.flush()
    friday = sa.update(Allocation).where(Allocation.needed_date > WEEK)
    await work.session.execute(friday.values(stock_id=stock.id))
    [(bought, cooperative_id)] = await work.session.execute(
        sa.select(PlanPurchase.packs, PlanPurchase.cooperative_id).where(PlanPurchase.plan_id == week.plan.id)
    )
    more = PlanPurchase(plan_id=week.plan.id, stock_id=stock.id, cooperative_id=cooperative_id, packs=bought)
    work.session.add(more)
    await work.session.flush()
    [order] = (await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))).orders
    lines = list(await work.session.scalars(sa.select(OrderLine)))
    sunday = datetime(2026, 11, 28, 22, tzinfo=UTC)  # 05:00 WIB, an hour before what is for Monday must be answered
    order.respond_by_at = sunday + timedelta(hours=1)
    by = replace(work, actor=week.officer(), now=sunday)
    await answer_order(by, AnswerOrder(order.id, tuple(accepting(line) for line in lines)))
    made = {one.wholesaler_id: one.respond_by_at for one in await work.session.scalars(sa.select(Purchase))}
    assert made == {week.wholesaler.id: sunday + timedelta(hours=1), other.id: sunday + timedelta(hours=24)}
