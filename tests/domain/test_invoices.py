"""Invoices are paid in parts and never beyond; books balance whatever is sold and paid."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidField
from service.domain.invoices import (
    InvoiceStatus,
    apply_payment,
    due_on,
    invoice_number,
    is_overdue,
    open_idr,
    require_payable,
    require_refundable,
)
from service.domain.ledgers import Account, Movement, is_balanced, payment, sale
from tests.factories.deliveries import new_delivery, new_invoice, new_receipt
from tests.factories.orders import new_order, new_order_line

ISSUED_ON, TODAY = date(2026, 11, 29), date(2026, 12, 4)


def an_invoice(**changes):
    order = new_order()
    return new_invoice(new_receipt(new_delivery(order, new_order_line(order))), **changes)


def test_a_number_names_cooperative_year_and_sequence():
    assert invoice_number(cooperative_code="C32", year=2026, sequence=17) == "INV/C32/2026/00017"


def test_it_is_late_from_the_day_after_the_last_day_to_pay():
    invoice = an_invoice(due_on=due_on(ISSUED_ON, 14))
    assert invoice.due_on == date(2026, 12, 13)
    assert not is_overdue(invoice, invoice.due_on)
    assert is_overdue(invoice, invoice.due_on + timedelta(days=1))
    apply_payment(invoice, open_idr(invoice))
    assert not is_overdue(invoice, date(2027, 1, 1))


@pytest.mark.parametrize("amount", [0, -1, 520_001])
def test_no_more_than_is_owed_can_be_paid(amount):
    with pytest.raises(InvalidField, match="Between 1 and 520000"):
        require_payable(an_invoice(), amount_idr=amount, paid_on=TODAY, today=TODAY)


@pytest.mark.parametrize("day", [ISSUED_ON - timedelta(days=1), TODAY + timedelta(days=1)])
def test_a_payment_lies_between_the_invoice_and_today(day):
    with pytest.raises(InvalidField, match="A day from 2026-11-29 to 2026-12-04"):
        require_payable(an_invoice(), amount_idr=1, paid_on=day, today=TODAY)


def test_a_paid_invoice_takes_no_more():
    invoice = an_invoice()
    apply_payment(invoice, 520_000)
    with pytest.raises(InvalidField, match="nothing is owed"):
        require_payable(invoice, amount_idr=1, paid_on=TODAY, today=TODAY)


@given(st.lists(st.integers(1, 200_000), max_size=8))
def test_paid_in_parts_the_status_follows_the_sum_and_every_book_balances(amounts):
    """The seller's receivable and the buyer's payable are what is open, whatever was paid."""
    invoice = an_invoice()
    seller, buyer = uuid.uuid4(), uuid.uuid4()
    booked = list(sale(Movement(seller, buyer, invoice.total_idr)))
    for amount in amounts:
        try:
            require_payable(invoice, amount_idr=amount, paid_on=TODAY, today=TODAY)
        except InvalidField:
            assert amount > open_idr(invoice)
            continue
        apply_payment(invoice, amount)
        booked += payment(Movement(seller, buyer, amount))
    expected = {0: InvoiceStatus.ISSUED, invoice.total_idr: InvoiceStatus.PAID}
    assert invoice.status is expected.get(invoice.paid_idr, InvoiceStatus.PARTLY_PAID)
    assert is_balanced(booked)

    def balance(book, account):
        return sum(each.amount_idr for each in booked if (each.organisation_id, each.account) == (book, account))

    assert balance(seller, Account.RECEIVABLE) == -balance(buyer, Account.PAYABLE) == open_idr(invoice)
    assert balance(seller, Account.BANK) == -balance(buyer, Account.BANK) == invoice.paid_idr
    assert -balance(seller, Account.SALES) == balance(buyer, Account.PURCHASES) == invoice.total_idr


def test_money_is_given_back_between_the_invoice_and_today():
    invoice = an_invoice(paid_idr=520_000, credited_idr=20_000)
    for day in (ISSUED_ON, TODAY):
        require_refundable(invoice, amount_idr=20_000, paid_on=day, today=TODAY)
    for day in (ISSUED_ON - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(InvalidField) as refused:
            require_refundable(invoice, amount_idr=20_000, paid_on=day, today=TODAY)
        assert [fault.field for fault in refused.value.faults] == ["paid_on"]
