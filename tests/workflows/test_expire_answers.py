"""Silence declines, once; a late answer is told what has become of its lines; reminders come while there is time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from service.database.queries.coverage import shortages_of_week
from service.database.queries.invariants import violations
from service.domain.answers import LineAnswer
from service.domain.audits import AuditEntry
from service.domain.errors import RespondByPassed
from service.domain.orders import DeclineReason, Order, OrderLine, OrderLineStatus, OrderStatus
from service.workflows.answer_order import AnsweredOrder, AnswerOrder, answer_order
from service.workflows.expire_answers import ExpireOrder, expire_answers, expire_order
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.remind_answers import RemindOrder, remind_answers, remind_order
from tests.factories.orders import accepting, taking
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import WEEK


async def sent_week(units, **size):
    """A published week: cooperative 0 has two kitchens, cooperative 1 one."""
    async with units.begin() as work:
        week = await add_planned_week(work.session, **{"kitchens": 3, "cooperatives": 2, "items": 2, **size})
    async with units.begin(actor=week.operator) as work:
        orders = (await publish_plan(work, PublishPlan(week.plan.id, 1))).orders
    return week, list(orders)


async def lines_of(units, order):
    async with units.begin() as work:
        query = sa.select(OrderLine).where(col(OrderLine.order_id) == order.id).order_by(col(OrderLine.position))
        return list(await work.session.scalars(query))


async def say(units, week, order, *answers, place=0):
    async with units.begin(actor=week.officer(place)) as work:
        return await answer_order(work, AnswerOrder(order.id, answers))


async def stored(units, order):
    async with units.begin() as work:
        return await work.session.get_one(Order, order.id)


async def books_balance(units):
    async with units.begin() as work:
        return await violations(work.session) == []


async def entries(units, action):
    async with units.begin() as work:
        return list(await work.session.scalars(sa.select(AuditEntry).where(col(AuditEntry.action) == action)))


async def test_what_nobody_answered_is_declined_once_and_answers_stand(units, clock):
    week, (first, second) = await sent_week(units)
    kept, less, *silent = await lines_of(units, first)
    await say(units, week, first, accepting(kept), taking(less, 10_000))
    await say(units, week, second, *map(accepting, await lines_of(units, second)), place=1)
    clock.now = first.respond_by_at

    assert set(await expire_answers(units)) == {line.id for line in silent}
    assert await expire_answers(units) == []

    after = await lines_of(units, first)
    assert [line.status for line in after] == ["accepted", "accepted_less", "declined", "declined"]
    assert [line.expired_at for line in after] == [None, None, clock.now, clock.now]
    assert (await stored(units, first)).status is OrderStatus.ANSWERED
    assert await books_balance(units)
    [entry] = await entries(units, "order.expired")
    assert [line["reason"] for line in entry.after["lines"]] == ["expired", "expired"]
    async with units.begin() as work:
        short = await shortages_of_week(work.session, kitchen_id=silent[0].kitchen_id, week_start=WEEK)
    assert {one.reasons[0]["code"] for one in short} == {"expired"}


async def test_nothing_expires_a_moment_too_early(units, clock):
    _, (first, _) = await sent_week(units)
    clock.now = first.respond_by_at - timedelta(microseconds=1)

    assert await expire_answers(units) == []


async def test_a_late_answer_is_told_what_became_of_the_line(units, clock):
    week, (first, _) = await sent_week(units)
    line, *_ = await lines_of(units, first)
    clock.now = first.respond_by_at
    with pytest.raises(RespondByPassed) as refusal:
        await say(units, week, first, accepting(line))
    assert refusal.value.facts["lines"][0]["fate"] == "waiting"

    await expire_answers(units)
    clock.now += timedelta(minutes=5)
    with pytest.raises(RespondByPassed, match="which waits for a repair") as refusal:
        await say(units, week, first, accepting(line))
    assert refusal.value.code == "respond_by_passed"
    assert refusal.value.facts["lines"] == [
        {
            "line_id": str(line.id),
            "status": "declined",
            "accepted_qty": 0,
            "expired_at": first.respond_by_at.isoformat(),
            "fate": "waiting_for_repair",
            "standby_name": None,
            "takers": [],
            "short_qty": line.ordered_qty,
        }
    ]


@pytest.mark.parametrize("answer_first", [True, False])
async def test_of_an_answer_in_the_last_moment_and_silence_one_wins(crowd, clock, answer_first):
    """Two sessions: whoever holds the order first wins, the other finds what was done."""
    week, (order, _) = await sent_week(crowd)
    lines = await lines_of(crowd, order)
    answers = tuple(LineAnswer(line.id, 0, DeclineReason.CLOSED) for line in lines)
    clock.now = order.respond_by_at
    is_held = asyncio.Event()

    async def answering():
        async with crowd.begin(actor=week.officer()) as work:
            in_time = replace(work, now=order.respond_by_at - timedelta(seconds=1))
            if not answer_first:
                await is_held.wait()
            done = await answer_order(in_time, AnswerOrder(order.id, answers))
            is_held.set()
            await asyncio.sleep(0.05)
            return done

    async def silence():
        async with crowd.begin() as work:
            if answer_first:
                await is_held.wait()
            done = await expire_order(work, ExpireOrder(order.id))
            is_held.set()
            await asyncio.sleep(0.05)
            return done

    said, expired = await asyncio.gather(answering(), silence(), return_exceptions=True)
    after = await lines_of(crowd, order)
    if answer_first:
        assert isinstance(said, AnsweredOrder)
        assert expired == []
        assert {line.expired_at for line in after} == {None}
    else:
        assert isinstance(said, RespondByPassed)
        assert {state["expired_at"] for state in said.facts["lines"]} == {order.respond_by_at.isoformat()}
        assert len(expired) == len(lines)
    assert {line.status for line in after} == {OrderLineStatus.DECLINED}
    assert await books_balance(crowd)


async def test_two_workers_expire_each_line_once(crowd, clock):
    _, orders = await sent_week(crowd)
    clock.now = max(order.respond_by_at for order in orders)

    found = await asyncio.gather(expire_answers(crowd), expire_answers(crowd))

    ids = [line_id for part in found for line_id in part]
    assert len(ids) == len(set(ids)) == 6
    assert len(await entries(crowd, "order.expired")) == 2
    assert await books_balance(crowd)


async def test_who_is_silent_is_reminded_once_while_there_is_time(units, clock):
    week, (first, second) = await sent_week(units)
    await say(units, week, second, *map(accepting, await lines_of(units, second)), place=1)
    assert first.remind_at == first.respond_by_at - timedelta(minutes=120)

    clock.now = first.remind_at - timedelta(seconds=1)
    assert await remind_answers(units) == []
    clock.now = first.remind_at
    assert await remind_answers(units) == [first.id]
    assert await remind_answers(units) == []

    [entry] = await entries(units, "order.reminded")
    assert (entry.entity_id, entry.after["waiting_lines"]) == (str(first.id), 4)


async def test_nobody_is_reminded_when_the_time_is_over(units, clock):
    _, (first, _) = await sent_week(units)
    clock.now = first.respond_by_at

    assert await remind_answers(units) == []


async def test_who_answers_since_the_look_is_not_reminded(units, clock):
    week, (first, _) = await sent_week(units)
    clock.now = first.remind_at
    await say(units, week, first, *map(accepting, await lines_of(units, first)))

    async with units.begin() as work:
        assert not await remind_order(work, RemindOrder(first.id))

    assert await entries(units, "order.reminded") == []
