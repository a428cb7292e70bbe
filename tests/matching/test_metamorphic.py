"""What must happen to a plan when its problem changes in a known way; the right answer need not be known for that."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.peers.exact import optimum_of
from service.matching.canonical import canonical
from service.matching.check import check
from service.matching.plan import PlanStatus
from service.matching.rules import Rule
from service.matching.solve import Limits, solve
from tests.factories.mixed_problems import SWITCHES, mixed_problem
from tests.matching.closeness import CLOSE, at_most

LIMITS = Limits(time_limit_s=20)
LISTS = ("items", "kitchens", "cooperatives", "wholesalers", "offers", "stocks", "demands", "fixed", "previous")
weeks = settings(max_examples=16, derandomize=True, deadline=None)
seeds = st.integers(0, 100_000)
mixes = st.frozensets(st.sampled_from(SWITCHES))


def more_of(problem, r):
    """The same week with more to have in one way: goods, packs, room, money, visits, or reach."""
    coops, kitchens = problem.cooperatives, problem.kitchens
    step = {item.id: item.step for item in problem.items}
    another = replace(r.choice(problem.offers), id="O-MORE", supplier="P-MORE")
    return r.choice(
        (
            replace(problem, offers=tuple(replace(x, qty=x.qty + 3 * step[x.item]) for x in problem.offers)),
            replace(problem, offers=(*problem.offers, another)),
            replace(problem, offers=tuple(replace(x, from_day=0, to_day=1, min_qty=0) for x in problem.offers)),
            replace(problem, stocks=tuple(replace(x, packs=x.packs + 2) for x in problem.stocks)),
            replace(problem, wholesalers=tuple(replace(w, min_order_idr=0) for w in problem.wholesalers)),
            replace(problem, cooperatives=tuple(replace(c, capital_idr=2 * c.capital_idr) for c in coops)),
            replace(problem, cooperatives=tuple(replace(c, handling_g=(10**9,) * 2) for c in coops)),
            replace(problem, cooperatives=tuple(replace(c, radius_m=c.radius_m + 5000) for c in coops)),
            replace(problem, kitchens=tuple(replace(k, max_drops_per_day=9) for k in kitchens)),
            replace(
                problem, kitchens=tuple(replace(k, budget_idr=dict.fromkeys(k.budget_idr, 10**9)) for k in kitchens)
            ),
        )
    )


@weeks
@given(seed=seeds, on=mixes)
def test_more_to_have_never_makes_the_week_dearer(seed, on):
    problem = mixed_problem(seed, on)
    more = more_of(problem, random.Random(seed))
    before, after, plan = optimum_of(problem), optimum_of(more), solve(more, LIMITS)
    assert at_most(after.objective_idr, before.objective_idr)
    assert at_most(plan.objective_idr, before.objective_idr, close=CLOSE)
    assert at_most(plan.bound_idr, before.objective_idr)


@weeks
@given(seed=seeds, on=mixes, factor=st.sampled_from([2, 3, 10]))
def test_all_money_times_a_number_is_the_cost_times_that_number(seed, on, factor):
    problem = with_whole_prices(mixed_problem(seed, on))
    dearer = with_money(problem, factor)
    plan, scaled = solve(problem, LIMITS), solve(dearer, LIMITS)
    if plan.status is PlanStatus.INFEASIBLE:  # the lower pack prices left a promised order below its minimum
        assert scaled.status is PlanStatus.INFEASIBLE
        return
    moved = check(dearer, replace(plan, objective_idr=plan.objective_idr * factor, bound_idr=None))
    assert moved.broken == ()
    assert moved.total_idr == pytest.approx(plan.objective_idr * factor, rel=1e-9)
    assert at_most(scaled.objective_idr, plan.objective_idr * factor, close=CLOSE)
    assert at_most(plan.objective_idr * factor, scaled.objective_idr, close=CLOSE)
    assert at_most(scaled.bound_idr, plan.objective_idr * factor)
    assert at_most(plan.bound_idr * factor, scaled.objective_idr)


def with_whole_prices(problem):
    """Packs at prices that are whole rupiah per base price too, without mark-up, so that nothing is rounded up."""
    per = {item.id: item.per for item in problem.items}

    def whole(stock):
        lots = stock.pack_qty * 2 // per[stock.item] or 1
        return replace(stock, price_idr=max(1, stock.price_idr // lots) * lots)

    stocks = tuple(whole(stock) for stock in problem.stocks)
    cooperatives = tuple(replace(c, markup_bp=0) for c in problem.cooperatives)
    return replace(problem, stocks=stocks, cooperatives=cooperatives)


def with_money(problem, factor):
    """Every rupiah of the problem times a number."""

    def times(thing, *names):
        return replace(thing, **{name: getattr(thing, name) * factor for name in names})

    def line(demand):
        others = tuple(times(x, "max_price_idr", "penalty_idr") for x in demand.substitutes)
        return replace(times(demand, "max_price_idr"), substitutes=others)

    policy, prices = problem.policy, ("drop_idr", "drop_idr_per_km", "carry_idr_per_kg_km", "freight_idr_per_kg_km")
    prices += ("wholesale_idr_per_kg", "supplier_gap_idr", "supplier_min_value_idr", "change_idr_per_kg")
    tiers = times(policy.tier_idr_per_kg, "kelurahan", "kecamatan", "city")
    budgets = [{name: idr * factor for name, idr in k.budget_idr.items()} for k in problem.kitchens]
    return replace(
        problem,
        policy=replace(times(policy, *prices), tier_idr_per_kg=tiers),
        items=tuple(times(x, "shortage_idr") for x in problem.items),
        kitchens=tuple(replace(k, budget_idr=b) for k, b in zip(problem.kitchens, budgets, strict=True)),
        cooperatives=tuple(times(c, "capital_idr", "fair_value_idr") for c in problem.cooperatives),
        wholesalers=tuple(times(w, "min_order_idr") for w in problem.wholesalers),
        offers=tuple(times(x, "price_idr") for x in problem.offers),
        stocks=tuple(times(x, "price_idr") for x in problem.stocks),
        demands=tuple(line(x) for x in problem.demands),
    )


@weeks
@given(seed=seeds, on=mixes, order=st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(seed, on, order):
    problem = mixed_problem(seed, on)
    lists = {name: list(getattr(problem, name)) for name in LISTS}
    for entries in lists.values():
        order.shuffle(entries)
    shuffled = replace(problem, **{name: tuple(entries) for name, entries in lists.items()})
    assert canonical(shuffled) == canonical(problem)
    assert solve(shuffled, LIMITS) == solve(problem, LIMITS)


@weeks
@given(seed=seeds, on=mixes)
def test_offers_and_stocks_that_a_plan_leaves_can_go_and_the_plan_stays_as_good(seed, on):
    problem = mixed_problem(seed, on)
    plan = solve(problem, LIMITS)
    used = {line.source for line in plan.allocations} | {line.source for line in problem.fixed}
    fewer = replace(
        problem,
        offers=tuple(x for x in problem.offers if x.id in used),
        stocks=tuple(x for x in problem.stocks if x.id in used),
    )
    report = check(fewer, plan)
    assert [fault for fault in report.broken if fault.rule is not Rule.BOUND] == []
    assert report.total_idr == pytest.approx(plan.objective_idr, rel=1e-9)
    again = solve(fewer, LIMITS)
    assert at_most(again.bound_idr, plan.objective_idr)
    assert at_most(plan.bound_idr, again.objective_idr)
    assert at_most(again.objective_idr, plan.objective_idr, close=CLOSE)


@weeks
@given(seed=seeds, on=mixes)
def test_a_plan_can_be_promised_whole_and_comes_back_as_good(seed, on):
    problem = replace(mixed_problem(seed, on), previous=())
    plan = solve(problem, LIMITS)
    promised = replace(problem, fixed=plan.allocations)
    again = solve(promised, LIMITS)
    assert again.status is not PlanStatus.INFEASIBLE
    assert at_most(again.objective_idr, plan.objective_idr)
    assert at_most(plan.bound_idr, again.objective_idr)
    kept = {(x.demand, x.source, x.cooperative): x.qty for x in again.allocations}
    assert all(kept.get((x.demand, x.source, x.cooperative), 0) >= x.qty for x in plan.allocations)
