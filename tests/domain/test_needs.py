"""Open demand around a place: added up by item and day, no kitchen named."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from service.domain.needs import OpenDemand, needs_near

DEMAND = st.lists(
    st.builds(
        OpenDemand,
        item_code=st.sampled_from(["CARROT", "RICE-P"]),
        needed_date=st.sampled_from([date(2026, 11, 30), date(2026, 12, 1)]),
        open_qty=st.integers(1, 10**6),
        max_price_idr=st.integers(1, 50_000),
        latitude=st.floats(-6.7, -6.5),
        longitude=st.floats(106.7, 106.9),
    ),
    max_size=20,
)


@given(DEMAND)
def test_nothing_is_lost_or_counted_twice(demand):
    needs = needs_near(demand, latitude=-6.6, longitude=106.8)
    assert sum(need.open_qty for need in needs) == sum(one.open_qty for one in demand)
    assert sum(need.kitchens for need in needs) == len(demand)
    assert len({(need.item_code, need.needed_date) for need in needs}) == len(needs)
    assert all(need.lowest_limit_idr <= need.highest_limit_idr for need in needs)


@given(DEMAND, st.integers(0, 20_000))
def test_what_is_farther_than_asked_is_left_out(demand, within_m):
    near = needs_near(demand, latitude=-6.6, longitude=106.8, within_m=within_m)
    assert all(need.nearest_m <= within_m for need in near)
    assert sum(need.open_qty for need in near) <= sum(one.open_qty for one in demand)
