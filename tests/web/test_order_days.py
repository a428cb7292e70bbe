"""A long order is shown one cooking day at a time, a short one whole; no line is ever left out."""

from datetime import date, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from service.domain.orders import OrderLineStatus
from service.web.order_days import MOST_LINES_AT_ONCE, days_of

MONDAY = date(2026, 11, 30)
LINE = st.builds(
    lambda day, kitchen, position, status: SimpleNamespace(
        needed_date=MONDAY + timedelta(days=day), kitchen_name=kitchen, position=position, status=status
    ),
    st.integers(0, 5),
    st.sampled_from(["Dapur A", "Dapur B"]),
    st.integers(1, 500),
    st.sampled_from(OrderLineStatus),
)


@given(st.lists(LINE, max_size=MOST_LINES_AT_ONCE + 5), st.integers(-1, 6))
def test_the_days_hold_every_line_once_and_in_order(lines, chosen):
    days = days_of(lines, MONDAY + timedelta(days=chosen))
    told = [line for one in days.all for _, found in one.kitchens for line in found]
    assert sorted(map(id, told)) == sorted(map(id, lines))
    assert [one.day for one in days.all] == sorted({line.needed_date for line in lines})
    assert sum(one.waiting_count for one in days.all) == sum(
        line.status is OrderLineStatus.AWAITING_ANSWER for line in lines
    )
    assert (days.shown == days.all) if len(lines) <= MOST_LINES_AT_ONCE else (len(days.shown) == 1)


@given(st.lists(LINE, min_size=MOST_LINES_AT_ONCE + 1, max_size=MOST_LINES_AT_ONCE + 9))
def test_without_a_choice_the_first_day_that_waits_is_shown(lines):
    days = days_of(lines, None)
    waiting = [one for one in days.all if one.waiting_count]
    assert days.shown == (waiting or days.all)[:1]
    assert [days_of(lines, one.day).shown for one in days.all] == [[one] for one in days.all]
