"""Packs are bought to the minimum where that pays, answered once, and what is cut falls fairly."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import IllegalTransition, InvalidField
from service.domain.orders import OrderLineStatus, live_qty
from service.domain.organisations import OrganisationKind
from service.domain.pack_cuts import falling_qty, leftover_qty, needed_of_stocks
from service.domain.purchases import (
    CutReason,
    PackAnswer,
    PurchaseLineStatus,
    Wanted,
    confirm,
    lacking_idr,
    reach_minimum,
    require_open,
    require_valid,
)
from service.domain.stocks import packs_for
from service.domain.withdrawals import lose
from tests.factories.orders import NEEDED_DATE, RESPOND_BY_AT, SENT_AT, new_order, new_order_line
from tests.factories.organisations import new_organisation
from tests.factories.plans import new_stock
from tests.factories.purchases import new_purchase, new_purchase_line

STOCK = new_stock(new_organisation(OrganisationKind.WHOLESALER))
ORDER = new_order()


def accepted(qty, day=0):
    return new_order_line(
        ORDER,
        stock_id=STOCK.id,
        ordered_qty=qty,
        accepted_qty=qty,
        status=OrderLineStatus.ACCEPTED,
        needed_date=NEEDED_DATE + timedelta(days=day),
    )


def bought(**changes):
    return new_purchase_line(new_purchase(ORDER, STOCK.wholesaler_id), STOCK, **changes)


def test_what_reaches_the_minimum_with_all_that_was_bought_lacks_nothing_and_buys_nothing_more():
    wanted = [Wanted(uuid.uuid4(), 2, 500, 9)]
    assert [lacking_idr(wanted, min_order_idr=1_200, bought_idr=bought) for bought in (0, 150, 200, 900)] == [
        200,
        50,
        0,
        0,
    ]
    assert reach_minimum(wanted, lacking_idr=0, free_idr=9_000) == ({}, 0)


def test_the_cheapest_way_to_the_minimum_is_bought_as_leftover():
    dear, cheap = Wanted(uuid.uuid4(), 1, 700, 9), Wanted(uuid.uuid4(), 1, 300, 9)
    assert reach_minimum([dear, cheap], lacking_idr=250, free_idr=300) == ({cheap.stock_id: 1}, 0)


@pytest.mark.parametrize(("packs", "spare", "free_idr"), [(9, 8, 900), (8, 9, 900), (9, 9, 899)])
def test_where_more_cannot_be_had_or_paid_or_costs_more_than_the_purchase_the_missing_money_is_told(
    packs, spare, free_idr
):
    assert reach_minimum([Wanted(uuid.uuid4(), packs, 100, spare)], lacking_idr=900, free_idr=free_idr) == ({}, 900)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(1, 9_000), st.integers(0, 50)), min_size=1, max_size=5),
    st.integers(0, 500_000),
    st.integers(0, 500_000),
    st.integers(0, 500_000),
)
def test_the_minimum_is_reached_or_told_and_never_doubles_the_purchase(rows, minimum, bought, free):
    wanted = [Wanted(uuid.uuid4(), *row) for row in rows]
    lacking = lacking_idr(wanted, min_order_idr=minimum, bought_idr=bought)
    extra, missing = reach_minimum(wanted, lacking_idr=lacking, free_idr=free)
    value = sum(one.packs * one.price_idr for one in wanted)
    more = sum(extra.get(one.stock_id, 0) * one.price_idr for one in wanted)
    assert all(extra.get(one.stock_id, 0) <= one.spare_packs for one in wanted)
    assert more <= min(value, free)
    assert bought + value + more + missing >= minimum
    assert not (more and (missing or bought + value >= minimum))


@given(
    st.lists(st.tuples(st.integers(1, 90_000), st.integers(0, 4)), min_size=1, max_size=8),
    st.integers(0, 5),
    st.data(),
)
def test_confirmed_packs_are_what_lines_keep_and_what_is_left_over(rows, extra, data):
    lines = [accepted(*row) for row in rows]
    ordered = packs_for(sum(map(live_qty, lines)), pack_qty=STOCK.pack_qty) + extra
    packs = data.draw(st.integers(0, ordered))
    line = bought(ordered_packs=ordered)
    confirm(line, packs, None if packs == ordered else CutReason.OUT_OF_STOCK)
    before = {one.id: live_qty(one) for one in lines}
    lost = falling_qty(lines, bought_qty=packs * STOCK.pack_qty)
    for one in lines:
        if one.id in lost:
            lose(one, lost[one.id])
    kept = {one.id: live_qty(one) for one in lines}
    left = leftover_qty(line, needed_qty=needed_of_stocks(lines)[line.stock_id])
    assert sum(kept.values()) + left == packs * STOCK.pack_qty
    assert all(kept[one.id] == before[one.id] - lost.get(one.id, 0) for one in lines)
    if lost:
        first_fallen = min(one.needed_date for one in lines if one.id in lost)
        assert all(not kept[one.id] for one in lines if one.needed_date > first_fallen)
        assert left == 0


def test_the_latest_day_falls_first_and_in_it_the_largest_line():
    early, small, large = accepted(10_000), accepted(10_000, 1), accepted(30_000, 1)
    assert falling_qty([early, small, large], bought_qty=20_000) == {large.id: 30_000}
    assert lose(large, 5_000) == 5_000
    assert (large.status, large.accepted_qty) == (OrderLineStatus.ACCEPTED_LESS, 25_000)
    assert lose(large, 5_000) == 5_000
    assert lose(large, 20_000) == 20_000
    assert large.status is OrderLineStatus.DECLINED


def test_a_line_is_confirmed_once():
    line = bought()
    confirm(line, 1, CutReason.DAMAGED)
    assert (line.status, line.confirmed_packs) == (PurchaseLineStatus.CUT, 1)
    with pytest.raises(IllegalTransition):
        confirm(line, 2, None)


def test_every_fault_of_an_answer_is_named_at_once():
    line = bought()
    said = [
        PackAnswer(uuid.uuid4(), 1),
        PackAnswer(line.id, 3),
        PackAnswer(line.id, 1),
        PackAnswer(line.id, 1, CutReason.SILENCE),
    ]
    with pytest.raises(InvalidField) as refusal:
        require_valid(said, [line])
    assert [(fault.field, fault.code) for fault in refusal.value.faults] == [
        ("answers.0.line_id", "unknown"),
        ("answers.1.confirmed_packs", "out_of_range"),
        ("answers.2.line_id", "duplicate"),
        ("answers.2.reason", "missing"),
        ("answers.3.line_id", "duplicate"),
        ("answers.3.reason", "missing"),
    ]


def test_a_late_answer_is_refused():
    purchase = new_purchase(ORDER, STOCK.wholesaler_id)
    require_open(purchase, SENT_AT)
    with pytest.raises(IllegalTransition, match="was to be answered"):
        require_open(purchase, RESPOND_BY_AT)
