"""An answer is taken back while nothing is built on it: everything is as if it had never been given."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.database.queries.deliveries import unnoted_order_ids
from service.database.queries.invariants import violations
from service.domain.errors import CannotUndo, NotFound
from service.domain.orders import Answer, Order, OrderLine, OrderLineStatus, OrderStatus
from service.domain.organisations import OrganisationStatus
from service.domain.people import Role
from service.domain.plans import Shortage
from service.domain.purchases import Purchase
from service.domain.withdrawals import Withdrawal, WithdrawalReason
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.move_fallen_lines import (
    MOVE_FALLEN_LINES,
    MoveFallenLines,
    move_fallen_lines,
    move_settled_lines,
)
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.undo_answers import UndoAnswers, undo_answers
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines
from service.workflows.withdraw_offer import WithdrawOffer, withdraw_offer
from tests.factories.orders import accepting, taking
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import new_policy
from tests.factories.recalls import new_recall

MINUTES = 5


class Sent:
    """The first cooperative's order in a city that lets answers be taken back for five minutes."""

    def __init__(self, work, week, order, lines):
        self.work, self.week, self.order, self.lines = work, week, order, lines

    def at(self, minutes, actor=None):
        now = self.work.now + timedelta(minutes=minutes)
        return replace(self.work, now=now, actor=actor or self.week.officer())

    async def answer(self, *answers, minutes=0):
        return await answer_order(self.at(minutes), AnswerOrder(self.order.id, answers))

    async def undo(self, minutes=1, actor=None):
        return await undo_answers(self.at(minutes, actor), UndoAnswers(self.order.id))

    async def refused(self, reason, minutes=1):
        with pytest.raises(CannotUndo) as refusal:
            await self.undo(minutes)
        assert refusal.value.facts["reason"] == reason


@pytest.fixture
async def sent(work, session):
    week = await add_planned_week(session, kitchens=3, cooperatives=2, items=2)
    session.add(new_policy(number=2, values={**new_policy().values, "undo_minutes": MINUTES}))
    await session.flush()
    done = await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    query = sa.select(OrderLine).where(OrderLine.order_id == done.orders[0].id).order_by(OrderLine.position)
    return Sent(work, week, done.orders[0], list(await session.scalars(query)))


async def books(session):
    """Return what of the goods is promised, short, answered and bought."""
    asked = ("SELECT sum(promised_qty) FROM offer", "SELECT sum(promised_packs) FROM stock",
             "SELECT sum(packs) FROM pack_reservation", "SELECT count(*) FROM shortage", "SELECT count(*) FROM answer",
             "SELECT count(*) FROM purchase")  # fmt: skip
    await session.flush()
    return [(await session.execute(sa.text(text))).scalar() for text in asked]


async def test_a_declined_line_waits_again_with_its_goods(session, sent):
    before = await books(session)
    await sent.answer(*(taking(line, 0) for line in sent.lines))
    assert sent.order.status is OrderStatus.ANSWERED
    assert await books(session) != before

    again = await sent.undo()

    assert {line.status for line in again} == {OrderLineStatus.AWAITING_ANSWER}
    assert sent.order.status is OrderStatus.SENT
    assert await books(session) == before
    assert await violations(session) == []
    done = await sent.answer(*(accepting(line) for line in sent.lines), minutes=2)
    assert done.order.status is OrderStatus.ANSWERED


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_whatever_was_answered_last_is_undone_and_nothing_else(session, sent, data):
    sizes = st.sampled_from([0, 1000, 5000, 15_000, None])
    first, later = (data.draw(st.lists(sizes, min_size=1, max_size=2)) for _ in range(2))
    count = len(first)
    await sent.answer(*(said(line, qty) for line, qty in zip(sent.lines, first, strict=False)))
    before = await books(session)
    await sent.answer(*(said(line, qty) for line, qty in zip(sent.lines[count:], later, strict=False)), minutes=1)
    assert len(await sent.undo(2)) == min(len(later), len(sent.lines) - count)
    assert await books(session) == before
    assert len(await sent.undo(3)) == count
    assert await violations(session) == []


def said(line, qty):
    return accepting(line) if qty is None or qty >= line.ordered_qty else taking(line, qty)


async def test_nothing_is_bought_or_noted_until_the_window_is_over(session, sent):
    await sent.answer(*(accepting(line) for line in sent.lines))
    prepare = PrepareDeliveries(sent.order.id)
    await prepare_deliveries(sent.at(MINUTES - 1), prepare)
    assert not list(await session.scalars(sa.select(Purchase)))

    await prepare_deliveries(sent.at(MINUTES), prepare)
    assert len(list(await session.scalars(sa.select(Purchase)))) == 1
    await sent.refused("window_over", MINUTES)


async def test_what_others_may_take_back_holds_nobody_up(session, sent):
    """In a city where somebody answers every few minutes nothing would ever be bought."""
    await sent.answer(*(accepting(line) for line in sent.lines))
    query = sa.select(OrderLine).join(Order, Order.id == OrderLine.order_id).where(Order.id != sent.order.id)
    other = (await session.scalars(query)).first()
    await answer_order(sent.at(MINUTES - 1, sent.week.officer(1)), AnswerOrder(other.order_id, (accepting(other),)))

    assert await unnoted_order_ids(session, sent.at(MINUTES).now) == [sent.order.id]
    await prepare_deliveries(sent.at(MINUTES), PrepareDeliveries(sent.order.id))
    assert len(list(await session.scalars(sa.select(Purchase)))) == 1


async def test_others_are_asked_when_the_window_is_over(session, sent):
    await sent.answer(taking(sent.lines[0], 0))
    query = sa.text("SELECT scheduled_at FROM procrastinate_jobs WHERE task_name = :name")
    job = (await session.execute(query, {"name": MOVE_FALLEN_LINES})).scalar_one()
    assert job == sent.work.now + timedelta(minutes=MINUTES)


async def test_what_is_declined_anew_is_not_moved_by_the_first_answers_job(sent):
    own = next(line for line in sent.lines if line.offer_id)
    command = MoveFallenLines(sent.order.id, (own.id,))
    await sent.answer(taking(own, 0))
    await sent.undo(1)
    await sent.answer(taking(own, 0), minutes=4)

    assert (await move_settled_lines(sent.at(MINUTES), command)).lines == ()
    assert len(await sent.undo(MINUTES + 1)) == 1
    await sent.answer(taking(own, 0), minutes=MINUTES + 2)
    assert len((await move_settled_lines(sent.at(2 * MINUTES + 2), command)).lines) == 1


async def test_what_is_given_back_after_it_was_accepted_is_asked_of_others_at_once(session, sent):
    """The answer cannot be taken back any more, so nothing is waited for."""
    own = next(line for line in sent.lines if line.offer_id)
    await sent.answer(accepting(own))
    await session.flush()
    withdrawal = Withdrawal(own.id, own.ordered_qty, WithdrawalReason.CROP_FAILED)
    await withdraw_lines(sent.at(2), WithdrawLines(sent.order.id, sent.order.version, (withdrawal,)))
    await sent.refused("changed", 3)

    moved = await move_settled_lines(sent.at(3), MoveFallenLines(sent.order.id, (own.id,)))

    assert [line.replaces_line_id for line in moved.lines] == [own.id]
    assert await violations(session) == []


async def test_what_the_operator_moved_by_hand_stays_moved(session, sent):
    own = next(line for line in sent.lines if line.offer_id)
    await sent.answer(taking(own, 0))
    moved = await move_fallen_lines(sent.at(1), MoveFallenLines(sent.order.id, (own.id,)))
    assert moved.lines
    await sent.refused("moved", 2)
    assert len(list(await session.scalars(sa.select(Shortage)))) == 1


async def test_goods_that_are_not_offered_any_more_cannot_be_held_again(session, sent):
    own = next(line for line in sent.lines if line.offer_id)
    offer = sent.week.offers[sent.week.cooperatives[0].id, own.item_code]
    await sent.answer(taking(own, 0))
    await withdraw_offer(sent.at(1), WithdrawOffer(offer.id, offer.version))
    async with session.begin_nested() as tried:
        await sent.refused("goods_gone", 2)
        await tried.rollback()
    assert len(list(await session.scalars(sa.select(Answer)))) == 1


async def test_goods_that_were_called_back_cannot_be_held_again(session, sent):
    bought = next(line for line in sent.lines if line.stock_id)
    await sent.answer(taking(bought, 0))
    officer = sent.week.users[Role.CITY_OPERATOR, sent.week.operator.organisation_id]
    session.add(new_recall(officer, lot_code=None, item_code=bought.item_code))
    await session.flush()
    await sent.refused("goods_gone", 2)


@pytest.mark.parametrize(("is_seller", "reason"), [(True, "goods_gone"), (False, "changed")])
async def test_nothing_is_promised_again_by_a_member_that_takes_no_part_any_more(session, sent, is_seller, reason):
    bought = next(line for line in sent.lines if line.stock_id)
    await sent.answer(taking(bought, 0))
    member = sent.week.wholesaler if is_seller else sent.week.cooperatives[0]
    member.status = OrganisationStatus.SUSPENDED
    await session.flush()
    await sent.refused(reason, 2)


async def test_an_order_of_somebody_else_is_missing_and_an_unanswered_one_has_nothing_to_undo(sent):
    with pytest.raises(NotFound):
        await sent.undo(actor=sent.week.officer(1))
    await sent.refused("window_over")


async def test_where_the_policy_gives_no_time_an_answer_is_final(work, session):
    week = await add_planned_week(session, kitchens=1, cooperatives=1, items=1)
    done = await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    line = (await session.scalars(sa.select(OrderLine))).first()
    sent = Sent(work, week, done.orders[0], [line])
    await sent.answer(accepting(line))
    await sent.refused("window_over", 0)
