"""The file format as a mixed-integer program and the check, each written from the format, say the same of any plan."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.peers.exact import optimum_of
from benchmarks.peers.statement import state
from benchmarks.peers.vectors import Inexpressible, plan_of, vector_of
from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import PlanStatus
from service.matching.rules import Rule
from service.matching.solve import Limits, solve
from tests.factories import problems as make
from tests.factories.mixed_problems import SWITCHES, mixed_problem
from tests.factories.random_problems import random_plan, random_problem, with_history

QUICK = Limits(time_limit_s=60, effort=0.3)
mixes = st.builds(mixed_problem, st.integers(0, 10_000), st.frozensets(st.sampled_from(SWITCHES)))
weeks = settings(max_examples=60, derandomize=True, deadline=None)
SAID = {Rule.OBJECTIVE, Rule.BOUND}
"""What a plan says of itself; the program knows only what it does."""


def require_same_verdict(problem, plan):
    """The check finds a broken rule exactly if the program has no vector of the plan or the vector breaks a row."""
    statement, report = state(problem), check(problem, plan)
    broken = [fault for fault in report.broken if fault.rule not in SAID]
    try:
        x = vector_of(statement, plan)
    except Inexpressible:
        assert broken
        return False
    assert bool(statement.model.broken(x)) == bool(broken), (broken, statement.model.broken(x))
    if not broken:
        assert statement.model.total(x) == pytest.approx(report.total_idr, rel=1e-9, abs=1e-6)
        back = plan_of(statement, x)
        assert (back.allocations, back.purchases) == (plan.allocations, plan.purchases)
    return not broken


@weeks
@given(problem=mixes)
def test_the_clerks_plan_is_a_vector_within_every_row_that_costs_what_the_check_says(problem):
    plan = greedy(problem)
    assert require_same_verdict(problem, plan) == (plan.status is not PlanStatus.INFEASIBLE)


@settings(weeks, max_examples=25)
@given(problem=mixes)
def test_so_is_the_optimisers_plan(problem):
    plan = solve(problem, QUICK)
    assert require_same_verdict(problem, plan) == (plan.status is not PlanStatus.INFEASIBLE)


@settings(weeks, max_examples=200)
@given(seed=st.integers(0, 10_000), more=st.integers(0, 10_000))
def test_plans_at_random_break_a_row_exactly_if_they_break_a_rule(seed, more):
    require_same_verdict(random_problem(seed), random_plan(random_problem(seed), more))


@settings(weeks, max_examples=120)
@given(problem=mixes, data=st.data())
def test_an_allowed_plan_spoilt_in_one_place_breaks_a_row_exactly_if_it_breaks_a_rule(problem, data):
    plan = greedy(problem)
    step = {item.id: item.step for item in problem.items}
    if plan.allocations and data.draw(st.booleans()):
        n = data.draw(st.integers(0, len(plan.allocations) - 1))
        line, by = plan.allocations[n], data.draw(st.sampled_from([-2, -1, 1, 2, 10]))
        changed = replace(line, qty=line.qty + by * step[line.item])
        plan = replace(plan, allocations=(*plan.allocations[:n], changed, *plan.allocations[n + 1 :]))
    elif plan.purchases:
        n = data.draw(st.integers(0, len(plan.purchases) - 1))
        bought = replace(plan.purchases[n], packs=plan.purchases[n].packs + data.draw(st.sampled_from([-1, 1])))
        plan = replace(plan, purchases=(*plan.purchases[:n], bought, *plan.purchases[n + 1 :]))
    require_same_verdict(problem, plan)


@weeks
@given(problem=mixes)
def test_an_optimum_is_a_plan_that_the_check_accepts_at_the_programs_total(problem):
    best = optimum_of(problem)
    if best is not None:
        assert check(problem, best).broken == ()
        assert best.objective_idr == pytest.approx(best.bound_idr, rel=1e-6, abs=1)


@settings(weeks, max_examples=30)
@given(seed=st.integers(0, 900))
def test_an_optimum_can_be_promised_and_stay_one(seed):
    """Its lines fixed, and no plan before that would cost something: nothing changes."""
    problem = random_problem(seed)
    best = optimum_of(problem)
    promised = replace(with_history(problem, best, seed), previous=())
    assert optimum_of(promised).objective_idr == pytest.approx(best.objective_idr, rel=1e-6, abs=1)


def test_promises_that_break_a_rule_leave_nothing_allowed():
    problem = make.problem(offers=(make.offer(qty=10_000),), fixed=(make.line(),))
    assert optimum_of(problem) is None


def test_an_optimum_worked_out_by_hand():
    """Two packs of 10 kg at Rp 90,000 serve 20 kg for 180,000; the offer costs 200,000, leaving it short 2,000,000."""
    problem = make.problem(offers=(make.offer(),), stocks=(make.stock(),))
    assert optimum_of(problem).objective_idr == pytest.approx(180_000)


def test_a_broken_row_is_named_by_its_rule():
    """11 packs of 10 of the stock, all delivered to a line of 110 kg by the one cooperative."""
    problem = make.problem(demands=(make.demand(qty=110_000),), stocks=(make.stock(),))
    plan = plan_of(state(problem), vector_of(state(problem), greedy(problem)))
    line, bought = plan.allocations[0], plan.purchases[0]
    over = replace(plan, allocations=(replace(line, qty=110_000),), purchases=(replace(bought, packs=11),))
    statement = state(problem)
    assert "stock packs[0]" in statement.model.broken(vector_of(statement, over))
