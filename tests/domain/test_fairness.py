"""Fair values: capacity first, with a memory of past weeks."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from service.domain.fairness import fair_values_idr

ONE, TWO = uuid4(), uuid4()


def fair(need_idr, capacity, past=None, *, share_bp=6000, weeks=4):
    return fair_values_idr(
        need_idr=need_idr,
        fair_need_share_bp=share_bp,
        capacity_g=capacity,
        past_value_idr=past or {},
        past_weeks=weeks,
    )


def test_shares_follow_capacity():
    """60 % of 1,000 is 600: a third and two thirds."""
    assert fair(1000, {ONE: 10, TWO: 20}) == {ONE: 200, TWO: 400}


def test_what_past_weeks_owed_is_paid_back_over_as_many_weeks():
    """Of 800 each should have had 400; one had 800: 100 a week less for it, 100 more for the other."""
    assert fair(1000, {ONE: 10, TWO: 10}, {ONE: 800}) == {ONE: 200, TWO: 400}


def test_nobody_owes_more_than_everything():
    assert fair(100, {ONE: 10, TWO: 10}, {ONE: 8000})[ONE] == 0


def test_without_capacity_or_cooperatives_nothing_is_fair():
    assert fair(1000, {ONE: 0, TWO: 0}) == {ONE: 0, TWO: 0}
    assert fair(1000, {}) == {}


def test_without_a_memory_the_past_changes_nothing():
    assert fair(1000, {ONE: 10, TWO: 10}, {ONE: 800}, weeks=0) == {ONE: 300, TWO: 300}


@given(
    need_idr=st.integers(0, 10**10),
    capacity=st.lists(st.integers(0, 10**7), min_size=1, max_size=6),
)
def test_fair_values_never_exceed_the_share_of_the_need_and_lose_less_than_a_rupiah_each(need_idr, capacity):
    keys = [uuid4() for _ in capacity]
    found = fair(need_idr, dict(zip(keys, capacity, strict=True)))
    target = need_idr * 6000 // 10_000
    if sum(capacity):
        assert target - len(keys) < sum(found.values()) <= target
