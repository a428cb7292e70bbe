"""What rules cost: intervals around what is worked out by hand, and around the exact optimum of random weeks."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.peers.exact import optimum_of
from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import Plan, PlanStatus
from service.matching.problem import TierPrices
from service.matching.solve import Limits, solve
from service.matching.why.rule_costs import (
    AskedRule,
    PricedRule,
    explain_rule_cost,
    explain_rule_costs,
    rules_of,
    without_rule,
)
from service.matching.why.sentences.rule_costs import sentences
from service.matching.why.sentences.wording import Language
from tests.factories import problems as make
from tests.factories.random_problems import random_problem

LIMITS = Limits(time_limit_s=10)


def cost_of(problem, rule, item=""):
    """Interval of one rule for the optimiser's plan, and the answer."""
    answer = explain_rule_cost(problem, solve(problem, LIMITS), AskedRule(rule, item), LIMITS)
    return (pytest.approx(answer.lower_idr, abs=1), pytest.approx(answer.upper_idr, abs=200)), answer


FAR = make.cooperative("C2", kelurahan="V2", kecamatan="D2")
TWO_OFFERS = (make.offer(), make.offer("O2", cooperative="C2", price_idr=9_000, supplier="C2"))


def test_staying_local_costs_the_difference_to_the_cheaper_offer_elsewhere():
    """20 kg at 1,000 more each; the 2,000 a kg for goods from elsewhere counts on neither side."""
    policy = make.policy(tier_idr_per_kg=TierPrices(0, 0, 2_000))
    problem = make.problem(policy=policy, cooperatives=(make.cooperative(), FAR), offers=TWO_OFFERS)
    both, answer = cost_of(problem, PricedRule.LOCALITY)
    assert both == (20_000, 20_000)
    assert (answer.plan.local_value_share, answer.without.local_value_share) == (1.0, 0.0)
    assert (answer.plan_idr, answer.without_idr) == pytest.approx((200_000, 180_000))


def test_wholesale_goods_count_as_not_local():
    problem = make.problem(
        policy=make.policy(wholesale_idr_per_kg=2_000), offers=(make.offer(),), stocks=(make.stock(),)
    )
    assert cost_of(problem, PricedRule.LOCALITY)[0] == (20_000, 20_000)


def test_fairness_costs_what_the_dearer_cooperative_gets():
    """C1 must sell for 100,000: 10 kg at 1,000 more."""
    coops = (make.cooperative(fair_value_idr=100_000), FAR)
    problem = make.problem(policy=make.policy(fairness_bp=9_000), cooperatives=coops, offers=TWO_OFFERS)
    assert cost_of(problem, PricedRule.FAIRNESS)[0] == (10_000, 10_000)


def test_a_second_supplier_costs_its_dearer_goods():
    """The second supplier must bring 50,000 to count: 5 kg at 1,000 more."""
    policy = make.policy(supplier_gap_idr=50_000, supplier_min_value_idr=50_000)
    kitchens = (make.kitchen(min_suppliers=2),)
    problem = make.problem(policy=policy, kitchens=kitchens, cooperatives=(make.cooperative(), FAR), offers=TWO_OFFERS)
    assert cost_of(problem, PricedRule.SUPPLIERS)[0] == (5_000, 5_000)


def test_a_share_limit_costs_what_the_other_cooperative_is_dearer():
    """C2 may have half of 300,000 at 9,000 a kg: 16 kg and a bit; so 4 kg at 1,000 more."""
    kitchens = (make.kitchen(max_share_bp=5_000),)
    problem = make.problem(
        policy=make.policy(share_bp=9_000), kitchens=kitchens, cooperatives=(make.cooperative(), FAR), offers=TWO_OFFERS
    )
    assert cost_of(problem, PricedRule.SHARE)[0] == (4_000, 4_000)


def test_a_limit_of_drops_costs_the_shortage_that_a_second_delivery_would_cure():
    """O1 has 15 of 20 kg; without the limit O2 brings 5 kg for 45,000 instead of 500,000 of shortage."""
    offers = (make.offer(qty=15_000, price_idr=8_000), replace(TWO_OFFERS[1], qty=5_000))
    kitchens = (make.kitchen(max_drops_per_day=1),)
    problem = make.problem(kitchens=kitchens, cooperatives=(make.cooperative(), FAR), offers=offers)
    both, answer = cost_of(problem, PricedRule.DROPS)
    assert both == (455_000, 455_000)
    assert (answer.plan.fill_share, answer.without.fill_share) == (0.75, 1.0)


def test_a_price_cap_costs_the_shortage_that_dearer_goods_would_cure():
    """The only goods are at 16,000; 2,000,000 of shortage against 320,000. Shares stay as they are in rupiah."""
    problem = make.problem(offers=(make.offer(price_idr=16_000),))
    assert cost_of(problem, PricedRule.PRICE_CAP, "RICE")[0] == (1_680_000, 1_680_000)
    freed = without_rule(problem, AskedRule(PricedRule.PRICE_CAP, "RICE"))
    assert freed.demands[0].max_price_idr == 16_000
    assert freed.kitchens[0].max_share_bp == 9_375


def test_the_cap_of_a_substitute_is_its_own_and_a_stock_counts_at_its_dearest_markup():
    substitutes = (make.substitute(max_price_idr=9_000), make.substitute("RICE", max_price_idr=1))
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")), stocks=(make.stock(item="NOODLE"),),
        cooperatives=(make.cooperative(), make.cooperative("C2", markup_bp=1_000)),
        demands=(make.demand(substitutes=substitutes[:1]), make.demand("D2", item="NOODLE", max_price_idr=20_000)),
    )  # fmt: skip
    freed = without_rule(problem, AskedRule(PricedRule.PRICE_CAP, "NOODLE"))
    assert [(d.max_price_idr, [s.max_price_idr for s in d.substitutes]) for d in freed.demands] == [
        (15_000, [9_900]),
        (20_000, []),
    ]


def test_a_kitchen_that_needs_nothing_keeps_its_share_limit():
    kitchens = (make.kitchen(), make.kitchen("K2", max_share_bp=4_000))
    problem = make.problem(kitchens=kitchens, offers=(make.offer(price_idr=16_000),))
    assert without_rule(problem, AskedRule(PricedRule.PRICE_CAP, "RICE")).kitchens[1].max_share_bp == 4_000


def test_rules_that_nothing_runs_into_cost_nothing_and_need_no_solve():
    problem = make.problem(offers=(make.offer(),))
    assert rules_of(problem) == ()
    plan = greedy(problem)
    for rule in PricedRule:
        answer = explain_rule_cost(problem, plan, AskedRule(rule, "RICE"), Limits(time_limit_s=0))
        assert (answer.is_binding, answer.lower_idr, answer.upper_idr, answer.gap) == (False, 0, 0, 0)
        assert len(sentences(answer, Language.ENGLISH)) == len(sentences(answer, Language.INDONESIAN)) == 1


def test_a_free_week_has_no_gap():
    problem = make.problem(demands=(), offers=(make.offer(),), policy=make.policy(share_bp=1))
    (answer,) = explain_rule_costs(problem, greedy(problem), LIMITS)
    assert (answer.asked.rule, answer.gap, answer.upper_idr) == (PricedRule.SHARE, 0, 0)


def test_a_cancelled_job_stops_asking():
    problem = random_problem(3)
    assert explain_rule_costs(problem, greedy(problem), LIMITS, cancelled=lambda: True) == ()


def test_a_rule_is_not_blamed_for_what_the_plan_missed_anyway():
    """Nobody reaches the share limit; 20 kg at 9,000 instead of 10,000 would have saved 20,000 with it too."""
    problem = make.problem(policy=make.policy(share_bp=1), cooperatives=(make.cooperative(), FAR), offers=TWO_OFFERS)
    plan = Plan((make.line(),), (), 200_000.0, 150_000.0, PlanStatus.FEASIBLE)
    answer = explain_rule_cost(problem, plan, AskedRule(PricedRule.SHARE), LIMITS)
    assert (answer.own_saving_idr, answer.own_gap_idr) == pytest.approx((20_000, 50_000))
    assert (answer.lower_idr, answer.upper_idr) == pytest.approx((0, 20_000), abs=200)


@settings(max_examples=12, derandomize=True, deadline=None)
@given(seed=st.integers(0, 900))
def test_the_interval_holds_the_exact_cost(seed):
    problem = random_problem(seed)
    plan = greedy(problem)
    for answer in explain_rule_costs(problem, plan, LIMITS, rules=rules_of(problem)[:3]):
        freed = without_rule(problem, answer.asked)
        exact = check(freed, plan).total_idr - optimum_of(freed).objective_idr
        assert answer.lower_idr - 1 <= exact <= answer.upper_idr + 1
        assert answer.own_gap_idr == 0


def test_the_answer_in_words():
    problem = make.problem(offers=(make.offer(price_idr=16_000),))
    plan = solve(problem, LIMITS)
    (answer,) = explain_rule_costs(problem, plan, LIMITS)
    answer = replace(answer, bound_idr=answer.without_idr)
    assert sentences(answer, Language.INDONESIAN, {"RICE": "beras"}) == (
        "Batas harga beras menambah biaya Rp 1.680.000.",
        "Rencana pembanding tanpa aturan ini paling jauh 0% di atas yang termurah.",
        (
            "Tanpa aturan ini: 100% kebutuhan terpenuhi (sekarang 0%), 100% belanja di kecamatan (sekarang 0%), "
            "1 pengantaran (sekarang 0)."
        ),
    )
    wide = replace(answer, bound_idr=answer.without_idr - 10_000)
    assert sentences(wide, Language.ENGLISH)[0] == "The price limit of RICE adds between Rp 1,680,000 and Rp 1,690,000."
    assert "antara Rp 1.680.000 dan Rp 1.690.000" in sentences(wide, Language.INDONESIAN)[0]
    assert "1 delivery (now 0)" in sentences(answer, Language.ENGLISH)[2]
    assert sentences(answer, Language.ENGLISH)[0] == "The price limit of RICE adds Rp 1,680,000."


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_solve_without_a_rule_begins_with_the_plan_and_never_ends_dearer(seed):
    """Cancelled at once, it comes back with nothing else."""
    problem = random_problem(seed)
    plan = solve(problem, LIMITS)
    for asked in rules_of(problem):
        freed = without_rule(problem, asked)
        again = solve(freed, LIMITS, start=plan, cancelled=lambda: True)
        assert again.objective_idr <= check(freed, plan).total_idr + 0.01


def test_a_start_that_is_not_allowed_is_not_taken():
    stricter = make.problem(offers=(make.offer(price_idr=9_000), make.offer("O2")))
    plan = solve(stricter, LIMITS)
    problem = replace(stricter, offers=(make.offer(price_idr=9_000, qty=5_000), make.offer("O2")))
    found = solve(problem, LIMITS, start=plan)
    assert check(problem, found).broken == ()
