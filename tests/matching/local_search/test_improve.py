"""Stages of the local search: what they offer is allowed, what they return is within limits."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.insertion import close_minimums
from service.matching.linear_model import Stopped
from service.matching.local_search import improve as stages
from service.matching.local_search.improve import Stage, improve
from service.matching.objective import total_idr
from service.matching.search import Limits, Search
from service.matching.subproblem import broken_rules
from service.matching.usage import usage_of
from tests.factories.mixed_problems import SWITCHES, mixed_problem
from tests.matching.local_search.searches import MINIMUMS, search_of, searches, seeds

weeks = settings(max_examples=50, derandomize=True, deadline=None)
A_WEEK = mixed_problem(5, frozenset(SWITCHES) - {"fixed", "previous"})


class Watched(Search):
    """Remembers what it is offered."""

    def __init__(self, x, *, seed=0, cancelled=None):
        super().__init__(x.p, x.arcs, Limits(), seed=seed, report=None, cancelled=cancelled, constant_idr=0.0)
        self.offered = []

    def offer(self, flow, phase):
        self.offered.append((flow, phase))
        return super().offer(flow, phase)


def improved(x, *, seed=0, steps=350, chosen=None, missed=(0.3, 3.0)):
    """Three full segments and a half."""
    search = Watched(x, seed=seed)
    search.offer(x.flow(), "start")
    search.offered.clear()
    with mock.patch.object(stages, "SEGMENT", 100):
        stage = Stage("stage", steps, hot_idr=5_000, cold_idr=500, missed=missed)
        flow = improve(search, x.chosen if chosen is None else chosen, x.score, x.flow(), stage)
    return search, flow


def require_within_limits(x, flow):
    assert (np.diff(flow.arc) > 0).all()
    assert np.isin(flow.arc, x.chosen).all()
    steps = np.zeros(len(x.arcs), dtype=np.int64)
    steps[flow.arc] = flow.steps
    assert (flow.steps > 0).all()
    assert (steps >= x.arcs.lower).all()
    assert (steps <= x.arcs.upper).all()


def is_allowed(x, flow):
    return broken_rules(x.p, usage_of(x.p, x.arcs, flow)) == []


def cost_of(x, flow):
    return total_idr(x.p, usage_of(x.p, x.arcs, flow))


def require_only_promises_below_minimums(x, flow):
    assert set(broken_rules(x.p, usage_of(x.p, x.arcs, flow))) <= MINIMUMS
    closed = close_minimums(x.p, x.arcs, flow)
    np.testing.assert_array_equal(closed.arc, flow.arc)
    np.testing.assert_array_equal(closed.steps, flow.steps)


@weeks
@given(x=searches, seed=seeds, missed=st.sampled_from([(3.0, 3.0), (0.3, 0.5), (0.01, 3.0)]))
def test_what_is_offered_is_allowed_but_for_promises_below_a_minimum_and_what_is_taken_is_allowed(x, seed, missed):
    """Settling a plan that misses minimums leaves promises alone; the solve then refuses the plan."""
    search, _ = improved(x, seed=seed, missed=missed)
    for offered, phase in search.offered:
        require_within_limits(x, offered)
        assert phase == "stage"
        if not is_allowed(x, offered):
            require_only_promises_below_minimums(x, offered)
    if np.isfinite(search.best.total_idr):
        assert is_allowed(x, search.best.flow)
        assert search.best.total_idr == pytest.approx(cost_of(x, search.best.flow), abs=2e-3)


@weeks
@given(x=searches, seed=seeds, missed=st.sampled_from([(3.0, 3.0), (0.01, 3.0)]))
def test_the_plan_in_work_is_within_all_limits_but_for_minimums(x, seed, missed):
    _, flow = improved(x, seed=seed, missed=missed)
    require_within_limits(x, flow)
    assert set(broken_rules(x.p, usage_of(x.p, x.arcs, flow))) <= MINIMUMS


@weeks
@given(x=searches, seed=seeds)
def test_the_best_plan_is_the_cheapest_allowed_one_offered(x, seed):
    start = x.flow()
    search, _ = improved(x, seed=seed)
    allowed = [flow for flow in (start, *(flow for flow, _ in search.offered)) if is_allowed(x, flow)]
    assert search.best.total_idr == pytest.approx(min((cost_of(x, flow) for flow in allowed), default=np.inf), abs=2e-3)


@weeks
@given(x=searches, seed=seeds)
def test_the_order_of_the_chosen_arcs_does_not_matter(x, seed):
    search, flow = improved(x, seed=seed)
    shuffled = np.random.default_rng(seed).permutation(x.chosen)
    again, same = improved(x, seed=seed, chosen=shuffled)
    np.testing.assert_array_equal(flow.arc, same.arc)
    np.testing.assert_array_equal(flow.steps, same.steps)
    assert again.best.total_idr == search.best.total_idr


def test_a_plan_is_found_where_the_start_serves_nothing():
    x = search_of(A_WEEK, starts_empty=True)
    assert len(x.flow().arc) == 0
    search, flow = improved(x)
    assert len(flow.arc) > 0
    assert search.best.total_idr < total_idr(x.p, x.used())


def test_a_stage_of_no_steps_serves_what_is_short():
    x = search_of(A_WEEK, starts_empty=True)
    _, flow = improved(x, steps=0)
    assert len(flow.arc) > 0


def test_a_cancelled_solve_ends_before_the_first_step():
    x = search_of(A_WEEK)
    search = Watched(x, cancelled=lambda: True)
    with pytest.raises(Stopped):
        improve(
            search, x.chosen, x.score, x.flow(), Stage("stage", 100, hot_idr=5_000, cold_idr=500, missed=(1.0, 1.0))
        )
    assert search.offered == []
