"""One move: its price is the whole plan's, its records are the flow's, its room is what the rules leave."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.matching.local_search.move import delta_idr, room, shift
from service.matching.local_search.records import BELOW_MINIMUM
from tests.factories import problems as make
from tests.matching.local_search.searches import (
    require_room,
    require_same_records,
    search_of,
    searches,
    seeds,
    walk,
    walks,
)

weeks = settings(max_examples=80, derandomize=True, deadline=None)


def any_move(x, r):
    """An arc and steps within its own limits, whatever other rules say."""
    at = r.randrange(len(x.chosen))
    arc = x.state.arc[at]
    less, more = int(arc["lower"] - arc["steps"]), int(arc["upper"] - arc["steps"])
    return at, r.choice([less, more, r.randint(less, more)])


@weeks
@given(x=walks, seed=seeds, missed=st.sampled_from([0.0, 0.3, 3.0]))
def test_a_move_costs_what_it_changes_of_the_total(x, seed, missed):
    r = random.Random(seed)
    x.state.rates[BELOW_MINIMUM] = missed
    for _ in range(12 if len(x.chosen) else 0):
        at, steps = any_move(x, r)
        if steps == 0:
            continue
        before, said = x.total_idr(), delta_idr(x.state, at, steps)
        shift(x.state, at, steps)
        after = x.total_idr()
        assert said == pytest.approx(after - before, rel=1e-6, abs=1e-11 * max(before, after) + 1e-6)


@weeks
@given(x=searches, seed=seeds, moves=st.integers(1, 120))
def test_after_any_moves_the_records_are_those_of_the_flow(x, seed, moves):
    walk(x, seed, moves)
    require_same_records(x)


@weeks
@given(x=walks, seed=seeds)
def test_so_they_are_after_moves_beyond_the_rules(x, seed):
    r = random.Random(seed)
    for _ in range(30 if len(x.chosen) else 0):
        shift(x.state, *any_move(x, r))
    require_same_records(x)


@weeks
@given(x=walks)
def test_using_the_room_of_an_arc_breaks_no_rule_and_a_step_more_would(x):
    require_room(x)


@weeks
@given(x=walks)
def test_the_room_of_an_arc_used_up_is_none(x):
    assume(len(x.chosen))
    for at in range(len(x.chosen)):
        shift(x.state, at, room(x.state, at))
        assert room(x.state, at) == 0
    assert x.broken() == set()


def test_goods_taken_out_again_leave_no_supplier_behind():
    """100 g at Rp 1,001, 1,002 and 1,003 a kilogram, in and out in the same order: float sums leave 1e-14 rupiah."""
    demands = tuple(make.demand(f"D{n}", qty=100) for n in range(3))
    offers = tuple(make.offer(f"O{n}", price_idr=1_001 + n) for n in range(3))
    x = search_of(make.problem(items=(make.item(step=100),), offers=offers, demands=demands), seed=1, starts_empty=True)
    for steps in (1, -1):
        for at in range(len(x.chosen)):
            shift(x.state, at, steps)
    assert x.state.supplier_value.max() != 0
    assert x.state.kitchen["suppliers"].tolist() == [0]
