"""Every hard rule kept by a hair and broken by the smallest amount, with that amount."""

from dataclasses import replace

import pytest

from service.matching.check import check
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.rules import Rule
from tests.factories import problems as make


def broken(problem, *lines, bought=()):
    """The rules that a plan of these lines breaks: (rule, where, amount), its total taken as stated rightly."""
    plan = Plan(tuple(lines), tuple(PackPurchase(*purchase) for purchase in bought), 0.0, None, PlanStatus.FEASIBLE)
    report = check(problem, replace(plan, objective_idr=check(problem, plan).total_idr))
    return [(fault.rule, fault.where, pytest.approx(fault.amount)) for fault in report.broken]


OFFER = make.offer()
LINE = make.line()


def test_a_plan_without_deliveries_breaks_nothing():
    assert broken(make.problem(offers=(OFFER,))) == []


def test_a_demand_line_is_covered_up_to_its_quantity():
    problem = make.problem(offers=(OFFER,))
    assert broken(problem, LINE) == []
    assert broken(problem, replace(LINE, qty=21_000)) == [(Rule.COVERAGE, "D1", 1_000)]


def test_a_substitute_may_cover_less_than_one_step_too_much():
    """Noodles cover 125 %: 16 kg cover the 20 kg exactly; 17 kg cover 21.25 kg, which is more than 20.999 kg."""
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        offers=(make.offer(item="NOODLE"),),
        demands=(make.demand(substitutes=(make.substitute(covers_bp=12_500),)),),
    )
    assert broken(problem, make.line(item="NOODLE", qty=16_000)) == []
    assert broken(problem, make.line(item="NOODLE", qty=17_000)) == [(Rule.COVERAGE, "D1", 1_250)]


def test_a_substitute_that_covers_a_part_of_a_step_too_much_is_allowed():
    """Noodles cover 90 %: 23 kg cover 20.7 kg, less than one step above 20 kg."""
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        offers=(make.offer(item="NOODLE"),),
        demands=(make.demand(substitutes=(make.substitute(covers_bp=9_000),)),),
    )
    assert broken(problem, make.line(item="NOODLE", qty=23_000)) == []
    assert broken(problem, make.line(item="NOODLE", qty=24_000)) == [(Rule.COVERAGE, "D1", 1_600)]


def test_an_offer_is_delivered_by_its_own_cooperative_only():
    problem = make.problem(offers=(OFFER,), cooperatives=(make.cooperative(), make.cooperative("C2")))
    assert broken(problem, replace(LINE, cooperative="C2")) == [(Rule.OFFER_OWNER, "allocations[0]", 0)]


@pytest.mark.parametrize(("day", "faults"), [(0, [Rule.OFFER_DAYS]), (1, [])])
def test_an_offer_is_delivered_on_its_days_only(day, faults):
    problem = make.problem(offers=(make.offer(from_day=1),), demands=(make.demand(day=day),))
    assert [rule for rule, *_ in broken(problem, LINE)] == faults


def test_an_offer_gives_at_most_its_quantity():
    assert broken(make.problem(offers=(make.offer(qty=20_000),)), LINE) == []
    assert broken(make.problem(offers=(make.offer(qty=18_000),)), LINE) == [(Rule.OFFER_QTY, "O1", 2_000)]


def test_an_offer_gives_nothing_or_its_minimum():
    assert broken(make.problem(offers=(make.offer(min_qty=20_000),)), LINE) == []
    assert broken(make.problem(offers=(make.offer(min_qty=21_000),)), LINE) == [(Rule.OFFER_MINIMUM, "O1", 1_000)]
    assert broken(make.problem(offers=(make.offer(min_qty=21_000),))) == []


STOCK = make.problem(stocks=(make.stock(),))
FROM_STOCK = make.line(source="S1")


@pytest.mark.parametrize(("day", "faults"), [(0, [Rule.STOCK_DAYS]), (1, [])])
def test_a_stock_is_delivered_on_its_days_only(day, faults):
    problem = make.problem(stocks=(make.stock(from_day=1),), demands=(make.demand(day=day),))
    assert [rule for rule, *_ in broken(problem, FROM_STOCK, bought=[("S1", "C1", 2)])] == faults


def test_what_is_delivered_from_a_stock_was_bought_by_that_cooperative():
    assert broken(STOCK, FROM_STOCK, bought=[("S1", "C1", 2)]) == []
    assert broken(STOCK, FROM_STOCK, bought=[("S1", "C1", 1)]) == [(Rule.PACKS_BOUGHT, "S1 by C1", 10_000)]
    assert broken(STOCK, FROM_STOCK) == [(Rule.PACKS_BOUGHT, "S1 by C1", 20_000)]


def test_no_whole_pack_stays_unused():
    line = replace(FROM_STOCK, qty=11_000)
    assert broken(STOCK, line, bought=[("S1", "C1", 2)]) == []
    assert broken(STOCK, line, bought=[("S1", "C1", 3)]) == [(Rule.WHOLE_PACK_UNUSED, "S1 by C1", 19_000)]


def test_two_purchases_of_the_same_packs_count_together():
    assert broken(STOCK, FROM_STOCK, bought=[("S1", "C1", 1), ("S1", "C1", 1)]) == []


def test_a_stock_gives_at_most_its_packs_to_all_cooperatives_together():
    cooperatives = (make.cooperative(), make.cooperative("C2"))
    lines = make.line(source="S1", qty=10_000), make.line(source="S1", qty=10_000, cooperative="C2")
    bought = [("S1", "C1", 1), ("S1", "C2", 1)]
    enough = make.problem(cooperatives=cooperatives, stocks=(make.stock(packs=2),))
    assert broken(enough, *lines, bought=bought) == []
    scarce = make.problem(cooperatives=cooperatives, stocks=(make.stock(packs=1),))
    assert broken(scarce, *lines, bought=bought) == [(Rule.STOCK_PACKS, "S1", 1)]


def test_nothing_costs_the_kitchen_more_than_the_lines_limit():
    problem = make.problem(offers=(make.offer(price_idr=15_001),))
    assert broken(make.problem(offers=(make.offer(price_idr=15_000),)), LINE) == []
    assert broken(problem, LINE) == [(Rule.PRICE_LIMIT, "allocations[0]", 1)]


def test_the_mark_up_counts_against_the_price_limit():
    """Rp 9,000 a kg and 500 bp are 9,450; the limit is one rupiah lower."""
    problem = make.problem(
        stocks=(make.stock(),),
        cooperatives=(make.cooperative(markup_bp=500),),
        demands=(make.demand(max_price_idr=9_449),),
    )
    assert broken(problem, FROM_STOCK, bought=[("S1", "C1", 2)]) == [(Rule.PRICE_LIMIT, "allocations[0]", 1)]


def test_a_substitute_has_a_price_limit_of_its_own():
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        offers=(make.offer(item="NOODLE", price_idr=12_000),),
        demands=(make.demand(substitutes=(make.substitute(max_price_idr=11_000),)),),
    )
    assert broken(problem, make.line(item="NOODLE")) == [(Rule.PRICE_LIMIT, "allocations[0]", 1_000)]


def test_an_order_reaches_the_wholesalers_minimum_in_pack_prices():
    bought = [("S1", "C1", 2)]
    kept = make.problem(stocks=(make.stock(),), wholesalers=(make.wholesaler(min_order_idr=180_000),))
    assert broken(kept, FROM_STOCK, bought=bought) == []
    low = make.problem(stocks=(make.stock(),), wholesalers=(make.wholesaler(min_order_idr=180_001),))
    assert broken(low, FROM_STOCK, bought=bought) == [(Rule.MINIMUM_ORDER, "W1 by C1", 1)]


def test_a_cooperative_handles_its_weight_a_day():
    kept = make.problem(offers=(OFFER,), cooperatives=(make.cooperative(handling_g=(20_000, 0)),))
    assert broken(kept, LINE) == []
    heavy = make.problem(offers=(OFFER,), cooperatives=(make.cooperative(handling_g=(19_999, 99_999)),))
    assert broken(heavy, LINE) == [(Rule.HANDLING, "C1 day 0", 1)]


@pytest.mark.parametrize(("cold", "faults"), [(True, [(Rule.COLD, "C1 day 0", 20_000)]), (False, [])])
def test_only_cold_goods_take_cold_room(cold, faults):
    problem = make.problem(
        items=(make.item(cold=cold),), offers=(OFFER,), cooperatives=(make.cooperative(cold_g=(0, 0)),)
    )
    assert broken(problem, LINE) == faults


def test_a_cooperative_delivers_within_its_radius():
    far = make.kitchen(**make.NORTH_1_KM)
    kept = make.problem(offers=(OFFER,), kitchens=(far,), cooperatives=(make.cooperative(radius_m=1_000),))
    assert broken(kept, LINE) == []
    short = make.problem(offers=(OFFER,), kitchens=(far,), cooperatives=(make.cooperative(radius_m=999),))
    assert broken(short, LINE) == [(Rule.RADIUS, "allocations[0]", 1)]


def test_packs_and_the_cash_share_of_own_offers_fit_into_the_capital():
    """Two packs for Rp 180,000 and 30 % of 20 kg at Rp 10,000: 240,000 in all."""
    lines = make.line(source="S1"), make.line(demand="D2")
    parts = {
        "stocks": (make.stock(),),
        "offers": (make.offer(cash_bp=3_000),),
        "demands": (make.demand(), make.demand("D2")),
    }
    kept = make.problem(cooperatives=(make.cooperative(capital_idr=240_000),), **parts)
    assert broken(kept, *lines, bought=[("S1", "C1", 2)]) == []
    poor = make.problem(cooperatives=(make.cooperative(capital_idr=239_000),), **parts)
    assert broken(poor, *lines, bought=[("S1", "C1", 2)]) == [(Rule.CAPITAL, "C1", 1_000)]


def test_a_kitchen_stays_within_each_budget_line():
    kept = make.problem(offers=(OFFER,), kitchens=(make.kitchen(budget_idr={"ingredient": 200_000}),))
    assert broken(kept, LINE) == []
    poor = make.problem(offers=(OFFER,), kitchens=(make.kitchen(budget_idr={"ingredient": 199_999}),))
    assert broken(poor, LINE) == [(Rule.BUDGET, "K1 ingredient", 1)]


def test_a_kitchen_takes_so_many_cooperatives_a_day():
    parts = {
        "cooperatives": (make.cooperative(), make.cooperative("C2")),
        "offers": (OFFER, make.offer("O2", cooperative="C2")),
    }
    lines = make.line(qty=10_000), make.line(source="O2", cooperative="C2", qty=10_000)
    assert broken(make.problem(kitchens=(make.kitchen(max_drops_per_day=2),), **parts), *lines) == []
    one = make.problem(kitchens=(make.kitchen(max_drops_per_day=1),), **parts)
    assert broken(one, *lines) == [(Rule.DROPS, "K1 day 0", 1)]


def test_two_lines_of_one_cooperative_are_one_drop():
    demands = make.demand(), make.demand("D2")
    problem = make.problem(offers=(OFFER,), demands=demands, kitchens=(make.kitchen(max_drops_per_day=1),))
    assert broken(problem, LINE, make.line(demand="D2")) == []


def test_a_promised_line_is_kept_at_least():
    problem = make.problem(offers=(OFFER,), fixed=(make.line(qty=12_000),))
    assert broken(problem, LINE) == []
    assert broken(problem, make.line(qty=10_000)) == [(Rule.FIXED, "D1 from O1 by C1", 2_000)]
    assert broken(problem) == [(Rule.FIXED, "D1 from O1 by C1", 12_000)]


@pytest.mark.parametrize("qty", [0, -1_000, 1_500])
def test_a_quantity_is_a_positive_multiple_of_the_step(qty):
    assert broken(make.problem(offers=(OFFER,)), make.line(qty=qty)) == [(Rule.STEP, "allocations[0]", qty)]


@pytest.mark.parametrize("field", ["demand", "source", "cooperative", "item"])
def test_a_line_that_names_unknown_things_is_broken_and_counts_for_nothing(field):
    problem = make.problem(offers=(OFFER,))
    assert broken(problem, make.line(**{field: "GONE"})) == [(Rule.UNKNOWN_ID, "allocations[0]", 0)]


def test_an_item_that_is_no_substitute_is_not_delivered():
    problem = make.problem(items=(make.item(), make.item("NOODLE")), offers=(make.offer(item="NOODLE"),))
    assert broken(problem, make.line(item="NOODLE")) == [(Rule.ITEM, "allocations[0]", 0)]


def test_a_source_gives_its_own_item_only():
    problem = make.problem(items=(make.item(), make.item("NOODLE")), offers=(make.offer(item="NOODLE"),))
    assert broken(problem, LINE) == [(Rule.ITEM, "allocations[0]", 0)]


@pytest.mark.parametrize(
    ("purchase", "fault"),
    [
        (("GONE", "C1", 1), (Rule.UNKNOWN_ID, "purchases[0]", 0)),
        (("S1", "GONE", 1), (Rule.UNKNOWN_ID, "purchases[0]", 0)),
        (("S1", "C1", 0), (Rule.STEP, "purchases[0]", 0)),
    ],
)
def test_a_purchase_names_known_things_and_some_packs(purchase, fault):
    assert broken(STOCK, bought=[purchase]) == [fault]


def test_a_plan_states_its_own_total():
    problem = make.problem(offers=(OFFER,))
    plan = Plan((LINE,), (), 200_001.0, None, PlanStatus.FEASIBLE)
    (fault,) = check(problem, plan).broken
    assert (fault.rule, fault.amount) == (Rule.OBJECTIVE, 1)
    assert check(problem, replace(plan, objective_idr=200_000.1)).is_allowed


def test_a_bound_is_not_above_the_plans_total():
    plan = Plan((LINE,), (), 200_000.0, 200_001.0, PlanStatus.FEASIBLE)
    (fault,) = check(make.problem(offers=(OFFER,)), plan).broken
    assert (fault.rule, fault.amount) == (Rule.BOUND, 1)
    assert str(fault) == "bound bound_idr: stated 200001.0, above the plan's own total 200000.00"
    assert check(make.problem(offers=(OFFER,)), replace(plan, bound_idr=200_000.0)).is_allowed


def test_all_broken_rules_are_named():
    problem = make.problem(
        offers=(make.offer(qty=10_000, price_idr=16_000),), kitchens=(make.kitchen(max_drops_per_day=0),)
    )
    assert {rule for rule, *_ in broken(problem, LINE)} == {Rule.PRICE_LIMIT, Rule.OFFER_QTY, Rule.DROPS}
