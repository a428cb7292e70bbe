"""Many people at the same time on a real PostgreSQL: goods are promised once, a line is answered once, books balance.

Every test has its negative control: with the locks taken away the same people do get in each other's way.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.answers import LineAnswer
from service.domain.errors import AlreadyAnswered, DomainError, StaleVersion, SupplyExhausted, WeekPlanned
from service.domain.offers import Offer
from service.domain.orders import DeclineReason, Order, OrderLine, OrderStatus
from service.domain.permissions import Actor
from service.domain.plans import Plan, PlanStatus
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.withdraw_offer import WithdrawOffer, withdraw_offer
from tests.factories.planned_weeks import PlannedWeek, add_plan, add_planned_week
from tests.factories.plans import LINE_QTY, WEEK
from tests.workflows.books import broken_rules

CLIENTS = 20
SEEDS = (1, 2, 3)
Deed = Callable[[UnitOfWork], Awaitable[Any]]


async def at_once(units: UnitsOfWork, deeds: Sequence[tuple[Actor, Deed]], seed: int) -> list[Any]:
    """Do everything at once, each in a unit of its own; return results and errors in the order of the deeds."""
    chance = random.Random(seed)
    gate = asyncio.Barrier(len(deeds))

    async def one(actor: Actor, deed: Deed, delay_s: float) -> Any:
        async with units.begin(actor=actor) as work:
            await work.session.connection()
            await gate.wait()
            await asyncio.sleep(delay_s)
            return await deed(work)

    delays = [chance.choice((0, 0, chance.random() / 100)) for _ in deeds]
    calls = [one(actor, deed, delay) for (actor, deed), delay in zip(deeds, delays, strict=True)]
    return await asyncio.gather(*calls, return_exceptions=True)


def kinds(results: Sequence[Any]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def saying(order: Order, *answers: LineAnswer) -> Deed:
    return lambda work: answer_order(work, AnswerOrder(order.id, answers))


def publishing(plan: Plan) -> Deed:
    return lambda work: publish_plan(work, PublishPlan(plan.id, 1))


async def a_week(units: UnitsOfWork, **size: int) -> PlannedWeek:
    async with units.begin() as work:
        return await add_planned_week(work.session, **size)


async def sent_orders(units: UnitsOfWork, week: PlannedWeek) -> tuple[list[Order], dict[Any, list[OrderLine]]]:
    async with units.begin(actor=week.operator) as work:
        orders = (await publish_plan(work, PublishPlan(week.plan.id, 1))).orders
    async with units.begin() as work:
        lines = await work.session.scalars(sa.select(OrderLine).order_by(OrderLine.position))
        by_order: dict[Any, list[OrderLine]] = {order.id: [] for order in orders}
        for line in lines:
            by_order[line.order_id].append(line)
    return list(orders), by_order


async def balanced(units: UnitsOfWork) -> bool:
    async with units.begin() as work:
        return await broken_rules(work.session) == []


# ---- one line, many answers


async def answer_one_line(units: UnitsOfWork, week: PlannedWeek, order: Order, line: OrderLine, seed: int) -> list[Any]:
    deeds = [
        (week.officer(), saying(order, LineAnswer(line.id, 1000 * number, DeclineReason.NO_CASH)))
        for number in range(CLIENTS)
    ]
    return await at_once(units, deeds, seed)


async def test_of_many_answers_to_a_line_one_wins_and_the_others_see_it(crowd):
    week = await a_week(crowd, kitchens=1, cooperatives=1, items=len(SEEDS))
    [order], lines = await sent_orders(crowd, week)

    for seed, line in zip(SEEDS, lines[order.id], strict=True):
        results = await answer_one_line(crowd, week, order, line, seed)
        assert kinds(results) == {"AnsweredOrder": 1, "AlreadyAnswered": CLIENTS - 1}, f"seed {seed}"
        [won] = [result for result in results if not isinstance(result, Exception)]
        taken = {one.accepted_qty for one in won.lines if one.id == line.id}
        told = {lost.facts["lines"][0]["accepted_qty"] for lost in results if isinstance(lost, AlreadyAnswered)}
        assert told == taken, f"seed {seed}"
    assert await balanced(crowd)


async def test_without_locks_some_losers_are_not_told_what_happened(crowd, without_locks):
    week = await a_week(crowd, kitchens=1, cooperatives=1, items=len(SEEDS))
    [order], lines = await sent_orders(crowd, week)
    total: Counter[str] = Counter()
    for seed, line in zip(SEEDS, lines[order.id], strict=True):
        total += kinds(await answer_one_line(crowd, week, order, line, seed))

    assert set(total) - {"AnsweredOrder", "AlreadyAnswered"}


# ---- many lines, many answers


@pytest.mark.parametrize("seed", SEEDS)
async def test_answers_to_different_lines_of_an_order_are_all_taken(crowd, seed):
    week = await a_week(crowd, kitchens=CLIENTS, cooperatives=1, items=2)
    [order], lines = await sent_orders(crowd, week)
    chance = random.Random(seed)
    pairs = [lines[order.id][at : at + 2] for at in range(0, 2 * CLIENTS, 2)]
    deeds = [
        (
            week.officer(),
            saying(
                order,
                *(
                    LineAnswer(line.id, 1000 * chance.randrange(LINE_QTY // 1000), DeclineReason.CLOSED)
                    for line in pair
                ),
            ),
        )
        for pair in pairs
    ]

    assert kinds(await at_once(crowd, deeds, seed)) == {"AnsweredOrder": CLIENTS}

    async with crowd.begin() as work:
        assert (await work.session.get_one(Order, order.id)).status is OrderStatus.ANSWERED
    assert await balanced(crowd)


async def decline_everything(units: UnitsOfWork, seed: int) -> Counter[str]:
    week = await a_week(units, kitchens=CLIENTS, cooperatives=CLIENTS, items=2)
    orders, lines = await sent_orders(units, week)
    deeds = [
        (
            week.officer(index),
            saying(order, *(LineAnswer(line.id, 0, DeclineReason.CLOSED) for line in lines[order.id])),
        )
        for index, order in enumerate(orders)
    ]
    return kinds(await at_once(units, deeds, seed))


async def test_many_cooperatives_give_packs_of_one_stock_back_at_once(crowd):
    assert await decline_everything(crowd, seed=1) == {"AnsweredOrder": CLIENTS}
    assert await balanced(crowd)


async def test_without_locks_some_cannot_give_back(crowd, without_locks):
    assert set(await decline_everything(crowd, seed=1)) - {"AnsweredOrder"}


# ---- publishing


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_plan_is_published_once_however_many_ask(crowd, seed):
    week = await a_week(crowd)

    results = await at_once(crowd, [(week.operator, publishing(week.plan))] * CLIENTS, seed)

    assert kinds(results) == {"PublishedPlan": 1, "StaleVersion": CLIENTS - 1}
    assert {lost.facts["current"] for lost in results if isinstance(lost, StaleVersion)} == {2}
    assert await balanced(crowd)


@pytest.mark.parametrize("seed", SEEDS)
async def test_of_many_plans_of_a_week_one_is_published(crowd, seed):
    week = await a_week(crowd)
    async with crowd.begin() as work:
        plans = [await add_plan(work.session, week) for _ in range(CLIENTS)]

    results = await at_once(crowd, [(week.operator, publishing(plan)) for plan in plans], seed)

    assert kinds(results) == {"PublishedPlan": 1, "WeekPlanned": CLIENTS - 1}
    [won] = [result.plan.id for result in results if not isinstance(result, WeekPlanned)]
    assert {lost.facts["published_plan_id"] for lost in results if isinstance(lost, WeekPlanned)} == {str(won)}
    assert await balanced(crowd)


async def publish_many_weeks(units: UnitsOfWork, seed: int) -> list[Any]:
    """Publish plans of many weeks that all want the last goods of the same offer."""
    week = await a_week(units, kitchens=1, cooperatives=1, items=2)
    async with units.begin() as work:
        weeks = [WEEK + timedelta(weeks=number) for number in range(1, CLIENTS + 1)]
        plans = [await add_plan(work.session, week, monday) for monday in weeks]
        [offer] = week.offers.values()
        await work.session.execute(sa.update(Offer).where(Offer.id == offer.id).values(offered_qty=LINE_QTY))
    return await at_once(units, [(week.operator, publishing(plan)) for plan in plans], seed)


@pytest.mark.parametrize("seed", SEEDS)
async def test_of_many_plans_that_want_the_same_goods_one_gets_them(crowd, seed):
    results = await publish_many_weeks(crowd, seed)

    assert kinds(results) == {"PublishedPlan": 1, "SupplyExhausted": CLIENTS - 1}
    left = {lost.facts["sources"][0]["left_qty"] for lost in results if isinstance(lost, SupplyExhausted)}
    assert left == {0}
    assert await balanced(crowd)


async def test_without_locks_some_plans_are_not_told_that_goods_are_gone(crowd, without_locks):
    assert set(kinds(await publish_many_weeks(crowd, seed=1))) - {"PublishedPlan", "SupplyExhausted"}


@pytest.mark.parametrize("seed", range(4))
async def test_an_offer_is_either_withdrawn_or_promised(crowd, seed):
    week = await a_week(crowd, kitchens=1, cooperatives=1, items=2)
    [offer] = week.offers.values()
    deeds = [
        (week.operator, publishing(week.plan)),
        (week.officer(), lambda work: withdraw_offer(work, WithdrawOffer(offer.id, 1))),
    ]
    if seed % 2:
        deeds.reverse()

    results = await at_once(crowd, deeds, seed)

    refused = [result for result in results if isinstance(result, DomainError)]
    assert len(refused) == 1, results
    assert isinstance(refused[0], SupplyExhausted | StaleVersion)
    assert await balanced(crowd)
    async with crowd.begin() as work:
        plan, now = await work.session.get_one(Plan, week.plan.id), await work.session.get_one(Offer, offer.id)
    assert (plan.status is PlanStatus.PUBLISHED) == (now.promised_qty == LINE_QTY)
