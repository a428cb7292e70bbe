"""Orders in memory: what an answer does to a line and an order, and that nothing gets lost on the way."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import offers, stocks
from service.domain.answer_timers import is_to_remind
from service.domain.answers import (
    CAUSES,
    LineAnswer,
    missing_qty,
    require_valid,
    require_waiting,
)
from service.domain.errors import AlreadyAnswered, IllegalTransition, InvalidField, RespondByPassed
from service.domain.late_answers import require_in_time
from service.domain.offers import Offer, OfferStatus
from service.domain.orders import (
    Answer,
    DeclineReason,
    OrderLineStatus,
    OrderStatus,
    apply_answer,
    close_if_answered,
    is_answered,
    live_qty,
    require_reason,
    status_for,
)
from service.domain.plans import ShortageCause
from service.domain.stocks import Stock, StockStatus
from tests.factories.orders import RESPOND_BY_AT, SENT_AT, accepting, new_order, new_order_line, taking
from tests.factories.plans import WEEK

STEPS = {"RICE-M": 1000}


@pytest.mark.parametrize(
    ("accepted_qty", "status"),
    [
        (40_000, OrderLineStatus.ACCEPTED),
        (39_999, OrderLineStatus.ACCEPTED_LESS),
        (1, OrderLineStatus.ACCEPTED_LESS),
        (0, OrderLineStatus.DECLINED),
    ],
)
def test_the_accepted_quantity_decides_the_status(accepted_qty, status):
    assert status_for(ordered_qty=40_000, accepted_qty=accepted_qty) is status


@pytest.mark.parametrize("accepted_qty", [-1, 40_001])
def test_more_than_ordered_or_less_than_nothing_is_refused(accepted_qty):
    with pytest.raises(InvalidField, match="between 0 and 40000"):
        status_for(ordered_qty=40_000, accepted_qty=accepted_qty)


def test_less_needs_a_reason_and_all_needs_none():
    require_reason(ordered_qty=5, accepted_qty=5, reason=None)
    require_reason(ordered_qty=5, accepted_qty=4, reason=DeclineReason.OTHER)
    with pytest.raises(InvalidField, match="no_transport"):
        require_reason(ordered_qty=5, accepted_qty=4, reason=None)


def test_an_answer_comes_before_the_respond_by_time():
    order = new_order()

    assert require_in_time(order, RESPOND_BY_AT - timedelta(microseconds=1)) == order.plan_id
    with pytest.raises(RespondByPassed) as refusal:
        require_in_time(order, RESPOND_BY_AT)
    assert refusal.value.facts == {"respond_by_at": RESPOND_BY_AT.isoformat(), "lines": []}


def test_an_order_of_before_pasok_is_not_answered():
    with pytest.raises(RespondByPassed, match="before Pasok"):
        require_in_time(new_order(plan_id=None, respond_by_at=None), SENT_AT)


def test_an_answer_says_what_is_given_back_and_is_final():
    line = new_order_line(new_order())

    assert apply_answer(line, 30_000) == 10_000
    assert (line.status, line.accepted_qty) == (OrderLineStatus.ACCEPTED_LESS, 30_000)
    with pytest.raises(IllegalTransition):
        apply_answer(line, 40_000)


def test_an_order_is_answered_when_no_line_waits():
    order = new_order()
    lines = [new_order_line(order), new_order_line(order)]

    apply_answer(lines[0], 0)
    assert not close_if_answered(order, lines)
    assert order.status is OrderStatus.SENT
    apply_answer(lines[1], 40_000)
    assert close_if_answered(order, lines)
    assert order.status is OrderStatus.ANSWERED


@pytest.mark.parametrize(
    ("status", "accepted_qty", "held"),
    [
        (OrderLineStatus.AWAITING_ANSWER, None, 40_000),
        (OrderLineStatus.ACCEPTED, 40_000, 40_000),
        (OrderLineStatus.ACCEPTED_LESS, 5000, 5000),
        (OrderLineStatus.DECLINED, 0, 0),
        (OrderLineStatus.CANCELLED, 40_000, 0),
        (OrderLineStatus.CANCELLED, None, 0),
    ],
)
def test_a_line_holds_goods_until_they_are_given_back(status, accepted_qty, held):
    assert live_qty(new_order_line(new_order(), status=status, accepted_qty=accepted_qty)) == held


def test_only_waiting_lines_are_answered_and_each_settled_one_is_told():
    order = new_order()
    said, silent, waiting = (new_order_line(order) for _ in range(3))
    apply_answer(said, 0)
    apply_answer(silent, 0)
    answer = Answer(
        id=uuid.uuid4(),
        created_at=SENT_AT,
        order_line_id=said.id,
        accepted_qty=0,
        reason=DeclineReason.QUALITY,
        answered_by=uuid.uuid4(),
    )
    lines = {line.id: line for line in (said, silent, waiting)}

    require_waiting([accepting(waiting), LineAnswer(uuid.uuid4(), 1)], lines, {})
    with pytest.raises(AlreadyAnswered) as refusal:
        require_waiting([accepting(line) for line in lines.values()], lines, {said.id: answer})

    states = [(state["line_id"], state["reason"], state["answered_at"]) for state in refusal.value.facts["lines"]]
    assert states == [(str(said.id), "quality", SENT_AT.isoformat()), (str(silent.id), None, None)]


def test_a_quantity_off_the_step_is_taken_only_if_it_was_ordered_so():
    line = new_order_line(new_order(), ordered_qty=40_500)
    lines = {line.id: line}

    require_valid([accepting(line)], lines, STEPS)
    require_valid([taking(line, 40_000)], lines, STEPS)
    with pytest.raises(InvalidField) as refusal:
        require_valid([taking(line, 40_100)], lines, STEPS)
    assert [fault.code for fault in refusal.value.faults] == ["not_a_step"]


def test_a_substitute_that_is_given_back_leaves_short_what_it_covered():
    assert missing_qty(1001, covers_bp=8000) == 801
    assert missing_qty(1001, covers_bp=10_000) == 1001


def test_the_kitchen_is_told_a_cause_for_everything_given_back():
    assert {
        OrderLineStatus.ACCEPTED_LESS: ShortageCause.ACCEPTED_LESS,
        OrderLineStatus.DECLINED: ShortageCause.DECLINED,
    } == CAUSES


def an_offer(promised_qty: int) -> Offer:
    return Offer(
        id=uuid.uuid4(),
        created_at=SENT_AT,
        region_code="32.71",
        cooperative_id=uuid.uuid4(),
        item_code="RICE-M",
        status=OfferStatus.OPEN,
        offered_qty=promised_qty,
        promised_qty=promised_qty,
        price_idr=13_000,
        cash_bp=0,
        from_date=WEEK,
        to_date=WEEK,
    )


def a_stock(packs: int, pack_qty: int) -> Stock:
    return Stock(
        id=uuid.uuid4(),
        created_at=SENT_AT,
        region_code="32.71",
        wholesaler_id=uuid.uuid4(),
        item_code="RICE-M",
        status=StockStatus.OPEN,
        packs=packs,
        promised_packs=packs,
        pack_qty=pack_qty,
        price_idr=300_000,
        from_date=WEEK,
        to_date=WEEK,
    )


@st.composite
def answered_orders(draw):
    """Lines of 1 to 60 steps, and answers to some of them in any order, each between nothing and all."""
    steps = draw(st.lists(st.integers(1, 60), min_size=1, max_size=12))
    order = draw(st.permutations(range(len(steps))))
    answered = order[: draw(st.integers(0, len(steps)))]
    return steps, [(index, draw(st.integers(0, steps[index]))) for index in answered], draw(st.integers(1, 30_000))


@given(answered_orders())
def test_any_sequence_of_answers_keeps_the_books(case):
    """Ordered = accepted + released + waiting; the offer and the packs hold exactly what the lines hold."""
    steps, answers, pack_qty = case
    order = new_order()
    lines = [new_order_line(order, ordered_qty=1000 * count) for count in steps]
    ordered = sum(line.ordered_qty for line in lines)
    offer, reserved = an_offer(ordered), stocks.packs_for(ordered, pack_qty=pack_qty)
    stock, released = a_stock(reserved, pack_qty), 0

    for index, accepted_steps in answers:
        given_back = apply_answer(lines[index], 1000 * accepted_steps)
        offers.release(offer, given_back)
        kept = stocks.packs_for(sum(map(live_qty, lines)), pack_qty=pack_qty)
        stocks.release(stock, reserved - kept)
        reserved, released = kept, released + given_back

        waiting = sum(line.ordered_qty for line in lines if line.status is OrderLineStatus.AWAITING_ANSWER)
        accepted = sum(line.accepted_qty or 0 for line in lines)
        assert ordered == accepted + released + waiting
        assert offer.promised_qty == sum(map(live_qty, lines)) == accepted + waiting
        assert stock.promised_packs == reserved >= 0
        assert (reserved - 1) * pack_qty < offer.promised_qty <= reserved * pack_qty
        assert close_if_answered(order, lines) == (len(answers) == len(lines) and is_answered(lines))


def test_whoever_is_silent_is_reminded_once_and_in_time():
    order = new_order(remind_at=RESPOND_BY_AT - timedelta(hours=3))
    assert [is_to_remind(order, RESPOND_BY_AT - timedelta(hours=hours)) for hours in (4, 3, 0)] == [False, True, False]
    for changes in ({"reminded_at": SENT_AT}, {"status": OrderStatus.ANSWERED}, {"remind_at": None}):
        told = new_order(**{"remind_at": SENT_AT, **changes})
        assert not is_to_remind(told, RESPOND_BY_AT - timedelta(hours=1))
