"""A cooperative answers its lines; what it gives back is short at once and free for others."""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.database.queries.coverage import by_day, coverage_of, shortages_of_week
from service.database.queries.invariants import violations
from service.database.unit_of_work import UnitOfWork
from service.domain.answers import LineAnswer
from service.domain.audits import AuditEntry
from service.domain.errors import (
    AlreadyAnswered,
    InvalidField,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    RespondByPassed,
    StaleVersion,
)
from service.domain.events import Event, EventType
from service.domain.items import Substitution
from service.domain.orders import DeclineReason, Order, OrderLine, OrderLineStatus, OrderStatus, PackReservation
from service.domain.permissions import Actor
from service.domain.plans import ShortageCause
from service.workflows.answer_order import AnsweredOrder, AnswerOrder, answer_order
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.orders import accepting, taking
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import LINE_QTY, WEEK


@dataclass
class SentOrder:
    """The order of the week's first cooperative: rice in packs for two kitchens, then its own goods."""

    week: PlannedWeek
    order: Order
    lines: list[OrderLine]

    async def answered(
        self, work: UnitOfWork, *answers: LineAnswer, actor: Actor | None = None, expected: int | None = None
    ) -> AnsweredOrder:
        by = replace(work, actor=actor or self.week.officer())
        return await answer_order(by, AnswerOrder(self.order.id, answers, expected))


@pytest.fixture
async def sent(work: UnitOfWork, session: AsyncSession) -> SentOrder:
    week = await add_planned_week(session, kitchens=3, cooperatives=2, items=2)
    done = await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    order = done.orders[0]
    query = sa.select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
    return SentOrder(week, order, list(await session.scalars(query)))


async def test_all_lines_accepted_answer_the_order(work, session, sent):
    done = await sent.answered(work, *(accepting(line) for line in sent.lines))

    assert done.order.status is OrderStatus.ANSWERED
    assert {line.status for line in done.lines} == {OrderLineStatus.ACCEPTED}
    assert {line.accepted_qty for line in done.lines} == {LINE_QTY}
    assert done.shortages == []
    assert await violations(session) == []


async def test_some_lines_now_and_the_rest_later(work, session, sent):
    first, *rest = sent.lines
    done = await sent.answered(work, accepting(first))
    assert (done.order.status, done.order.version) == (OrderStatus.SENT, 2)

    done = await sent.answered(work, *(accepting(line) for line in rest))
    assert (done.order.status, done.order.version) == (OrderStatus.ANSWERED, 3)
    assert await violations(session) == []


async def test_what_is_not_taken_of_an_own_offer_is_free_again(work, session, sent):
    offer = sent.week.offers[sent.week.cooperatives[0].id, "ITEM-01"]
    _, own, _, other = sent.lines

    await sent.answered(work, taking(own, 15_000), taking(other, 0))

    assert offer.promised_qty == 15_000
    assert await violations(session) == []


async def test_packs_that_no_line_needs_are_free_again(work, session, sent):
    bought, _, other, _ = sent.lines  # 40 kg each, together 4 packs of 25 kg
    stock = sent.week.stocks["ITEM-00"]

    await sent.answered(work, taking(bought, 35_000))
    assert stock.promised_packs == 3 + 2  # 75 kg; the other cooperative's 40 kg

    await sent.answered(work, taking(other, 0))
    assert stock.promised_packs == 2 + 2  # 35 kg
    packs = sa.select(PackReservation.packs).where(PackReservation.order_id == sent.order.id)
    assert await session.scalar(packs) == 2
    assert await violations(session) == []


async def test_the_kitchen_sees_at_once_what_is_short_and_why(work, session, sent):
    less, none = sent.lines[0], sent.lines[1]
    await sent.answered(work, taking(less, 30_000, DeclineReason.NO_CASH), taking(none, 0, DeclineReason.NO_TRANSPORT))

    shortages = await shortages_of_week(session, kitchen_id=less.kitchen_id, week_start=WEEK)
    assert [(one.item_code, one.cause, one.short_qty, one.reasons[0]["code"]) for one in shortages] == [
        ("ITEM-00", ShortageCause.ACCEPTED_LESS, 10_000, "no_cash"),
        ("ITEM-01", ShortageCause.DECLINED, 40_000, "no_transport"),
    ]
    assert {one.order_line_id for one in shortages} == {less.id, none.id}


async def test_the_kitchens_coverage_adds_up(work, session, sent):
    line = sent.lines[0]
    await sent.answered(work, taking(line, 30_000))

    first, second = await coverage_of(session, kitchen_id=line.kitchen_id, week_start=WEEK)
    assert (first.demanded_qty, first.ordered_qty, first.accepted_qty, first.awaiting_qty, first.short_qty) == (
        40_000,
        40_000,
        30_000,
        0,
        10_000,
    )
    assert (second.accepted_qty, second.awaiting_qty, second.short_qty) == (0, 40_000, 0)
    [day] = by_day([first, second])
    assert (day.lines, day.short_lines, day.demanded_g, day.accepted_g, day.awaiting_g, day.short_g) == (
        2,
        1,
        80_000,
        30_000,
        40_000,
        10_000,
    )


async def test_a_declined_substitute_is_short_in_the_item_that_was_asked_for(work, session, sent):
    line = sent.lines[0]
    session.add(Substitution(item_code="ITEM-00", substitute_code="ITEM-01", covers_bp=8000, penalty_idr=0))
    line.item_code = "ITEM-01"
    await session.flush()

    done = await sent.answered(work, taking(line, 0))

    [shortage] = done.shortages
    assert (shortage.item_code, shortage.short_qty) == ("ITEM-00", 32_000)
    first, _ = await coverage_of(session, kitchen_id=line.kitchen_id, week_start=WEEK)
    assert (first.item_code, first.ordered_qty, first.accepted_qty, first.short_qty) == ("ITEM-00", 32_000, 0, 40_000)
    assert await violations(session) == []


async def test_a_line_is_answered_once_and_the_refusal_shows_its_state(work, sent):
    line = sent.lines[0]
    await sent.answered(work, taking(line, 30_000, DeclineReason.NO_CASH))

    with pytest.raises(AlreadyAnswered) as refusal:
        await sent.answered(work, accepting(line), accepting(sent.lines[1]))

    [state] = refusal.value.facts["lines"]
    assert state == {
        "line_id": str(line.id),
        "status": "accepted_less",
        "ordered_qty": 40_000,
        "accepted_qty": 30_000,
        "reason": "no_cash",
        "answered_at": work.now.isoformat(),
        "answered_by": str(sent.week.officer().user_id),
    }
    assert sent.lines[1].status is OrderLineStatus.AWAITING_ANSWER


async def test_after_the_respond_by_time_nothing_is_taken(work, sent):
    late = replace(work, now=sent.order.respond_by_at)

    with pytest.raises(RespondByPassed) as refusal:
        await sent.answered(late, accepting(sent.lines[0]))

    assert refusal.value.facts["respond_by_at"] == sent.order.respond_by_at.isoformat()
    in_time = replace(work, now=sent.order.respond_by_at - timedelta(seconds=1))
    await sent.answered(in_time, accepting(sent.lines[0]))
    assert sent.lines[0].status is OrderLineStatus.ACCEPTED


async def test_every_fault_of_every_line_is_named_at_once(work, sent):
    first, second, third, fourth = sent.lines
    answers = (
        taking(first, 50_000),
        LineAnswer(second.id, 10_500),
        accepting(third),
        accepting(third),
        LineAnswer(uuid.uuid4(), 1),
        LineAnswer(fourth.id, fourth.ordered_qty, DeclineReason.CLOSED, "x" * 401),
    )

    with pytest.raises(InvalidField) as refusal:
        await sent.answered(work, *answers)

    assert [(fault.field, fault.code) for fault in refusal.value.faults] == [
        ("answers.0.accepted_qty", "out_of_range"),
        ("answers.1.reason", "missing"),
        ("answers.1.accepted_qty", "not_a_step"),
        ("answers.3.line_id", "duplicate"),
        ("answers.4.line_id", "unknown_line"),
        ("answers.5.reason", "unexpected"),
        ("answers.5.remark", "too_long"),
    ]
    assert {line.status for line in sent.lines} == {OrderLineStatus.AWAITING_ANSWER}


async def test_an_answer_to_nothing_is_refused(work, sent):
    with pytest.raises(InvalidField) as refusal:
        await sent.answered(work)

    assert [(fault.field, fault.code) for fault in refusal.value.faults] == [("answers", "missing")]


async def test_an_expected_version_guards_against_any_change(work, sent):
    await sent.answered(work, accepting(sent.lines[0]), expected=1)

    with pytest.raises(StaleVersion) as refusal:
        await sent.answered(work, accepting(sent.lines[1]), expected=1)

    assert refusal.value.facts["current"] == 2


async def test_another_cooperatives_order_looks_like_none(work, sent):
    with pytest.raises(NotFound):
        await sent.answered(work, accepting(sent.lines[0]), actor=sent.week.officer(1))
    with pytest.raises(NotFound):
        await answer_order(replace(work, actor=sent.week.officer()), AnswerOrder(uuid.uuid4(), ()))
    with pytest.raises(NotPermitted):
        await sent.answered(work, accepting(sent.lines[0]), actor=sent.week.head())
    with pytest.raises(NotAuthenticated):
        await answer_order(replace(work, actor=None), AnswerOrder(sent.order.id, ()))


async def test_the_audit_trail_says_who_said_what(work, session, sent):
    await sent.answered(work, taking(sent.lines[0], 0, DeclineReason.QUALITY))
    await session.flush()

    [entry] = await session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "order.answered"))
    assert (entry.actor_user_id, entry.entity_id) == (sent.week.officer().user_id, str(sent.order.id))
    assert entry.before["lines"] == [{"line_id": str(sent.lines[0].id), "status": "awaiting_answer"}]
    assert entry.after["lines"] == [
        {"line_id": str(sent.lines[0].id), "status": "declined", "accepted_qty": 0, "reason": "quality"}
    ]


async def test_no_kitchen_hears_what_was_said_to_the_lines_of_another(work, session, sent):
    """All kitchens of an order hear of it, each in the same words."""
    await sent.answered(work, *(taking(line, 0, DeclineReason.QUALITY) for line in sent.lines))
    await session.flush()

    [event] = await session.scalars(sa.select(Event).where(Event.type == EventType.ORDER_ANSWERED))
    assert event.facts == {"number": sent.order.number, "status": "answered", "count": len(sent.lines)}


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("offer_promised", "UPDATE offer SET promised_qty = promised_qty - 1"),
        ("stock_promised", "UPDATE stock SET promised_packs = promised_packs + 1"),
        ("packs_needed", "UPDATE pack_reservation SET packs = packs + 1"),
        ("line_accounted", "UPDATE answer SET accepted_qty = accepted_qty + 1"),
        ("released_is_short", "DELETE FROM shortage"),
        ("order_status", "UPDATE purchase_order SET status = 'answered'"),
    ],
)
async def test_broken_books_are_found(work, session, sent, rule, damage):
    await sent.answered(work, accepting(sent.lines[0]), taking(sent.lines[1], 0))
    assert await violations(session) == []

    await session.execute(sa.text(damage))

    assert rule in {found.rule for found in await violations(session)}
