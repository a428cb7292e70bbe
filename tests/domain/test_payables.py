"""Packs are owed for once all lines are answered, and paid in parts, never beyond."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import AlreadyReversed, InvalidField
from service.domain.organisations import OrganisationKind
from service.domain.payables import (
    apply_payment,
    due_on,
    is_overdue,
    is_to_chase,
    open_idr,
    owe,
    require_payable,
    require_reversible,
)
from service.domain.people import Role
from service.domain.purchases import CutReason, PurchaseStatus, close_if_answered, confirm
from tests.factories.orders import new_order
from tests.factories.organisations import new_organisation
from tests.factories.people import new_user
from tests.factories.plans import new_stock
from tests.factories.purchases import new_purchase, new_purchase_line, new_purchase_payment

TODAY = date(2026, 11, 28)


def a_purchase(packs=(2,), **changes):
    purchase = new_purchase(new_order(), uuid.uuid4(), **changes)
    stock = new_stock(new_organisation(OrganisationKind.WHOLESALER))
    return purchase, [new_purchase_line(purchase, stock, ordered_packs=count) for count in packs]


def owed_purchase(total_idr=1_000_000):
    return a_purchase(status=PurchaseStatus.ANSWERED, total_idr=total_idr, owed_on=TODAY)[0]


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), min_size=1, max_size=6))
def test_what_is_owed_is_what_was_confirmed_and_only_once_nothing_waits(answers):
    purchase, lines = a_purchase([ordered for ordered, _ in answers])
    for line, (ordered, said) in zip(lines, answers, strict=True):
        assert owe(purchase, lines, TODAY) == purchase.total_idr == 0
        packs = min(said, ordered)
        confirm(line, packs, None if packs == ordered else CutReason.DAMAGED)
        close_if_answered(purchase, lines)
    total = owe(purchase, lines, TODAY)
    assert total == purchase.total_idr == sum(line.confirmed_packs * line.price_idr for line in lines)
    assert purchase.owed_on == (TODAY if total else None)
    assert owe(purchase, lines, TODAY + timedelta(days=1)) == 0, "booked once"


@given(st.lists(st.integers(-5, 400_000), max_size=8))
def test_paid_in_parts_never_more_than_is_owed(amounts):
    purchase = owed_purchase()
    for amount in amounts:
        is_right = 0 < amount <= open_idr(purchase)
        try:
            require_payable(purchase, amount_idr=amount, paid_on=TODAY, today=TODAY)
        except InvalidField:
            assert not is_right
        else:
            assert is_right
            apply_payment(purchase, amount)
    assert 0 <= open_idr(purchase) <= purchase.total_idr


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=1)])
def test_a_payment_lies_between_the_last_answer_and_today(day):
    with pytest.raises(InvalidField, match="A day from"):
        require_payable(owed_purchase(), amount_idr=1, paid_on=day, today=TODAY)


def test_before_all_is_answered_nothing_can_be_paid():
    purchase, _ = a_purchase()
    assert due_on(purchase) is None
    with pytest.raises(InvalidField, match="Nothing is owed"):
        require_payable(purchase, amount_idr=1, paid_on=TODAY, today=TODAY)
    assert due_on(owed_purchase()) == TODAY + timedelta(days=14)


@given(st.integers(0, 90), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_the_last_day_to_pay_follows_from_the_days_that_the_purchase_was_sent_under(due_days, owed_on):
    purchase, _ = a_purchase(status=PurchaseStatus.ANSWERED, total_idr=9, owed_on=owed_on, due_days=due_days)
    last = owed_on + timedelta(days=due_days)
    assert due_on(purchase) == last
    assert [is_overdue(purchase, last + timedelta(days=more)) for more in (0, 1)] == [False, True]


def test_a_payment_is_taken_back_once():
    officer = new_user(new_organisation(OrganisationKind.COOPERATIVE), Role.COOP_OFFICER)
    paid = new_purchase_payment(owed_purchase(), officer)
    require_reversible(paid, is_reversed=False)
    with pytest.raises(AlreadyReversed):
        require_reversible(paid, is_reversed=True)


def test_money_is_late_from_the_day_after_the_last_day_and_told_of_once():
    purchase = owed_purchase()
    last = due_on(purchase)
    assert not is_overdue(purchase, last)
    assert is_to_chase(purchase, last + timedelta(days=1))
    purchase.overdue_told_at = purchase.created_at
    assert is_overdue(purchase, last + timedelta(days=1))
    assert not is_to_chase(purchase, last + timedelta(days=1))
    purchase.paid_idr = purchase.total_idr
    assert not is_overdue(purchase, last + timedelta(days=1))


@given(st.integers(0, 1_000_000), st.integers(-1_000_000, 1_000_000))
def test_what_was_told_of_lateness_is_over_only_once_nothing_is_owed(paid, amount):
    purchase = owed_purchase(total_idr=1_000_000)
    purchase.paid_idr = paid
    purchase.overdue_told_at = datetime(2026, 12, 20, tzinfo=UTC)
    apply_payment(purchase, amount)
    assert purchase.paid_idr == paid + amount
    was_settled = 1_000_000 in {paid, paid + amount}
    assert (purchase.overdue_told_at is None) == was_settled
