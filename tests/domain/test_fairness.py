"""Fair values: capacity first, with a memory of past weeks."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.fairness import LEDGER_WEEKS, FairShare, Trial, fair_shares, gini, trial_moves_idr

ONE, TWO = uuid4(), uuid4()


def fair(need_idr, capacity, past=None, *, share_bp=6000, weeks=4, **more):
    shares = fair_shares(
        need_idr=need_idr,
        fair_need_share_bp=share_bp,
        capacity_g=capacity,
        past_value_idr=past or {},
        past_weeks=weeks,
        **more,
    )
    return {key: share.fair_value_idr for key, share in shares.items()}


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


AMOUNTS = st.integers(0, 10**10)
COOPERATIVES = st.lists(st.tuples(st.integers(1, 10**7), AMOUNTS), min_size=1, max_size=6)


def ledger_of(cooperatives, need_idr=10**9):
    keys = [uuid4() for _ in cooperatives]
    return list(
        fair_shares(
            need_idr=need_idr,
            fair_need_share_bp=6000,
            capacity_g={key: capacity for key, (capacity, _) in zip(keys, cooperatives, strict=True)},
            past_value_idr={key: past for key, (_, past) in zip(keys, cooperatives, strict=True)},
            past_weeks=LEDGER_WEEKS,
        ).values()
    )


def test_the_ledger_tells_every_part_of_a_fair_value():
    """Half of 600; of 800 it should have had 400 and had 0: 400 owed, an eighth of it this week."""
    assert LEDGER_WEEKS == 8
    assert ledger_of([(10, 0), (10, 800)], need_idr=1000) == [
        FairShare(share_idr=300, past_value_idr=0, owed_idr=400, fair_value_idr=350),
        FairShare(share_idr=300, past_value_idr=800, owed_idr=-400, fair_value_idr=250),
    ]


@given(COOPERATIVES)
def test_the_memory_moves_value_and_makes_none(cooperatives):
    """What is owed adds up to nothing, but for less than a rupiah each that is rounded down."""
    owed = sum(entry.owed_idr for entry in ledger_of(cooperatives))
    assert -len(cooperatives) < owed <= 0


@given(COOPERATIVES, AMOUNTS)
def test_who_received_more_in_the_past_never_has_more_due(cooperatives, more):
    (capacity, past), *others = cooperatives
    before = ledger_of([(capacity, past), *others])[0]
    after = ledger_of([(capacity, past + more), *others])[0]
    assert after.fair_value_idr <= before.fair_value_idr


@given(COOPERATIVES)
def test_equal_cooperatives_with_an_equal_past_have_equal_values_due(cooperatives):
    first, *_ = cooperatives
    entries = ledger_of([first, first, *cooperatives])
    assert entries[0] == entries[1] == entries[2]


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=5), st.integers(10**6, 10**9))
def test_a_past_that_was_shared_by_capacity_changes_nothing(capacities, unit):
    fairly = ledger_of([(capacity, capacity * unit) for capacity in capacities])
    assert all(entry.owed_idr == 0 for entry in fairly)
    assert all(entry.fair_value_idr == entry.share_idr for entry in fairly)


def test_capacity_counts_as_far_as_a_cooperative_is_reliable():
    """Equal capacities, one half as reliable: a third and two thirds of 600, and of what the past gave both."""
    assert fair(1000, {ONE: 10, TWO: 10}, reliability_bp={ONE: 5000}) == {ONE: 200, TWO: 400}
    past = {ONE: 400, TWO: 800}
    assert fair(1000, {ONE: 10, TWO: 10}, past, reliability_bp={ONE: 5000}) == {ONE: 200, TWO: 400}


def test_a_new_cooperative_is_lifted_to_its_trial_share_by_those_above_it():
    """300 each on average, half of it is 150; the small one is due 50 and is given 100 by the one above."""
    new = Trial({ONE}, 5000)
    assert fair(1000, {ONE: 1, TWO: 11}, trial=new) == {ONE: 150, TWO: 450}
    assert fair(1000, {ONE: 1, TWO: 11}, trial=Trial({TWO}, 5000)) == {ONE: 50, TWO: 550}


def test_a_new_cooperative_that_can_carry_nothing_is_due_nothing():
    assert fair(1000, {ONE: 0, TWO: 10}, trial=Trial({ONE}, 5000)) == {ONE: 0, TWO: 600}


DUE = st.dictionaries(st.uuids(), AMOUNTS, max_size=8)


@given(DUE, st.data(), st.integers(0, 10_000))
def test_trials_conserve_the_whole_and_leave_nobody_new_below_the_guarantee(due, data, share_bp):
    newcomers = data.draw(st.sets(st.sampled_from(sorted(due)))) if due else set()
    moves = trial_moves_idr(due, newcomers=newcomers, trial_share_bp=share_bp)
    assert sum(moves.values()) == 0
    floor = sum(due.values()) * share_bp // 10_000 // max(1, len(due))
    for key, value in due.items():
        after = value + moves[key]
        assert after >= floor or (key not in newcomers and after == value)
        assert moves[key] <= 0 or (key in newcomers and after == floor)


@pytest.mark.parametrize(
    ("values", "coefficient"),
    [([], None), ([0, 0], None), ([3], 0), ([2, 2, 2], 0), ([0, 1], 0.5), ([0, 0, 0, 4], 0.75), ([1, 3], 0.25)],
)
def test_the_gini_coefficient_of_known_shares(values, coefficient):
    assert gini(values) == coefficient


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=8), st.floats(0.01, 100))
def test_the_gini_coefficient_is_between_0_and_1_whatever_the_scale_and_order(values, scale):
    found = gini(values)
    assert -1e-9 <= found < 1
    assert gini([value * scale for value in reversed(values)]) == pytest.approx(found, abs=1e-9)
