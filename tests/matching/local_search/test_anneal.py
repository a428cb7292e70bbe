"""Annealing: its best plan is allowed and costs what it says, and equal seeds give equal plans."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from service.matching.local_search.anneal import anneal, serve_short
from service.matching.local_search.improve import WEIGHTS
from service.matching.local_search.state import steps_to_flow
from service.matching.local_search.work import BEST, NOW, below, chance, work_of
from service.matching.objective import total_idr
from service.matching.subproblem import broken_rules
from service.matching.usage import usage_of
from tests.factories.mixed_problems import SWITCHES, mixed_problem
from tests.matching.local_search.searches import require_same_records, search_of, searches, seeds
from tests.matching.local_search.searches import weeks as problems

weeks = settings(max_examples=60, derandomize=True, deadline=None)
HEAT = 5_000.0, 500.0
STEPS = 400
A_WEEK = mixed_problem(5, frozenset(SWITCHES) - {"fixed", "previous"})


def annealed(x):
    serve_short(x.state, x.work)
    anneal(x.state, x.work, STEPS, HEAT, WEIGHTS)
    return x


@weeks
@given(x=searches)
def test_the_best_plan_is_allowed_and_costs_what_it_says(x):
    annealed(x)
    if np.isinf(x.work.total[BEST]):
        assert x.state.misses[0] > 0
        return
    used = usage_of(x.p, x.arcs, steps_to_flow(x.chosen, x.work.best_steps))
    assert broken_rules(x.p, used) == []
    assert total_idr(x.p, used) == pytest.approx(x.work.total[BEST], rel=1e-9, abs=1e-3)
    assert (x.work.best_steps >= x.state.arc["lower"]).all()
    assert (x.work.best_steps <= x.state.arc["upper"]).all()


@weeks
@given(x=searches)
def test_it_is_never_dearer_than_an_allowed_start(x):
    misses, start = x.state.misses[0], x.work.total[BEST]
    assert np.isinf(start) == (misses > 0)
    annealed(x)
    assert x.work.total[BEST] <= start


@weeks
@given(x=searches)
def test_the_plan_in_work_stays_within_the_rules_and_its_records_exact(x):
    annealed(x)
    assert x.broken() == set()
    require_same_records(x)
    assert x.work.total[NOW] == pytest.approx(x.total_idr(), rel=1e-9, abs=1e-3)


@weeks
@given(problem=problems, seed=seeds)
def test_equal_seeds_give_equal_plans(problem, seed):
    one, other = (annealed(search_of(problem, seed=seed)) for _ in range(2))
    np.testing.assert_array_equal(one.state.arc["steps"], other.state.arc["steps"])
    np.testing.assert_array_equal(one.work.best_steps, other.work.best_steps)
    assert one.work.total.tolist() == other.work.total.tolist()


def test_other_seeds_may_give_other_plans():
    """In most tiny weeks all end in the best plan, in some they do not."""
    plans = set()
    for week, seed in product(range(5, 11), range(4)):
        x = search_of(mixed_problem(week, frozenset(SWITCHES) - {"fixed", "previous"}))
        x.work.random[0] = 2 * seed + 1
        plans.add((week, tuple(annealed(x).state.arc["steps"].tolist())))
    assert len(plans) > len({week for week, _ in plans})


@pytest.mark.parametrize("seed", [0, 2**31 - 1, 2**63, 2**64 + 7])
def test_any_seed_will_do(seed):
    x = search_of(A_WEEK)
    w = work_of(x.state, seed, 0.0)
    assert 0 < int(w.random[0]) < 2**64
    assert 0 <= chance(w) < 1


def test_no_steps_change_nothing():
    x = search_of(A_WEEK)
    before = x.steps()
    anneal(x.state, x.work, 0, HEAT, WEIGHTS)
    np.testing.assert_array_equal(x.state.arc["steps"], before)


@weeks
@given(seed=seeds)
def test_random_numbers_are_spread_evenly(seed):
    """The mean of 1,000 in [0, 1) lies within six deviations (0.0548) of a half, and each of 10 places is drawn."""
    x = search_of(A_WEEK)
    x.work.random[0] = 2 * seed + 1
    drawn = [chance(x.work) for _ in range(1000)]
    assert all(0 <= number < 1 for number in drawn)
    assert np.mean(drawn) == pytest.approx(0.5, abs=6 * 0.2887 / 1000**0.5)
    assert {below(x.work, 10) for _ in range(1000)} == set(range(10))
