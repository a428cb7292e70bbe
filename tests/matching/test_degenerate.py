"""Weeks with nothing in them, with nothing left to decide, and with the largest numbers the format takes."""

import json
from dataclasses import replace

import pytest

from benchmarks.peers.exact import optimum_of
from service.matching.check import check
from service.matching.errors import InvalidProblem
from service.matching.greedy import greedy
from service.matching.plan import PlanStatus
from service.matching.problem import TierPrices
from service.matching.reader import parse_problem, read_problem
from service.matching.schema import (
    MAX_COUNT,
    MAX_DAYS,
    MAX_LINE_VALUE,
    MAX_MONEY_IDR,
    MAX_PRICE_IDR,
    MAX_QTY,
    MAX_RADIUS_M,
    MAX_WEIGHT_G,
)
from service.matching.solve import Limits, solve
from service.matching.writer import write_problem
from tests.factories import problems as make
from tests.factories.random_problems import random_problem

LIMITS = Limits(time_limit_s=20, effort=0.5)
WEEK = random_problem(4)
NOBODY = {"offers": (), "stocks": (), "cooperatives": (), "wholesalers": ()}


def each(things, **changes):
    return tuple(replace(thing, **changes) for thing in things)


EMPTY = {
    "nothing at all": replace(WEEK, items=(), kitchens=(), demands=(), **NOBODY),
    "no supply": replace(WEEK, offers=(), stocks=()),
    "no cooperatives": replace(WEEK, **NOBODY),
    "no demand": replace(WEEK, demands=()),
    "no kitchens": replace(WEEK, kitchens=(), demands=()),
    "no handling": replace(WEEK, cooperatives=each(WEEK.cooperatives, handling_g=(0, 0))),
    "no capital": replace(
        WEEK, cooperatives=each(WEEK.cooperatives, capital_idr=0), offers=each(WEEK.offers, cash_bp=1)
    ),
    "no radius": replace(WEEK, cooperatives=each(WEEK.cooperatives, radius_m=0)),
    "no budget": replace(
        WEEK, kitchens=tuple(replace(k, budget_idr=dict.fromkeys(k.budget_idr, 0)) for k in WEEK.kitchens)
    ),
    "no drops": replace(WEEK, kitchens=each(WEEK.kitchens, max_drops_per_day=0)),
    "no quantities": replace(WEEK, offers=each(WEEK.offers, qty=0, min_qty=0), stocks=each(WEEK.stocks, packs=0)),
    "prices above every limit": replace(
        WEEK, demands=tuple(replace(d, max_price_idr=0, substitutes=()) for d in WEEK.demands)
    ),
}


def solved(problem):
    """A plan of a problem that the format takes: allowed, its bound below it."""
    problem = parse_problem(json.dumps(write_problem(problem)).encode())
    plan = solve(problem, LIMITS)
    assert plan.status is not PlanStatus.INFEASIBLE, plan.broken
    assert check(problem, plan).broken == ()
    assert plan.bound_idr is not None
    return plan


@pytest.mark.parametrize("name", EMPTY)
def test_where_nothing_can_be_delivered_the_plan_is_empty(name):
    plan = solved(EMPTY[name])
    assert (plan.allocations, plan.purchases) == ((), ())
    assert plan.objective_idr == greedy(EMPTY[name]).objective_idr


@pytest.mark.parametrize("seed", range(3))
def test_one_kitchen_with_one_line(seed):
    week = random_problem(seed)
    problem = replace(week, kitchens=week.kitchens[:1], demands=each(week.demands[:1], kitchen=week.kitchens[0].id))
    assert solved(problem).objective_idr == pytest.approx(optimum_of(problem).objective_idr, rel=2e-4, abs=1)


@pytest.mark.parametrize("seed", range(3))
def test_a_week_of_one_day(seed):
    week = random_problem(seed)
    problem = replace(
        week,
        days=week.days[:1],
        cooperatives=tuple(replace(c, handling_g=c.handling_g[:1], cold_g=c.cold_g[:1]) for c in week.cooperatives),
        offers=each(week.offers, from_day=0, to_day=0),
        stocks=each(week.stocks, from_day=0, to_day=0),
        demands=each(week.demands, day=0),
    )
    assert solved(problem).objective_idr == pytest.approx(optimum_of(problem).objective_idr, rel=2e-4, abs=1)


def test_a_year_of_days():
    days = tuple(f"{2001 + n // 336}-{n // 28 % 12 + 1:02d}-{n % 28 + 1:02d}" for n in range(MAX_DAYS))
    problem = make.problem(
        days=days,
        cooperatives=(make.cooperative(days=MAX_DAYS),),
        offers=(make.offer(to_day=MAX_DAYS - 1, qty=30_000),),
        demands=tuple(make.demand(f"D{n}", day=n, qty=1_000) for n in range(0, MAX_DAYS, 8)),
    )
    assert solved(problem).objective_idr == 30 * 10_000 + 16 * 100_000


@pytest.mark.parametrize("seed", range(4))
def test_everything_is_fixed(seed):
    week = random_problem(seed)
    promised = replace(week, fixed=optimum_of(week).allocations)
    plan = solved(promised)
    assert set(plan.allocations) >= set(promised.fixed)


def test_nothing_costs_anything():
    free = replace(make.FREE_POLICY, tier_idr_per_kg=TierPrices(0, 0, 0))
    items = (make.item(shortage_idr=0, weight_g=0),)
    problem = make.problem(
        policy=free, items=items, offers=(make.offer(price_idr=0),), stocks=(make.stock(price_idr=0),)
    )
    plan = solved(problem)
    assert plan.objective_idr == 0
    assert plan.gap == 0


def test_packs_without_a_price_take_no_capital():
    """Of 20 kg 1 kg is promised at 10,000 rupiah; the others come for nothing though there is no rupiah to spend."""
    problem = make.problem(
        cooperatives=(make.cooperative(capital_idr=0),),
        offers=(make.offer(),),
        stocks=(make.stock(price_idr=0),),
        fixed=(make.line(qty=1_000),),
    )
    assert solved(problem).objective_idr == 10_000


def huge(**changes):
    """One line as large as the format takes it, a limit beside it, and everything else without end."""
    qty, price = 5 * 10**8, MAX_LINE_VALUE // (5 * 10**8)
    values = {
        "items": (make.item(shortage_idr=MAX_PRICE_IDR, step=1),),
        "kitchens": (make.kitchen(budget_idr={"ingredient": MAX_MONEY_IDR}, max_drops_per_day=MAX_COUNT),),
        "cooperatives": (
            make.cooperative(
                radius_m=MAX_RADIUS_M, capital_idr=MAX_MONEY_IDR, handling_g=(MAX_WEIGHT_G,) * 2, cold_g=(0, 0)
            ),
        ),
        "offers": (make.offer(qty=qty, price_idr=price),),
        "demands": (make.demand(qty=qty, max_price_idr=price),),
    }
    return make.problem(**{**values, **changes})


def test_huge_numbers_near_the_formats_limits():
    """500 tonnes at Rp 100,000 a kilogram; all of it is delivered."""
    plan = solved(huge())
    assert plan.objective_idr == 5 * 10**5 * 10**5
    assert plan.bound_idr == pytest.approx(plan.objective_idr, rel=1e-6)


def test_huge_packs():
    """Rp 10^9 for 10^9 g in one pack: a tenth of it is needed, at Rp 1,000 a kilogram; the rest is left over free."""
    stock = make.stock(packs=1, pack_qty=MAX_QTY, price_idr=10**9)
    problem = huge(offers=(), stocks=(stock,), demands=(make.demand(qty=10**8, max_price_idr=1_000),))
    assert solved(problem).objective_idr == 10**5 * 1_000


def test_a_huge_shortage_is_counted_right():
    """500 tonnes short at Rp 10^9 a kilogram."""
    assert solved(huge(offers=())).objective_idr == 5 * 10**5 * 10**9


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"days": []}, "/days"),
        ({"items": []}, "/offers/0/item"),
        ({"kitchens": []}, "/demands/0/kitchen"),
        ({"cooperatives": []}, "/offers/0/cooperative"),
    ],
)
def test_a_week_that_contradicts_itself_is_refused_by_name(change, pointer):
    document = write_problem(make.problem(offers=(make.offer(),))) | change
    with pytest.raises(InvalidProblem) as refused:
        read_problem(document)
    assert pointer in {fault.pointer for fault in refused.value.faults}


def test_a_line_beyond_the_formats_limits_is_refused_by_name():
    document = write_problem(huge(demands=(make.demand(qty=MAX_QTY, max_price_idr=MAX_PRICE_IDR),)))
    with pytest.raises(InvalidProblem) as refused:
        read_problem(document)
    assert "/demands/0/qty" in {fault.pointer for fault in refused.value.faults}
