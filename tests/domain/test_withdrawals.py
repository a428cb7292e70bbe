"""What is taken off a line after its answer: lost goods fall, spared goods were never ordered, what left stays."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.deliveries import DeliveryLine, RestFate
from service.domain.errors import IllegalTransition, InvalidField
from service.domain.orders import OrderLineStatus, apply_answer, fallen_qty, live_qty
from service.domain.withdrawals import (
    Withdrawal,
    WithdrawalReason,
    free_qty,
    gone_qty,
    lose,
    require_valid,
    spare,
    surplus_of,
)
from tests.factories.orders import new_order, new_order_line

ORDER = new_order()
STEP = 1000


def a_line(ordered, accepted=None):
    line = new_order_line(ORDER, ordered_qty=ordered * STEP)
    if accepted is not None:
        apply_answer(line, accepted * STEP)
    return line


def noted(line, planned, shipped=None, rest=None):
    return DeliveryLine(
        id=uuid.uuid4(),
        delivery_id=uuid.uuid4(),
        position=1,
        order_line_id=line.id,
        item_code=line.item_code,
        planned_qty=planned,
        price_idr=line.price_idr,
        shipped_qty=shipped,
        rest_fate=rest,
    )


quantities = st.integers(1, 20).flatmap(
    lambda ordered: st.tuples(st.just(ordered), st.integers(1, ordered) | st.none())
)


@given(quantities, st.integers(1, 20))
def test_lost_goods_fall_and_the_order_keeps_its_size(quantity, lost):
    line = a_line(*quantity)
    held = live_qty(line)
    lost = min(lost * STEP, held)
    if line.status is OrderLineStatus.AWAITING_ANSWER:
        lost = held
    lose(line, lost)
    assert live_qty(line) == held - lost
    assert live_qty(line) + fallen_qty(line) == line.ordered_qty


@given(quantities, st.integers(1, 20))
def test_spared_goods_make_the_order_smaller_and_nothing_falls(quantity, spared):
    line = a_line(*quantity)
    held, fell = live_qty(line), fallen_qty(line)
    spared = min(spared * STEP, held)
    spare(line, spared)
    assert (live_qty(line), fallen_qty(line)) == (held - spared, fell)
    if line.status is not OrderLineStatus.CANCELLED and line.accepted_qty is not None:
        assert (line.accepted_qty < line.ordered_qty) == (line.status is not OrderLineStatus.ACCEPTED)


def test_a_line_that_holds_nothing_can_lose_nothing():
    line = a_line(4, 0)
    with pytest.raises(IllegalTransition):
        lose(line, 0 * STEP + 1)
    spared = a_line(4)
    spare(spared, 4 * STEP)
    assert spared.status is OrderLineStatus.CANCELLED
    with pytest.raises(IllegalTransition):
        spare(spared, 0)


def test_what_has_left_or_was_closed_cannot_be_withdrawn():
    line = a_line(10, 10)
    drops = [
        noted(line, 6000, shipped=4000, rest=RestFate.CARRIED),
        noted(line, 2000, shipped=1000, rest=RestFate.CLOSED),
        noted(line, 4000),
    ]
    assert gone_qty(drops) == 6000
    assert free_qty(line, drops) == 4000


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(0, 40))
def test_waiting_notes_are_lowered_to_what_the_line_holds(planned, lost):
    total = sum(planned)
    line = a_line(total, total)
    notes = [noted(line, qty * STEP) for qty in planned]
    lost = min(lost, total) * STEP
    if lost:
        lose(line, lost)
    lowered = surplus_of(line, notes)
    assert sum(lowered.values()) == lost
    assert all(qty <= one.planned_qty for one in notes for note_id, qty in lowered.items() if note_id == one.id)


def faults_of(*said, lines=(), drops=None):
    by_id = {line.id: line for line in lines}
    with pytest.raises(InvalidField) as refused:
        require_valid(said, by_id, step_qty={"RICE-M": STEP}, noted=drops or {})
    return [(fault.field, fault.code) for fault in refused.value.faults]


def test_every_fault_is_named_at_once():
    held, waiting = a_line(10, 10), a_line(3)
    drops = {held.id: [noted(held, 8000, shipped=8000)]}
    said = (
        Withdrawal(held.id, 3000, WithdrawalReason.SUSPENDED),
        Withdrawal(held.id, 1000, WithdrawalReason.OTHER),
        Withdrawal(waiting.id, 1000, WithdrawalReason.OTHER),
        Withdrawal(uuid.uuid4(), 1000, WithdrawalReason.OTHER),
    )
    assert faults_of(*said, lines=(held, waiting), drops=drops) == [
        ("withdrawals.0.withdrawn_qty", "out_of_range"),
        ("withdrawals.0.reason", "not_yours"),
        ("withdrawals.1.line_id", "duplicate"),
        ("withdrawals.2.line_id", "not_accepted"),
        ("withdrawals.3.line_id", "unknown_line"),
    ]
    assert faults_of(Withdrawal(held.id, 500, WithdrawalReason.OTHER), lines=(held,)) == [
        ("withdrawals.0.withdrawn_qty", "not_a_step")
    ]
    assert faults_of() == [("withdrawals", "missing")]
