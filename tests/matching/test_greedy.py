"""The clerk's way on weeks small enough to follow by hand, and allowed on every random one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import PackPurchase, PlanStatus
from service.matching.rules import Rule
from tests.factories import problems as make
from tests.factories.random_problems import random_problem, with_history


def served(problem):
    """What the clerk gives: demand, source, cooperative, kilograms."""
    plan = greedy(problem)
    assert check(problem, plan).is_allowed
    assert plan.status is PlanStatus.FEASIBLE
    assert plan.bound_idr is None
    return [(line.demand, line.source, line.cooperative, line.qty // 1000) for line in plan.allocations]


def test_the_cheapest_own_offer_comes_first_and_the_next_fills_up():
    offers = make.offer(price_idr=12_000), make.offer("O2", price_idr=11_000, qty=15_000)
    assert served(make.problem(offers=offers)) == [("D1", "O1", "C1", 5), ("D1", "O2", "C1", 15)]


def test_the_first_kitchen_and_the_earliest_day_are_served_first():
    """30 kg for 20 kg on Monday and 20 on Tuesday at the first kitchen, 20 on Monday at the second."""
    demands = make.demand("D3", kitchen="K2"), make.demand("D2", day=1), make.demand("D1")
    problem = make.problem(
        kitchens=(make.kitchen(), make.kitchen("K2")), offers=(make.offer(qty=30_000),), demands=demands
    )
    assert served(problem) == [("D1", "O1", "C1", 20), ("D2", "O1", "C1", 10)]


def test_packs_come_through_the_nearest_cooperative_from_the_cheapest_wholesaler():
    problem = make.problem(
        cooperatives=(make.cooperative(**make.NORTH_1_KM), make.cooperative("C2")),
        stocks=(make.stock(), make.stock("S2", price_idr=80_000, packs=1)),
    )
    assert served(problem) == [("D1", "S1", "C2", 10), ("D1", "S2", "C2", 10)]
    assert greedy(problem).purchases == (PackPurchase("S1", "C2", 1), PackPurchase("S2", "C2", 1))


def test_what_is_left_in_an_open_pack_serves_the_next_line():
    """15 kg twice out of three packs of 10 kg."""
    demands = make.demand(qty=15_000), make.demand("D2", qty=15_000)
    problem = make.problem(stocks=(make.stock(),), demands=demands)
    assert served(problem) == [("D1", "S1", "C1", 15), ("D2", "S1", "C1", 15)]
    assert greedy(problem).purchases == (PackPurchase("S1", "C1", 3),)


def test_a_substitute_comes_last_and_covers_the_line_up():
    """5 kg of rice; 15 kg are missing, of which noodles at 90 % need 17 kg."""
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        offers=(make.offer(qty=5_000), make.offer("O2", item="NOODLE", price_idr=1)),
        demands=(make.demand(substitutes=(make.substitute(covers_bp=9_000),)),),
    )
    assert served(problem) == [("D1", "O1", "C1", 5), ("D1", "O2", "C1", 17)]


def test_an_order_below_the_minimum_is_cancelled_and_its_goods_are_looked_for_elsewhere():
    problem = make.problem(
        wholesalers=(make.wholesaler(min_order_idr=200_000), make.wholesaler("W2")),
        stocks=(make.stock(), make.stock("S2", wholesaler="W2", price_idr=95_000)),
    )
    assert served(problem) == [("D1", "S2", "C1", 20)]


def test_an_offer_below_its_minimum_is_cancelled():
    offers = make.offer(min_qty=30_000), make.offer("O2", price_idr=11_000, qty=12_000)
    assert served(make.problem(offers=offers)) == [("D1", "O2", "C1", 12)]


def test_a_drop_less_is_taken_into_account():
    problem = make.problem(
        kitchens=(make.kitchen(max_drops_per_day=1),),
        cooperatives=(make.cooperative(), make.cooperative("C2")),
        offers=(make.offer(qty=5_000), make.offer("O2", cooperative="C2", price_idr=12_000)),
    )
    assert served(problem) == [("D1", "O1", "C1", 5)]


def test_money_is_counted_to_the_last_rupiah():
    """A budget of Rp 100,000 buys exactly 10 kg; one rupiah less buys 9 kg."""
    enough = make.kitchen(budget_idr={"ingredient": 100_000})
    assert served(make.problem(offers=(make.offer(),), kitchens=(enough,))) == [("D1", "O1", "C1", 10)]
    less = make.kitchen(budget_idr={"ingredient": 99_999})
    assert served(make.problem(offers=(make.offer(),), kitchens=(less,))) == [("D1", "O1", "C1", 9)]


def test_promises_are_kept_although_cheaper_goods_are_there():
    offers = make.offer(price_idr=14_000), make.offer("O2", price_idr=9_000)
    problem = make.problem(offers=offers, fixed=(make.line(qty=8_000),))
    assert served(problem) == [("D1", "O1", "C1", 8), ("D1", "O2", "C1", 12)]


def test_a_promised_offer_is_lifted_over_its_minimum():
    """8 kg are promised of an offer that gives 15 kg or nothing."""
    offers = make.offer(price_idr=14_000, min_qty=15_000), make.offer("O2", price_idr=9_000)
    problem = make.problem(offers=offers, fixed=(make.line(qty=8_000),))
    assert served(problem) == [("D1", "O1", "C1", 20)]


def test_a_promised_order_is_lifted_over_its_minimum_as_it_was_before():
    """5 kg of S1 are promised; the plan before had 10 kg of S2 for the same order of at least Rp 150,000."""
    problem = make.problem(
        wholesalers=(make.wholesaler(min_order_idr=150_000),),
        stocks=(make.stock(), make.stock("S2")),
        demands=(make.demand(qty=5_000), make.demand("D2", qty=10_000, day=1)),
        fixed=(make.line(source="S1", qty=5_000),),
        previous=(make.line(source="S1", qty=5_000), make.line(demand="D2", source="S2", qty=10_000)),
    )
    assert served(problem) == [("D1", "S1", "C1", 5), ("D2", "S2", "C1", 10)]


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"offers": (make.offer(qty=10_000),)}, Rule.OFFER_QTY),
        ({"offers": (make.offer(from_day=1),)}, Rule.OFFER_DAYS),
        ({"offers": (make.offer(min_qty=50_000),)}, Rule.OFFER_MINIMUM),
        ({"offers": (make.offer(),), "kitchens": (make.kitchen(max_drops_per_day=0),)}, Rule.DROPS),
    ],
)
def test_promises_that_break_a_rule_make_the_week_infeasible_and_the_rule_is_named(parts, rule):
    plan = greedy(make.problem(fixed=(make.line(),), **parts))
    assert plan.status is PlanStatus.INFEASIBLE
    assert [text.split()[0] for text in plan.broken] == [rule.value]


def test_a_promise_of_an_item_that_the_line_does_not_take_is_not_kept():
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        offers=(make.offer(item="NOODLE"),),
        fixed=(make.line(item="NOODLE"),),
    )
    plan = greedy(problem)
    assert plan.status is PlanStatus.INFEASIBLE
    assert plan.broken == ("fixed D1 from O1 by C1: 20000 of 20000 are missing",)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_clerks_plan_of_any_week_is_allowed(seed):
    problem = random_problem(seed)
    plan = greedy(problem)
    assert check(problem, plan).broken == ()
    again = with_history(problem, plan, seed)
    assert check(again, greedy(again)).broken == ()
