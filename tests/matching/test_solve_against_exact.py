"""The optimiser on random tiny weeks with all rules in all mixes, between the proven optimum and the clerk's plan."""

import asyncio
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.peers.exact import optimum_of
from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import PlanStatus
from service.matching.process import solve_in_process
from service.matching.solve import Limits, solve
from service.matching.writer import write_problem
from tests.factories import problems as make
from tests.factories.mixed_problems import SWITCHES, mixed_problem
from tests.factories.random_problems import random_problem, with_history
from tests.matching.closeness import CLOSE, at_most

LIMITS = Limits(time_limit_s=20)
weeks = settings(max_examples=45, derandomize=True, deadline=None)
mixes = st.builds(mixed_problem, st.integers(0, 100_000), st.frozensets(st.sampled_from(SWITCHES)))


def require_near(problem):
    """Bound <= every known plan, optimum <= plan <= clerk's, plan near the optimum; infeasible only if nothing is."""
    best, clerk, plan = optimum_of(problem), greedy(problem), solve(problem, LIMITS)
    if best is None:
        assert plan.status is PlanStatus.INFEASIBLE
        assert plan.broken
        return
    assert check(problem, plan).broken == ()
    assert plan.status in {PlanStatus.OPTIMAL, PlanStatus.FEASIBLE}
    assert at_most(plan.bound_idr, best.objective_idr)
    assert at_most(best.objective_idr, plan.objective_idr)
    assert at_most(plan.objective_idr, best.objective_idr, close=CLOSE)
    if clerk.status is not PlanStatus.INFEASIBLE:
        assert at_most(plan.bound_idr, clerk.objective_idr)
        assert at_most(plan.objective_idr, clerk.objective_idr)


@weeks
@given(problem=mixes)
def test_whatever_rules_bind_the_plan_is_the_optimum_and_no_known_plan_is_below_the_bound(problem):
    require_near(problem)


@pytest.mark.parametrize("seed", range(6))
def test_so_it_is_with_every_rule_at_once(seed):
    require_near(mixed_problem(seed, frozenset(SWITCHES)))


@pytest.mark.parametrize("name", SWITCHES)
def test_so_it_is_with_one_rule_alone(name):
    require_near(mixed_problem(7, frozenset({name})))


@settings(weeks, max_examples=25)
@given(seed=st.integers(0, 900))
def test_so_it_is_after_an_optimum_was_partly_promised_and_partly_lost(seed):
    problem = random_problem(seed)
    require_near(with_history(problem, optimum_of(problem), seed))


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
