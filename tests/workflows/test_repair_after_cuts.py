"""A wholesaler that sells less, or may sell no more, does not keep its buyers from bringing another one's packs."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.week_orders import declined_goods
from service.domain.declines import Blocked, blocked_keys
from service.domain.orders import OrderLine
from service.domain.organisations import Organisation, OrganisationKind, OrganisationStatus, Wholesaler
from service.domain.people import Role
from service.domain.plans import Plan, Shortage
from service.domain.purchases import CutReason, PackAnswer, Purchase, PurchaseLine
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase
from service.workflows.change_organisation_status import ChangeOrganisationStatus, change_organisation_status
from service.workflows.clear_suspended import clear_order
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.start_run import StartRun, start_run
from tests.factories.orders import accepting
from tests.factories.organisations import new_document, new_organisation
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import PACK_PRICE_IDR, REGION, WEEK, actor_of, new_stock
from tests.workflows.repair_deeds import match, matched

SECOND_PACKS = 200


async def rows(work, kind, *conditions):
    return list(await work.session.scalars(sa.select(kind).where(*conditions)))


@pytest.fixture
async def ordered(work):
    """A week whose one cooperative is to buy from the planned wholesaler while another one has the same packs."""
    week = await add_planned_week(work.session, kitchens=2, cooperatives=1, items=2)
    other = new_organisation(OrganisationKind.WHOLESALER, REGION, code="W001")
    work.session.add(other)
    await work.session.flush()
    work.session.add(Wholesaler(organisation_id=other.id, min_order_idr=0, lead_days=1))
    await work.session.flush()
    work.session.add(new_document(other))
    work.session.add(new_stock(other, week.items[0].code, packs=SECOND_PACKS, price_idr=PACK_PRICE_IDR + 500))
    await work.session.execute(sa.update(Wholesaler).values(min_order_idr=0, lead_days=1))
    as_operator = replace(work, actor=week.operator)
    plan = await matched(replace(as_operator, now=work.now - timedelta(days=1)))
    [order] = (await publish_plan(as_operator, PublishPlan(plan.id, plan.version))).orders
    return week, order


async def short_after_repair(work, week):
    run = await start_run(replace(work, actor=week.operator), StartRun(WEEK))
    await match(work, run.id)
    [plan] = await rows(work, Plan, Plan.run_id == run.id)
    return await rows(work, Shortage, Shortage.plan_id == plan.id)


async def blocked(work):
    found = blocked_keys(await declined_goods(work.session, REGION, WEEK))
    return {kind: keys for kind, keys in found.items() if keys}


async def cut(work, week, order, reason):
    """Let the cooperative take all and the wholesaler sell nothing; return the stock."""
    lines = await rows(work, OrderLine, OrderLine.order_id == order.id)
    await answer_order(replace(work, actor=week.officer()), AnswerOrder(order.id, tuple(map(accepting, lines))))
    [purchase] = await rows(work, Purchase)
    [line] = await rows(work, PurchaseLine)
    seller = actor_of(week.users[Role.WHOLESALER, week.wholesaler.id])
    said = (PackAnswer(line.id, 0, reason),)
    await answer_purchase(replace(work, actor=seller), AnswerPurchase(purchase.id, said))
    return line.stock_id


@pytest.mark.parametrize("reason", [CutReason.OUT_OF_STOCK, CutReason.BELOW_MINIMUM])
async def test_what_one_wholesaler_does_not_sell_is_bought_from_another(work, ordered, reason):
    week, order = ordered
    await cut(work, week, order, reason)

    assert await blocked(work) == {}
    assert await short_after_repair(work, week) == []


async def test_a_stock_that_its_wholesaler_cannot_bring_is_not_asked_for_again(work, ordered):
    week, order = ordered
    stock_id = await cut(work, week, order, CutReason.NO_TRANSPORT)

    assert await blocked(work) == {Blocked.GOODS: {stock_id}}
    assert await short_after_repair(work, week) == []


async def test_what_a_suspended_wholesaler_was_to_sell_is_bought_from_another(work, ordered):
    week, order = ordered
    seller = await work.session.get_one(Organisation, week.wholesaler.id)
    command = ChangeOrganisationStatus(seller.id, seller.version, OrganisationStatus.SUSPENDED, "papers")
    await change_organisation_status(replace(work, actor=week.operator), command)
    await clear_order(work, order.id, seller.id)

    assert await blocked(work) == {}
    assert await short_after_repair(work, week) == []
