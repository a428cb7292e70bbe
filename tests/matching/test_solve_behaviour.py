"""How a solve behaves: the same answer for the same question, progress, limits, cancel."""

import time
from dataclasses import replace

import pytest

from service.matching.check import check
from service.matching.plan import PlanStatus
from service.matching.solve import Limits, solve
from tests.factories.random_problems import random_problem

QUICK = Limits(time_limit_s=60, effort=0.3)


def reversed_lists(problem):
    names = ("items", "kitchens", "cooperatives", "wholesalers", "offers", "stocks", "demands", "fixed", "previous")
    return replace(problem, **{name: getattr(problem, name)[::-1] for name in names})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_solved_twice_and_in_another_order_the_plan_is_the_same(seed):
    problem = random_problem(seed)
    plan = solve(problem, QUICK)
    assert solve(problem, QUICK) == plan
    assert solve(reversed_lists(problem), QUICK) == plan


def test_progress_tells_phases_in_time_and_never_loses_ground():
    told = []
    plan = solve(random_problem(5), QUICK, report=told.append)
    assert told[0].phase == "start"
    assert {"clerk", "relaxation"} & {x.phase for x in told}
    assert [x.elapsed_s for x in told] == sorted(x.elapsed_s for x in told)
    totals = [x.objective_idr for x in told if x.objective_idr is not None]
    bounds = [x.bound_idr for x in told if x.bound_idr is not None]
    assert totals == sorted(totals, reverse=True)
    assert bounds == sorted(bounds)
    assert plan.objective_idr == pytest.approx(totals[-1])


def test_a_cancel_returns_the_best_plan_so_far_at_once():
    problem, started = random_problem(91), time.monotonic()
    plan = solve(problem, QUICK, cancelled=lambda: True)
    assert time.monotonic() - started < 2
    assert plan.status is PlanStatus.STOPPED
    assert plan.bound_idr == 0
    assert check(problem, plan).broken == ()


def test_without_time_there_is_still_an_allowed_plan():
    problem = random_problem(6)
    plan = solve(problem, Limits(time_limit_s=0.0))
    assert check(problem, plan).broken == ()
