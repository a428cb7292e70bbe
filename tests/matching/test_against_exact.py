"""The check, the clerk and the solver against an exact program of the file format, on random tiny weeks."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import Plan, PlanStatus
from tests.factories import problems as make
from tests.factories.random_problems import random_problem, with_history
from tests.matching.exact import solve_exactly

weeks = settings(max_examples=40, derandomize=True, deadline=None)
seeds = st.integers(0, 900)


def best_plan(problem):
    """An exact optimum, which the check must accept at exactly its total."""
    exact = solve_exactly(problem)
    plan = Plan(exact.allocations, exact.purchases, exact.total_idr, exact.bound_idr, PlanStatus.OPTIMAL)
    report = check(problem, replace(plan, bound_idr=None))
    assert report.broken == ()
    return replace(plan, objective_idr=report.total_idr)


@weeks
@given(seed=seeds)
def test_the_check_and_the_exact_program_agree_on_rules_and_rupiah_and_the_clerk_is_never_better(seed):
    problem = random_problem(seed)
    best = best_plan(problem)
    assert greedy(problem).objective_idr >= best.objective_idr * (1 - 1e-6)


@weeks
@given(seed=seeds)
def test_they_agree_on_weeks_with_promises_and_a_plan_before(seed):
    problem = random_problem(seed)
    again = with_history(problem, best_plan(problem), seed)
    best = best_plan(again)
    clerk = greedy(again)
    assert clerk.status is PlanStatus.INFEASIBLE or clerk.objective_idr >= best.objective_idr * (1 - 1e-6)


def test_promises_that_break_a_rule_leave_nothing_allowed():
    problem = make.problem(offers=(make.offer(qty=10_000),), fixed=(make.line(),))
    assert solve_exactly(problem).total_idr is None


def test_the_exact_program_finds_an_optimum_worked_out_by_hand():
    """Two packs of 10 kg at Rp 90,000 serve 20 kg for 180,000; the offer costs 200,000, leaving it short 2,000,000."""
    problem = make.problem(offers=(make.offer(),), stocks=(make.stock(),))
    assert solve_exactly(problem).total_idr == pytest.approx(180_000)
