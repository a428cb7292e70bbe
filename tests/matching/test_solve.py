"""The optimiser on weeks small enough to work the optimum out by hand; rupiah of goods and shortage unless said."""

from dataclasses import replace

import pytest

from service.matching.check import check
from service.matching.plan import PackPurchase, PlanStatus
from service.matching.problem import ShortageStep
from service.matching.solve import Limits, solve
from tests.factories import problems as make

QUICK = Limits(time_limit_s=30, effort=0.3)


def solved(problem, *, limits=QUICK, seed=0):
    """A plan that the check accepts, with a bound that is none above its total."""
    plan = solve(problem, limits, seed=seed)
    assert check(problem, plan).broken == ()
    assert plan.bound_idr <= plan.objective_idr
    return plan


def served(plan):
    return [(x.demand, x.source, x.cooperative, x.qty // 1000) for x in plan.allocations]


def test_without_supply_everything_is_short_and_that_is_proven():
    """20 kg short at 100,000: 2,000,000."""
    plan = solved(make.problem())
    assert plan.allocations == ()
    assert plan.objective_idr == 2_000_000
    assert plan.bound_idr == pytest.approx(2_000_000)
    assert plan.status is PlanStatus.OPTIMAL


def test_without_demand_the_empty_plan_costs_what_the_policy_asks_of_it():
    plan = solved(make.problem(demands=(), offers=(make.offer(),)))
    assert plan.objective_idr == 0
    assert plan.status is PlanStatus.OPTIMAL


def test_packs_that_are_cheaper_than_the_own_offer_win():
    """Two packs of 10 kg at 90,000 serve 20 kg for 180,000; the offer would cost 200,000."""
    plan = solved(make.problem(offers=(make.offer(),), stocks=(make.stock(),)))
    assert plan.objective_idr == 180_000
    assert plan.purchases == (PackPurchase("S1", "C1", 2),)


def test_goods_left_over_in_a_pack_make_the_offer_fill_up():
    """One pack of 15 kg for 90,000 and 5 kg at 7,000; a second pack would leave 10 kg and lose 30,000 by that."""
    items = (make.item(leftover_bp=5_000),)
    stock = make.stock(pack_qty=15_000, price_idr=90_000)
    plan = solved(make.problem(items=items, offers=(make.offer(price_idr=7_000),), stocks=(stock,)))
    assert plan.objective_idr == 125_000
    assert served(plan) == [("D1", "O1", "C1", 5), ("D1", "S1", "C1", 15)]


def test_an_offer_below_its_minimum_is_not_used():
    """25 kg at least, but 20 kg are needed (less than 21 may come): all short for 2,000,000."""
    assert solved(make.problem(offers=(make.offer(min_qty=25_000),))).objective_idr == 2_000_000


def test_a_minimum_order_is_reached_with_another_line_or_not_at_all():
    """One pack of 10 kg for each of two lines of 10 kg: 180,000 reaches the minimum; one line alone stays short."""
    wholesalers = (make.wholesaler(min_order_idr=180_000),)
    line = make.demand(qty=10_000)
    alone = make.problem(wholesalers=wholesalers, stocks=(make.stock(),), demands=(line,))
    together = replace(alone, demands=(line, make.demand("D2", qty=10_000, day=1)))
    assert solved(alone).objective_idr == 1_000_000
    assert solved(together).objective_idr == 180_000


def test_capital_limits_the_packs():
    """100,000 buys one pack: 90,000 + 10 kg short for 1,000,000."""
    cooperatives = (make.cooperative(capital_idr=100_000),)
    plan = solved(make.problem(cooperatives=cooperatives, stocks=(make.stock(),)))
    assert plan.objective_idr == 1_090_000


def test_the_budget_limits_the_value_delivered():
    """105,000 pays 10 kg at 10,000; 10 kg short for 1,000,000."""
    kitchens = (make.kitchen(budget_idr={"ingredient": 105_000}),)
    plan = solved(make.problem(kitchens=kitchens, offers=(make.offer(),)))
    assert plan.objective_idr == 1_100_000


def test_one_drop_a_day_leaves_one_cooperative():
    """C1 has 12 kg, C2 has 15 kg; only one may come: 15 kg at 10,000 and 5 kg short: 150,000 + 500,000."""
    problem = make.problem(
        kitchens=(make.kitchen(max_drops_per_day=1),),
        cooperatives=(make.cooperative(), make.cooperative("C2")),
        offers=(make.offer(qty=12_000), make.offer("O2", cooperative="C2", supplier="C2", qty=15_000)),
    )
    assert solved(problem).objective_idr == 650_000


def test_a_drop_is_saved_where_it_costs_more_than_the_dearer_goods():
    """Two lines of 20 kg: both from C1 for 400,000 + one drop of 50,000 beat C2's 180,000 with a second drop."""
    problem = make.problem(
        policy=make.policy(drop_idr=50_000),
        cooperatives=(make.cooperative(), make.cooperative("C2")),
        items=(make.item(), make.item("OIL")),
        offers=(
            make.offer(),
            make.offer("O2", item="OIL"),
            make.offer("O3", cooperative="C2", item="OIL", price_idr=9_000, supplier="C2"),
        ),
        demands=(make.demand(), make.demand("D2", item="OIL")),
    )
    assert solved(problem).objective_idr == 450_000


def test_scarce_goods_are_shared_where_the_last_fifth_is_dearer():
    """20 kg for two lines of 20: 10 each. Shortage of each: 4 kg at 100,000, 6 kg at 200,000 = 1,600,000."""
    steps = ShortageStep(above_bp=0, factor_bp=10_000), ShortageStep(above_bp=2_000, factor_bp=20_000)
    steps += (ShortageStep(above_bp=5_000, factor_bp=40_000),)
    problem = make.problem(
        policy=make.policy(shortage_steps=steps),
        kitchens=(make.kitchen(), make.kitchen("K2")),
        offers=(make.offer(qty=20_000),),
        demands=(make.demand(), make.demand("D2", kitchen="K2")),
    )
    plan = solved(problem)
    assert served(plan) == [("D1", "O1", "C1", 10), ("D2", "O1", "C1", 10)]
    assert plan.objective_idr == 200_000 + 2 * 1_600_000


def test_a_substitute_covers_in_its_proportion_and_pays_its_penalty():
    """At 8,000 bp, 25 kg noodles cover 20 kg: 25 x (6,000 + 1,000) = 175,000."""
    line = make.demand(substitutes=(make.substitute(covers_bp=8_000, penalty_idr=1_000),))
    noodles = make.offer(item="NOODLE", price_idr=6_000)
    items = (make.item(), make.item("NOODLE"))
    assert solved(make.problem(items=items, offers=(noodles,), demands=(line,))).objective_idr == 175_000


def test_a_second_supplier_is_worth_its_gap():
    """20 kg from one supplier: 200,000 + a gap of 50,000. 5 kg of O2 at 12,000 reach its least value of 60,000."""
    problem = make.problem(
        policy=make.policy(supplier_gap_idr=50_000, supplier_min_value_idr=60_000),
        kitchens=(make.kitchen(min_suppliers=2),),
        offers=(make.offer(), make.offer("O2", price_idr=12_000, supplier="P2")),
    )
    assert solved(problem).objective_idr == 15 * 10_000 + 60_000


def test_fair_value_moves_goods_to_the_cooperative_that_lacks_it():
    """C2 is 500 a kilogram dearer, but lacks 200,000 at 10 %: 205,000 + 0 < 200,000 + 20,000."""
    problem = make.problem(
        policy=make.policy(fairness_bp=1_000),
        cooperatives=(make.cooperative(), make.cooperative("C2", fair_value_idr=200_000)),
        offers=(make.offer(), make.offer("O2", cooperative="C2", price_idr=10_250, supplier="C2")),
    )
    assert solved(problem).objective_idr == 205_000


def test_fixed_lines_are_kept_though_dearer():
    """The fixed 5 kg from O1 at 10,000, the other 15 kg from O2 at 5,000."""
    offers = make.offer(), make.offer("O2", price_idr=5_000)
    plan = solved(make.problem(offers=offers, fixed=(make.line(qty=5_000),)))
    assert served(plan) == [("D1", "O1", "C1", 5), ("D1", "O2", "C1", 15)]
    assert plan.objective_idr == 125_000


def test_a_fixed_line_is_lifted_over_the_minimum_of_its_offer():
    """10 kg are fixed, the offer gives 15 kg or nothing; O2 is cheaper for the last 5 kg."""
    offers = make.offer(min_qty=15_000), make.offer("O2", price_idr=5_000)
    plan = solved(make.problem(offers=offers, fixed=(make.line(qty=10_000),)))
    assert served(plan) == [("D1", "O1", "C1", 15), ("D1", "O2", "C1", 5)]


def test_fixed_lines_that_break_a_rule_are_named():
    plan = solve(make.problem(offers=(make.offer(qty=10_000),), fixed=(make.line(),)), QUICK)
    assert plan.status is PlanStatus.INFEASIBLE
    assert any("O1" in fault for fault in plan.broken)


def test_a_fixed_line_that_nobody_may_deliver_is_named():
    plan = solve(make.problem(offers=(make.offer(price_idr=20_000),), fixed=(make.line(),)), QUICK)
    assert plan.status is PlanStatus.INFEASIBLE
    assert plan.broken


def test_a_fixed_line_below_a_minimum_that_nothing_can_reach_is_infeasible():
    plan = solve(make.problem(offers=(make.offer(min_qty=30_000),), fixed=(make.line(qty=5_000),)), QUICK)
    assert plan.status is PlanStatus.INFEASIBLE
    assert any("O1" in fault for fault in plan.broken)


def test_a_plan_in_force_stays_where_moving_costs_more_than_it_saves():
    """O2 saves 1,000 a kilogram; moving a kilogram changes two lines. At 400 it moves, at 600 it stays."""
    offers = make.offer(), make.offer("O2", price_idr=9_000)
    before = (make.line(),)
    moving = make.problem(policy=make.policy(change_idr_per_kg=400), offers=offers, previous=before)
    staying = make.problem(policy=make.policy(change_idr_per_kg=600), offers=offers, previous=before)
    assert solved(moving).objective_idr == 180_000 + 2 * 20 * 400
    assert solved(staying).objective_idr == 200_000


def test_a_previous_line_whose_demand_is_gone_counts_as_moved():
    """5 kg of a demand that no longer exists: 5 x 400 on top of the goods."""
    problem = make.problem(
        policy=make.policy(change_idr_per_kg=400),
        offers=(make.offer(),),
        previous=(make.line(), make.line(demand="GONE", qty=5_000)),
    )
    assert solved(problem).objective_idr == 202_000
