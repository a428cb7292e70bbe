"""A counter-price is asked for a line that waits, above what the order pays and within the lawful limit."""

import uuid

import pytest

from service.domain.errors import InvalidField
from service.domain.orders import OrderLineStatus
from service.domain.price_proposals import Proposal, require_valid
from tests.factories.orders import new_order, new_order_line

ORDER = new_order()
LINES = [new_order_line(ORDER, price_idr=13_000) for _ in range(3)]
ANSWERED = new_order_line(ORDER, status=OrderLineStatus.ACCEPTED)
LIMITS_IDR = {LINES[1].id: 14_000}


def faults_of(*said):
    with pytest.raises(InvalidField) as refused:
        require_valid(said, {line.id: line for line in (*LINES, ANSWERED)}, LIMITS_IDR)
    return [(fault.field, fault.code) for fault in refused.value.faults]


def test_a_price_up_to_the_limit_may_be_asked_and_any_where_none_is_known():
    said = [Proposal(LINES[0].id, 13_001), Proposal(LINES[1].id, 14_000), Proposal(LINES[2].id, 10**6)]
    require_valid(said, {line.id: line for line in LINES}, LIMITS_IDR)


def test_every_fault_is_named_at_once():
    assert faults_of() == [("proposals", "missing")]
    said = [
        Proposal(LINES[0].id, 13_000),
        Proposal(LINES[1].id, 14_001),
        Proposal(LINES[1].id, 13_500),
        Proposal(uuid.uuid4(), 13_500),
        Proposal(ANSWERED.id, 13_500),
    ]
    assert faults_of(*said) == [
        ("proposals.0.price_idr", "not_more"),
        ("proposals.1.price_idr", "price_above_cap"),
        ("proposals.2.line_id", "duplicate"),
        ("proposals.3.line_id", "unknown_line"),
        ("proposals.4.line_id", "not_waiting"),
    ]
