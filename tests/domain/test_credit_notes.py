"""Credits: the parts of a line add up to its value, never more than was taken, and only in time."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.credit_notes import (
    LateReject,
    TakenLine,
    credit_note_number,
    credited_idr,
    rejected_until,
    require_valid,
    require_worth,
)
from service.domain.errors import InvalidField
from service.domain.invoices import InvoiceLine, InvoiceStatus, apply_credit, apply_payment, open_idr, refundable_idr
from service.domain.items import ColdChain
from service.domain.ledgers import Movement, credit, is_balanced, payment, repayment, sale
from service.domain.policies import values_of
from service.domain.receipts import RejectReason
from service.domain.units import value_idr
from tests.factories.deliveries import LEFT_AT, new_delivery, new_invoice, new_receipt
from tests.factories.items import new_item
from tests.factories.orders import new_order, new_order_line
from tests.factories.plans import new_policy

ORDER = new_order()
SPOILED = RejectReason.SPOILED
POLICY = values_of(new_policy())
"""Published before it said how long goods can be rejected: three days, goods that keep fourteen."""


def taken(qty, price_idr=13_337, credited=0, **item):
    item = new_item("RICE-M", **item)
    line = InvoiceLine(
        id=uuid.uuid4(),
        invoice_id=uuid.uuid4(),
        position=1,
        receipt_line_id=uuid.uuid4(),
        item_code=item.code,
        qty=qty,
        price_idr=price_idr,
        value_idr=value_idr(qty=qty, price_idr=price_idr, unit=item.unit),
    )
    return TakenLine(line, item, credited)


@given(st.integers(1, 10**6), st.integers(1, 10**5), st.lists(st.integers(1, 10**5), max_size=6))
def test_credits_of_all_parts_add_up_to_the_lines_value(qty, price_idr, parts):
    line, given_back, value = taken(qty, price_idr), 0, 0
    for wanted in [*parts, qty]:
        now = TakenLine(line.line, line.item, given_back)
        part = min(wanted, now.left_qty)
        if part:
            value += credited_idr(now, part)
            given_back += part
    assert (given_back, value) == (qty, line.line.value_idr)


moves = st.lists(st.tuples(st.sampled_from(["pay", "credit", "back"]), st.integers(1, 600_000)), max_size=12)


@given(moves)
def test_whatever_is_paid_credited_and_given_back_the_status_says_what_is_owed(steps):
    line = new_order_line(ORDER)
    invoice = new_invoice(new_receipt(new_delivery(ORDER, line)))
    for kind, amount in steps:
        if kind == "pay" and open_idr(invoice):
            apply_payment(invoice, min(amount, open_idr(invoice)))
        elif kind == "credit" and invoice.total_idr > invoice.credited_idr:
            apply_credit(invoice, min(amount, invoice.total_idr - invoice.credited_idr))
        elif kind == "back" and refundable_idr(invoice):
            apply_payment(invoice, -min(amount, refundable_idr(invoice)))
        owed = invoice.total_idr - invoice.credited_idr - invoice.paid_idr
        assert (open_idr(invoice), refundable_idr(invoice)) == (max(0, owed), max(0, -owed))
        expected = InvoiceStatus.PAID if owed <= 0 else InvoiceStatus.PARTLY_PAID if invoice.paid_idr else "issued"
        assert invoice.status == expected


def test_a_sale_and_its_credit_leave_nothing_in_any_book():
    movement = Movement(uuid.uuid4(), uuid.uuid4(), 520_000)
    for there, back in ((sale, credit), (payment, repayment)):
        bookings = [*there(movement), *back(movement)]
        assert is_balanced(back(movement))
        for booking in bookings:
            same = [one.amount_idr for one in bookings if (one.organisation_id, one.account) == booking_key(booking)]
            assert sum(same) == 0


def booking_key(booking):
    return booking.organisation_id, booking.account


def test_goods_that_keep_can_be_rejected_longer():
    fresh, keeping = taken(5, cold_chain=ColdChain.CHILLED), taken(5, shelf_life_days=180)
    assert rejected_until(fresh.item, LEFT_AT, POLICY) - LEFT_AT == timedelta(days=3)
    assert rejected_until(keeping.item, LEFT_AT, POLICY) - LEFT_AT == timedelta(days=14)
    patient = POLICY.model_copy(update={"late_reject_days": 5, "late_reject_keeping_days": 30})
    assert rejected_until(fresh.item, LEFT_AT, patient) - LEFT_AT == timedelta(days=5)
    assert rejected_until(keeping.item, LEFT_AT, patient) - LEFT_AT == timedelta(days=30)


def test_every_fault_is_named_at_once():
    fresh, done = taken(5_000, cold_chain=ColdChain.CHILLED), taken(5_000, credited=5_000, shelf_life_days=180)
    lines = {one.line.receipt_line_id: one for one in (fresh, done)}
    said = [
        LateReject(fresh.line.receipt_line_id, 1, SPOILED),
        LateReject(done.line.receipt_line_id, 1, SPOILED),
        LateReject(done.line.receipt_line_id, 1, SPOILED),
        LateReject(uuid.uuid4(), 1, SPOILED),
    ]
    with pytest.raises(InvalidField) as refused:
        require_valid(said, lines, policy=POLICY, signed_at=LEFT_AT, now=LEFT_AT + timedelta(days=4))
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("lines.0.receipt_line_id", "too_late"),
        ("lines.1.qty", "out_of_range"),
        ("lines.2.receipt_line_id", "duplicate"),
        ("lines.3.receipt_line_id", "unknown_line"),
    ]
    assert credit_note_number(cooperative_code="C1", year=2026, sequence=3) == "NK/C1/2026/00003"


def test_a_credit_names_a_line_that_is_worth_something():
    with pytest.raises(InvalidField) as refused:
        require_valid([], {}, policy=POLICY, signed_at=LEFT_AT, now=LEFT_AT)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("lines", "missing")]
    require_worth(1)
    with pytest.raises(InvalidField):
        require_worth(0)
