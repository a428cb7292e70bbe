"""What a kitchen takes: never more than left, the note's quantity within the tolerance, a reason for all the rest."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidField
from service.domain.items import ColdChain
from service.domain.receipts import RejectReason, counted_qty, tolerance_qty
from service.domain.units import Unit
from service.domain.weighings import ShippedLine, Weighing, accepted_qty, refused_qty, require_valid
from tests.factories.deliveries import EXPIRES_ON, new_delivery, new_delivery_line, new_delivery_lot
from tests.factories.items import new_item
from tests.factories.orders import new_order, new_order_line

TODAY = date(2026, 11, 29)
RICE, EGGS = new_item("RICE-M"), new_item("EGG", unit=Unit.PIECE)
FISH = new_item("FISH", cold_chain=ColdChain.CHILLED)


def shipped(item=RICE, qty=40_000, **lot):
    order = new_order()
    ordered = new_order_line(order, item_code=item.code, ordered_qty=qty)
    line = new_delivery_line(new_delivery(order, ordered), ordered, shipped_qty=qty)
    return ShippedLine(line, item, (new_delivery_lot(line, **lot),))


def faults_of(one, today=TODAY, **weighing):
    with pytest.raises(InvalidField) as caught:
        require_valid([Weighing(one.line.id, **weighing)], {one.line.id: one}, today=today)
    return {(fault.field, fault.code) for fault in caught.value.faults}


def require(one, today=TODAY, **weighing):
    require_valid([Weighing(one.line.id, **weighing)], {one.line.id: one}, today=today)


@pytest.mark.parametrize(
    ("received", "counted"), [(40_000, 40_000), (39_600, 40_000), (40_400, 40_000), (39_599, 39_599), (0, 0)]
)
def test_within_one_percent_the_note_counts_and_beyond_it_the_scales(received, counted):
    assert counted_qty(shipped_qty=40_000, received_qty=received, item=RICE) == counted


def test_pieces_are_counted_without_tolerance():
    assert counted_qty(shipped_qty=1000, received_qty=999, item=EGGS) == 999
    assert faults_of(shipped(EGGS, 1000), received_qty=1001) == {("lines.0.received_qty", "out_of_range")}


def test_each_item_has_its_own_tolerance():
    """Leaves lose 3 % of their weight on the way, sugar does not."""
    leaves = new_item("MUSTARD", receipt_tolerance_bp=300)
    strict = new_item("SUGAR", receipt_tolerance_bp=0)
    assert counted_qty(shipped_qty=40_000, received_qty=38_800, item=leaves) == 40_000
    assert counted_qty(shipped_qty=40_000, received_qty=38_799, item=leaves) == 38_799
    assert counted_qty(shipped_qty=40_000, received_qty=38_800, item=RICE) == 38_800
    assert counted_qty(shipped_qty=40_000, received_qty=39_999, item=strict) == 39_999
    require(shipped(leaves), received_qty=38_800)
    assert faults_of(shipped(RICE), received_qty=38_800) == {("lines.0.reason", "missing")}
    assert faults_of(shipped(strict), received_qty=40_001) == {("lines.0.received_qty", "out_of_range")}


def test_taking_less_needs_a_reason_and_taking_all_has_none():
    one = shipped()
    assert faults_of(one, received_qty=30_000) == {("lines.0.reason", "missing")}
    assert faults_of(one, received_qty=40_000, rejected_qty=1) == {("lines.0.reason", "missing")}
    assert faults_of(one, received_qty=40_000, reason=RejectReason.OTHER) == {("lines.0.reason", "not_needed")}
    require(one, received_qty=30_000, reason=RejectReason.UNDERWEIGHT)


def test_more_than_came_cannot_be_refused():
    one = shipped()
    refused = {"received_qty": 10_000, "rejected_qty": 10_001, "reason": RejectReason.SPOILED}
    assert faults_of(one, **refused) == {("lines.0.rejected_qty", "out_of_range")}


@pytest.mark.parametrize(
    ("received", "rejected"), [(39_800, 39_800), (39_800, 39_900), (39_800, 40_000), (40_200, 40_200), (30_000, 30_000)]
)
def test_refusing_all_that_the_scales_show_takes_nothing(received, rejected):
    """The 200 g between the scales and the note are never paid for."""
    one = shipped(expires_on=EXPIRES_ON)
    said = {"received_qty": received, "rejected_qty": rejected, "reason": RejectReason.SPOILED}
    require(one, **said, today=EXPIRES_ON + timedelta(days=1))
    weighing = Weighing(one.line.id, **said)
    assert accepted_qty(weighing, one) == 0
    assert refused_qty(weighing, one) == counted_qty(shipped_qty=40_000, received_qty=received, item=RICE)


def test_goods_past_their_day_can_only_be_refused_whole():
    one, after = shipped(expires_on=EXPIRES_ON), EXPIRES_ON + timedelta(days=1)
    require(one, received_qty=40_000, today=EXPIRES_ON)
    assert faults_of(one, received_qty=40_000, today=after) == {("lines.0.rejected_qty", "expired")}


def test_what_was_fit_when_it_came_is_weighed_anew_after_its_day():
    one, after = replace(shipped(expires_on=EXPIRES_ON), weighed_on=EXPIRES_ON), EXPIRES_ON + timedelta(days=3)
    require(one, received_qty=40_000, rejected_qty=1_000, reason=RejectReason.SPOILED, today=after)
    require(one, received_qty=40_000, rejected_qty=40_000, reason=RejectReason.EXPIRED, today=after)


def test_warm_goods_can_only_be_refused_whole():
    one = shipped(FISH)
    assert faults_of(one, received_qty=40_000) == {("lines.0.temperature_dc", "missing")}
    assert faults_of(one, received_qty=40_000, temperature_dc=80) == {("lines.0.temperature_dc", "too_warm")}
    require(one, received_qty=40_000, temperature_dc=40)
    require(one, received_qty=40_000, rejected_qty=40_000, reason=RejectReason.TOO_WARM, temperature_dc=80)


def test_lines_that_did_not_leave_and_lines_named_twice_are_told_at_once():
    one = shipped()
    weighings = [Weighing(one.line.id, 40_000), Weighing(one.line.id, 40_000), Weighing(shipped().line.id, 1)]
    with pytest.raises(InvalidField) as caught:
        require_valid(weighings, {one.line.id: one}, today=TODAY)
    assert [fault.code for fault in caught.value.faults] == ["duplicate", "unknown"]


@given(
    st.integers(1, 10**7),
    st.integers(0, 2 * 10**7),
    st.integers(0, 10**7),
    st.sampled_from(Unit),
    st.none() | st.integers(0, 1000),
)
def test_what_is_allowed_conserves_the_goods(qty, received, rejected, unit, own_bp):
    """Accepted and rejected are what counts, which is never more than what left."""
    item = new_item("X", unit=unit, receipt_tolerance_bp=own_bp)
    one = shipped(item, qty)
    said = {"received_qty": received, "rejected_qty": rejected}
    weighing = Weighing(one.line.id, **said)
    taken = accepted_qty(weighing, one)
    reason = RejectReason.OTHER if taken < qty else None
    try:
        require(one, **said, reason=reason)
    except InvalidField:
        assert received > qty + tolerance_qty(qty, item) or taken < 0
        return
    refused = refused_qty(weighing, one)
    assert taken + refused == counted_qty(shipped_qty=qty, received_qty=received, item=item) <= qty
    assert refused == rejected or (taken == 0 and rejected >= received > 0)
    assert not taken or received == 0 or rejected < received
