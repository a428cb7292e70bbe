"""What leaves: no more than planned, every lot named, cold goods cold, a fate and reason for what stays behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.deliveries import RestFate, open_qty
from service.domain.errors import InvalidField
from service.domain.items import ColdChain
from service.domain.loads import LineLoad, Lot, require_valid
from service.domain.orders import OrderLineStatus
from tests.factories.deliveries import EXPIRES_ON, all_of, new_delivery, new_delivery_line
from tests.factories.items import new_item
from tests.factories.orders import NEEDED_DATE, new_order, new_order_line

RICE = new_item("RICE-M")
FISH = new_item("FISH", cold_chain=ColdChain.CHILLED)


def a_line(item=RICE, **changes):
    order = new_order()
    ordered = new_order_line(order, item_code=item.code)
    return new_delivery_line(new_delivery(order, ordered), ordered, **changes)


def faults_of(loads, lines, item=RICE):
    with pytest.raises(InvalidField) as caught:
        require_valid(loads, lines, {item.code: item}, needed_date=NEEDED_DATE)
    return {(fault.field, fault.code) for fault in caught.value.faults}


def test_a_line_leaves_whole_in_one_lot_or_in_several():
    line = a_line(planned_qty=40_000)
    halves = (Lot(25_000, "L-1", "A"), Lot(15_000, "L-2", "B", expires_on=EXPIRES_ON))
    for load in (all_of(line), LineLoad(line.id, halves)):
        require_valid([load], [line], {"RICE-M": RICE}, needed_date=NEEDED_DATE)


def test_what_stays_behind_needs_a_fate_and_a_reason():
    line = a_line(planned_qty=40_000)
    some = (Lot(25_000, "L-1", "A"),)
    assert faults_of([LineLoad(line.id, some)], [line]) == {("lines.0.rest", "missing")}
    assert faults_of([LineLoad(line.id, some, RestFate.CLOSED)], [line]) == {("lines.0.rest_reason", "missing")}
    require_valid(
        [LineLoad(line.id, some, RestFate.CARRIED, "truck full")], [line], {"RICE-M": RICE}, needed_date=NEEDED_DATE
    )


def test_a_rest_that_is_none_has_no_fate():
    line = a_line()
    load = LineLoad(line.id, all_of(line).lots, RestFate.CARRIED, "truck full")
    assert faults_of([load], [line]) == {("lines.0.rest", "not_needed")}


def test_more_than_planned_unknown_twice_and_unnamed_lines_are_all_told_at_once():
    first, second, third = a_line(planned_qty=10), a_line(planned_qty=10), a_line(planned_qty=10)
    loads = [LineLoad(first.id, (Lot(11, "L", "A"),)), all_of(second), all_of(second), all_of(a_line())]
    assert faults_of(loads, [first, second, third]) == {
        ("lines.0.lots", "out_of_range"),
        ("lines.2.line_id", "duplicate"),
        ("lines.3.line_id", "unknown"),
        ("lines", "missing"),
    }


def test_a_drop_that_brings_nothing_does_not_leave():
    line = a_line()
    assert faults_of([LineLoad(line.id, (), RestFate.CLOSED, "none")], [line]) == {("lines", "nothing_shipped")}


def test_cold_goods_leave_measured_and_cold():
    line = a_line(FISH)
    assert faults_of([all_of(line)], [line], FISH) == {("lines.0.lots.0.temperature_dc", "missing")}
    assert faults_of([all_of(line, temperature_dc=51)], [line], FISH) == {("lines.0.lots.0.temperature_dc", "too_warm")}
    require_valid([all_of(line, temperature_dc=50)], [line], {"FISH": FISH}, needed_date=NEEDED_DATE)


def test_a_lot_must_be_good_on_the_cooking_day():
    line = a_line()
    gone = NEEDED_DATE.replace(day=NEEDED_DATE.day - 1)
    assert faults_of([all_of(line, expires_on=gone)], [line]) == {("lines.0.lots.0.expires_on", "expired")}
    require_valid([all_of(line, expires_on=NEEDED_DATE)], [line], {"RICE-M": RICE}, needed_date=NEEDED_DATE)


@given(
    accepted=st.integers(1, 100),
    drops=st.lists(st.tuples(st.integers(0, 100), st.sampled_from(RestFate)), max_size=6),
)
def test_whatever_leaves_drop_by_drop_an_order_line_is_never_noted_twice(accepted, drops):
    """Carried goods are open again, closed ones are not; in all no more leaves than was accepted."""
    line = new_order_line(new_order(), ordered_qty=100, accepted_qty=accepted, status=OrderLineStatus.ACCEPTED_LESS)
    noted = []
    for shipped, fate in drops:
        planned = open_qty(line, noted)
        if not planned:
            break
        shipped_qty = min(shipped, planned)
        rest = fate if shipped_qty < planned else None
        noted.append(a_line(planned_qty=planned, shipped_qty=shipped_qty, rest_fate=rest))
    shipped_in_all = sum(each.shipped_qty for each in noted)
    closed = sum(each.planned_qty - each.shipped_qty for each in noted if each.rest_fate is RestFate.CLOSED)
    assert shipped_in_all + closed + open_qty(line, noted) == accepted


def test_a_line_that_leaves_whole_needs_no_fate():
    line = a_line(planned_qty=40_000)
    load = LineLoad(line.id, (Lot(40_000, "L-1", "A"),), RestFate.CLOSED, "truck full")
    assert faults_of([load], [line]) == {("lines.0.rest", "not_needed")}


def test_a_lot_without_goods_is_left_out():
    line = a_line(planned_qty=40_000)
    lots = (Lot(0, "L-0", "A"), Lot(40_000, "L-1", "A"))
    assert faults_of([LineLoad(line.id, lots)], [line]) == {("lines.0.lots.0.shipped_qty", "out_of_range")}
