"""A day's goods are noted together, and no day waits for another day's wholesaler."""

import uuid
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.deliveries import ready_lines
from service.domain.orders import OrderLineStatus
from tests.factories.orders import NEEDED_DATE, new_order, new_order_line

ORDER, STOCKS = new_order(), (uuid.UUID(int=1), uuid.UUID(int=2))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from((None, *STOCKS)), st.booleans()), max_size=8),
    st.sets(st.sampled_from(STOCKS)),
)
def test_a_line_waits_exactly_if_live_goods_of_its_day_are_awaited(rows, awaited):
    lines = [
        new_order_line(
            ORDER,
            needed_date=NEEDED_DATE + timedelta(days=day),
            stock_id=stock_id,
            accepted_qty=1000 * is_live,
            status=OrderLineStatus.ACCEPTED if is_live else OrderLineStatus.DECLINED,
        )
        for day, stock_id, is_live in rows
    ]
    ready = ready_lines(lines, awaited)
    for (day, _, _), line in zip(rows, lines, strict=True):
        is_awaited = any(of == day and stock_id in awaited and is_live for of, stock_id, is_live in rows)
        assert (line in ready) == (not is_awaited)
