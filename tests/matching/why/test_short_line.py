"""Why a line is short: one binding rule at a time, the takers, and what helps, each with the truth worked out by hand.

One line of 20 kg of rice at Rp 100,000 of shortage per kg; rice costs Rp 10,000 per kg unless said otherwise.
"""

from dataclasses import replace

import pytest

from service.matching.canonical import canonical
from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.rules import Rule
from service.matching.why.chosen_line import explain_chosen_line
from service.matching.why.local import Locality
from service.matching.why.reasons import ReasonCode
from service.matching.why.relaxations import RelaxationCode
from service.matching.why.short_line import explain_short_line, relaxed_plan
from tests.factories import problems as make
from tests.factories.random_problems import random_problem, with_history

EMPTY = Plan((), (), 0.0, None, PlanStatus.FEASIBLE)
OFFER = {"offers": (make.offer(),)}
SECOND = (make.kitchen(), make.kitchen("K2"))


def ask(problem, plan=None, demand="D1"):
    return explain_short_line(problem, plan or greedy(problem), demand)


def helps(answer):
    return {x.relaxation.code: x for x in answer.helps}


def test_a_full_line_needs_no_explanation():
    answer = ask(make.problem(**OFFER))
    assert (answer.short_qty, answer.reasons, answer.takers, answer.replan, answer.helps) == (0, (), (), None, ())


def test_the_line_is_named_with_what_it_lacks():
    answer = ask(make.problem(offers=(make.offer(qty=5_000),)))
    assert (answer.demand, answer.kitchen, answer.item, answer.unit) == ("D1", "K1", "RICE", "g")
    assert (answer.date, answer.qty, answer.short_qty) == ("2026-11-30", 20_000, 15_000)


def test_an_unknown_line_is_an_error():
    with pytest.raises(KeyError):
        ask(make.problem(), demand="D9")


TWO = {
    "kitchens": SECOND,
    "offers": (make.offer(qty=20_000),),
    "demands": (make.demand(), make.demand("D2", kitchen="K2")),
}


def test_who_got_the_goods_is_named_with_what_losing_them_would_cost():
    """The other kitchen has all 20 kg; without them it would be short of goods worth Rp 100,000 a kg, and pay none."""
    (taker,) = ask(make.problem(**TWO), demand="D2").takers
    assert (taker.kitchen, taker.demand, taker.source, taker.cooperative) == ("K1", "D1", "O1", "C1")
    assert (taker.item, taker.unit, taker.qty, taker.wholesaler) == ("RICE", "g", 20_000, None)
    assert taker.loss_idr == pytest.approx(20 * 90_000)


def test_a_taker_that_can_be_served_otherwise_loses_little():
    """The first kitchen may take noodles at Rp 12,000 instead of rice at Rp 10,000."""
    problem = make.problem(
        **TWO
        | {
            "items": (make.item(), make.item("NOODLE")),
            "offers": (make.offer(qty=20_000), make.offer("O2", item="NOODLE", price_idr=12_000)),
            "demands": (make.demand(substitutes=(make.substitute(),)), make.demand("D2", kitchen="K2")),
        }
    )
    answer = ask(problem, demand="D2")
    assert answer.takers[0].loss_idr == pytest.approx(20 * 2_000)
    assert answer.replan is not None
    assert answer.replan.recovered_qty == 20_000
    assert answer.replan.difference_idr == pytest.approx(20 * (12_000 - 100_000))
    assert answer.helps == ()


def test_promised_goods_cannot_be_taken_away():
    problem = make.problem(**TWO, fixed=(make.line(),))
    (taker,) = ask(problem, demand="D2").takers
    assert (taker.promised_qty, taker.loss_idr) == (20_000, None)


def test_of_goods_that_are_promised_in_part_the_rest_can_be_taken_away():
    """8 of 20 kg must stay; without the other 12 the first kitchen would lack goods worth Rp 90,000 more a kg."""
    problem = make.problem(**TWO, fixed=(make.line(qty=8_000),))
    (taker,) = ask(problem, Plan((make.line(),), (), 0.0, None, PlanStatus.FEASIBLE), demand="D2").takers
    assert (taker.demand, taker.qty, taker.promised_qty) == ("D1", 20_000, 8_000)
    assert taker.loss_idr == pytest.approx(12 * 90_000)


def test_what_another_cooperative_promised_of_a_stock_does_not_hold_this_ones():
    """Both cooperatives bring 10 kg of one stock to the first kitchen; the second's is promised, and all it can pay."""
    problem = make.problem(
        **TWO
        | {
            "offers": (),
            "stocks": (make.stock(packs=2),),
            "cooperatives": (make.cooperative(), make.cooperative("C2", capital_idr=90_000)),
            "fixed": (make.line(source="S1", cooperative="C2", qty=10_000),),
        }
    )
    lines = tuple(make.line(source="S1", cooperative=name, qty=10_000) for name in ("C1", "C2"))
    packs = tuple(PackPurchase("S1", name, 1) for name in ("C1", "C2"))
    answer = ask(problem, Plan(lines, packs, 0.0, None, PlanStatus.FEASIBLE), demand="D2")
    found = {taker.cooperative: (taker.promised_qty, taker.loss_idr) for taker in answer.takers}
    assert found == {"C1": (0, pytest.approx(10 * 91_000)), "C2": (10_000, None)}


def test_goods_without_which_the_others_order_would_be_too_small_cannot_be_taken_away():
    """Both kitchens' packs together just make the minimum order."""
    problem = make.problem(
        kitchens=(*SECOND, make.kitchen("K3")),
        wholesalers=(make.wholesaler(min_order_idr=360_000),),
        stocks=(make.stock(packs=4),),
        demands=(make.demand(), make.demand("D2", kitchen="K2"), make.demand("D3", kitchen="K3")),
    )
    answer = ask(problem, demand="D3")
    assert [(taker.demand, taker.loss_idr, taker.wholesaler) for taker in answer.takers] == [
        ("D1", None, "W1"),
        ("D2", None, "W1"),
    ]


def test_a_line_left_short_though_goods_are_there_is_filled_by_planning_anew():
    answer = ask(make.problem(**OFFER), EMPTY)
    assert [reason.code for reason in answer.reasons] == [ReasonCode.CHEAPER_LEFT_SHORT]
    assert answer.replan is not None
    assert (answer.replan.recovered_qty, answer.helps) == (20_000, ())


def test_what_does_not_make_the_plan_cheaper_is_not_shown():
    """Goods that cost more than the shortage help nobody."""
    problem = make.problem(items=(make.item(shortage_idr=9_000),), offers=(make.offer(qty=5_000),))
    assert ask(problem, EMPTY).helps == ()


def test_what_two_rules_keep_away_no_single_change_of_them_brings():
    problem = make.problem(offers=(make.offer(price_idr=15_200, from_day=1),), cooperatives=())
    blocked = replace(problem, cooperatives=(make.cooperative(handling_g=(0, 0)),))
    assert ask(blocked).helps == ()


def test_other_lines_do_not_gain_from_what_is_meant_for_this_one():
    """Both kitchens are short; 15 kg more are asked for and all of them reach the line asked about."""
    problem = make.problem(**TWO | {"offers": (make.offer(qty=10_000),)})
    plan = Plan((make.line(qty=5_000), make.line(demand="D2", qty=5_000)), (), 0.0, None, PlanStatus.FEASIBLE)
    extra = helps(ask(problem, plan, demand="D2"))[RelaxationCode.EXTRA_SUPPLY]
    assert (extra.relaxation.amount, extra.recovered_qty) == (15_000, 15_000)


def test_the_plan_behind_a_help_can_be_looked_at():
    problem = make.problem(offers=(make.offer(qty=5_000),))
    locality = Locality(problem, greedy(problem))
    extra = helps(explain_short_line(problem, locality.plan, "D1", locality=locality))[RelaxationCode.EXTRA_SUPPLY]
    whole, plan = relaxed_plan(locality, extra.relaxation)
    assert sorted(line.qty for line in plan.allocations) == [5_000, 15_000]
    assert len(whole.offers) == 2


def test_a_plan_whose_promises_break_a_rule_cannot_be_explained():
    problem = make.problem(**OFFER, cooperatives=(make.cooperative(handling_g=(10_000, 0)),), fixed=(make.line(),))
    plan = Plan((make.line(),), (), 0.0, None, PlanStatus.INFEASIBLE)
    with pytest.raises(ValueError, match="breaks a rule"):
        explain_chosen_line(problem, plan, ("D1", "O1", "C1"))


@pytest.mark.parametrize(
    "parts",
    [
        {"cooperatives": ()},
        {"cooperatives": (), "stocks": (make.stock(),)},
        {"wholesalers": ()},
        {"cooperatives": (), "wholesalers": ()},
        {"demands": (make.demand(qty=10**12),), "offers": (make.offer(qty=10**9),)},
    ],
)
def test_degenerate_problems_have_an_answer(parts):
    assert ask(make.problem(**parts)).reasons


def shown_helps():
    """Every help of every short line of random weeks, half of them with promises and a plan before."""
    for seed in range(16):
        problem = random_problem(seed)
        plan = greedy(problem)
        if seed % 2:
            problem = with_history(problem, plan, seed)
            plan = greedy(problem)
        if plan.status is PlanStatus.INFEASIBLE:
            continue
        locality = Locality(problem, plan)
        for demand in problem.demands:
            if locality.short_qty(demand.id):
                answer = explain_short_line(problem, plan, demand.id, locality=locality)
                for help_ in answer.helps:
                    yield locality, answer, help_


def test_every_help_shown_does_what_it_says_in_the_whole_relaxed_problem():
    codes = set()
    for locality, answer, help_ in shown_helps():
        codes.add(help_.relaxation.code)
        problem, plan = relaxed_plan(locality, help_.relaxation)
        assert problem == canonical(help_.relaxation.apply(locality.problem))
        report = check(problem, plan)
        assert report.broken == ()
        recovered = locality.short_qty(answer.demand) - Locality(problem, plan).short_qty(answer.demand)
        replanned = answer.replan.recovered_qty if answer.replan else 0.0
        assert recovered - replanned == pytest.approx(help_.recovered_qty, abs=1e-6)
        assert 0 < help_.recovered_qty <= answer.short_qty
        assert help_.difference_idr < 0
        # Planning the same lines anew may already have made the plan cheaper by more.
        assert report.total_idr - locality.plan.objective_idr <= help_.difference_idr + 1
        assert [x for x in check(locality.problem, plan).broken if x.rule is not Rule.OBJECTIVE]
    assert len(codes) >= 6
