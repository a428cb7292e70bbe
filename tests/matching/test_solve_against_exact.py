"""The optimiser on random tiny weeks with all rules in all mixes, between the exact optimum and the clerk's plan."""

import asyncio
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import PlanStatus
from service.matching.process import solve_in_process
from service.matching.solve import Limits, solve
from service.matching.writer import write_problem
from tests.factories import problems as make
from tests.factories.random_problems import random_problem, with_history
from tests.matching.exact import solve_exactly

SLACK = 1e-6
LIMITS = Limits(time_limit_s=10)
weeks = settings(max_examples=25, derandomize=True, deadline=None)
seeds = st.integers(0, 900)


def require_between(problem, optimum_idr):
    """Bound <= optimum <= plan <= clerk, and the plan allowed; returns how far the plan is from the optimum."""
    plan = solve(problem, LIMITS)
    assert check(problem, plan).broken == ()
    assert plan.status in {PlanStatus.OPTIMAL, PlanStatus.FEASIBLE}
    assert plan.bound_idr <= optimum_idr * (1 + SLACK) + 1
    assert plan.objective_idr >= optimum_idr * (1 - SLACK) - 1
    clerk = greedy(problem)
    assert clerk.status is PlanStatus.INFEASIBLE or plan.objective_idr <= clerk.objective_idr * (1 + SLACK) + 1
    return (plan.objective_idr - optimum_idr) / max(1.0, optimum_idr)


@weeks
@given(seed=seeds)
def test_a_plan_lies_between_the_exact_optimum_and_the_clerks_and_its_bound_below(seed):
    problem = random_problem(seed)
    require_between(problem, solve_exactly(problem).total_idr)


@weeks
@given(seed=seeds)
def test_promises_are_kept_and_a_plan_before_is_priced(seed):
    problem = random_problem(seed)
    again = with_history(problem, greedy(problem), seed)
    require_between(again, solve_exactly(again).total_idr)


def test_tiny_weeks_come_close_to_their_optimum():
    gaps = []
    for seed in range(1_000, 1_030):
        problem = random_problem(seed)
        gaps.append(require_between(problem, solve_exactly(problem).total_idr))
    assert sum(gaps) / len(gaps) < 0.03
    assert max(gaps) < 0.5


def test_a_week_worked_out_by_hand():
    """Two packs of 10 kg at Rp 90,000 serve 20 kg for 180,000; the own offer costs 200,000."""
    plan = solve(make.problem(offers=(make.offer(),), stocks=(make.stock(),)), LIMITS)
    assert plan.objective_idr == pytest.approx(180_000)
    assert plan.bound_idr == pytest.approx(180_000, rel=1e-3)


def test_promises_that_break_a_rule_are_infeasible_and_the_rule_is_named():
    plan = solve(make.problem(offers=(make.offer(qty=10_000),), fixed=(make.line(),)), LIMITS)
    assert plan.status is PlanStatus.INFEASIBLE
    assert plan.broken


async def test_the_real_process_solves_and_reports():
    problem, heard = random_problem(7), []
    content = json.dumps(write_problem(problem)).encode()
    first = await solve_in_process(content, time_limit_s=20, on_progress=heard.append)
    assert first.report.is_allowed
    assert heard
    again = await solve_in_process(content, time_limit_s=20)
    assert (again.plan.allocations, again.plan.purchases) == (first.plan.allocations, first.plan.purchases)


async def test_a_cancelled_real_solve_ends_within_two_seconds():
    cancel, asked_at = asyncio.Event(), []

    def listen(_):
        asked_at.append(time.monotonic())
        cancel.set()

    result = await solve_in_process(
        write_problem(random_problem(7)), time_limit_s=20, cancel=cancel, on_progress=listen
    )
    assert time.monotonic() - asked_at[0] < 2
    assert result.report.is_allowed
