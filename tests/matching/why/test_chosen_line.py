"""Why this cooperative for this kitchen: each alternative against a whole plan that really has it."""

from dataclasses import replace

import pytest

from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import Plan, PlanStatus
from service.matching.rules import Rule, Term
from service.matching.why.chosen_line import explain_chosen_line
from service.matching.why.local import Locality
from service.matching.why.neighbourhood import neighbours, short_of
from tests.factories import problems as make
from tests.factories.random_problems import random_problem, with_history

CHOSEN = ("D1", "O1", "C1")
TWO_COOPERATIVES = (make.cooperative(), make.cooperative("C2", **make.NORTH_1_KM))
DEARER = {
    "cooperatives": TWO_COOPERATIVES,
    "offers": (make.offer(), make.offer("O2", cooperative="C2", price_idr=11_000)),
}


def plan_of(*lines):
    return Plan(lines or (make.line(),), (), 0.0, None, PlanStatus.FEASIBLE)


def ask(problem, plan=None, way=CHOSEN):
    return explain_chosen_line(problem, plan or plan_of(), way)


def moved(alternative):
    return {term: round(idr) for term, idr in alternative.terms_idr.items() if abs(idr) > 0.5}


def test_the_chosen_delivery_is_named():
    answer = ask(make.problem(**DEARER))
    assert (answer.demand, answer.kitchen, answer.source, answer.cooperative) == ("D1", "K1", "O1", "C1")
    assert (answer.item, answer.unit, answer.date, answer.qty) == ("RICE", "g", "2026-11-30", 20_000)
    assert (answer.wholesaler, answer.promised_qty, answer.is_cheapest) == (None, 0, True)


def test_a_delivery_that_the_plan_does_not_have_is_an_error():
    with pytest.raises(KeyError):
        ask(make.problem(**DEARER), way=("D1", "O2", "C2"))


def test_the_next_best_way_is_dearer_by_price_and_way():
    """20 kg over 1 km at Rp 60 per kg and km; a drop of Rp 5,000 and Rp 5,000 per km instead of one of Rp 5,000."""
    policy = make.policy(carry_idr_per_kg_km=60, drop_idr=5_000, drop_idr_per_km=5_000)
    (other,) = ask(make.problem(**DEARER, policy=policy)).alternatives
    assert (other.source, other.cooperative, other.item, other.qty, other.short_qty) == ("O2", "C2", "RICE", 20_000, 0)
    assert moved(other) == {Term.GOODS: 20_000, Term.CARRY: 1_200, Term.DROPS: 5_000}
    assert other.difference_idr == pytest.approx(26_200)
    assert other.is_proven


def test_packs_bring_freight_left_over_goods_and_the_wholesale_price():
    """20 kg in packs of 15 kg: 10 kg stay over at Rp 6,000 a kg and half their price; 1 km of freight for 30 kg."""
    problem = make.problem(
        items=(make.item(leftover_bp=5_000),),
        policy=make.policy(freight_idr_per_kg_km=20, wholesale_idr_per_kg=200),
        wholesalers=(make.wholesaler(**make.NORTH_1_KM),),
        offers=(make.offer(),),
        stocks=(make.stock(pack_qty=15_000),),
    )
    (other,) = ask(problem).alternatives
    assert (other.source, other.cooperative, other.wholesaler) == ("S1", "C1", "W1")
    assert moved(other) == {
        Term.GOODS: -80_000,
        Term.LOCALITY: 4_000,
        Term.FREIGHT: 600,
        Term.LEFTOVER: 30_000,
    }


def test_a_substitute_costs_its_penalty_and_soft_goals_count():
    """The second cooperative lacks nothing to its fair value then, the first lacks all of its Rp 200,000."""
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        policy=make.policy(fairness_bp=1_000, tier_idr_per_kg=make.FREE_POLICY.tier_idr_per_kg),
        cooperatives=(make.cooperative(fair_value_idr=200_000), make.cooperative("C2", fair_value_idr=0)),
        offers=(make.offer(), make.offer("O2", cooperative="C2", item="NOODLE")),
        demands=(make.demand(substitutes=(make.substitute(penalty_idr=500),)),),
    )
    (other,) = ask(problem).alternatives
    assert moved(other) == {Term.SUBSTITUTION: 10_000, Term.FAIRNESS: 20_000}
    assert other.item == "NOODLE"


def test_what_the_alternative_cannot_deliver_is_short():
    problem = make.problem(
        cooperatives=TWO_COOPERATIVES, offers=(make.offer(), make.offer("O2", cooperative="C2", qty=15_000))
    )
    (other,) = ask(problem).alternatives
    assert (other.qty, other.short_qty) == (15_000, 5_000)
    assert moved(other) == {Term.SHORTAGE: 500_000, Term.GOODS: -50_000}


def test_the_line_that_loses_its_goods_to_the_alternative_is_served_anew():
    """The second kitchen has the alternative's 20 kg and then takes the first cooperative's, Rp 1,000 a kg cheaper."""
    problem = make.problem(
        kitchens=(make.kitchen(), make.kitchen("K2")),
        cooperatives=TWO_COOPERATIVES,
        offers=(make.offer(qty=20_000), make.offer("O2", cooperative="C2", price_idr=11_000, qty=20_000)),
        demands=(make.demand(), make.demand("D2", kitchen="K2")),
    )
    plan = plan_of(make.line(), make.line(demand="D2", source="O2", cooperative="C2"))
    (other,) = ask(problem, plan).alternatives
    assert (other.difference_idr, other.short_qty) == (pytest.approx(0), 0)


def test_goods_that_come_free_go_to_a_line_that_is_short():
    """The other kitchen lacks 20 kg that only this cooperative may bring: there they save Rp 90,000 a kg."""
    problem = make.problem(
        kitchens=(make.kitchen(), make.kitchen("K2")),
        cooperatives=(make.cooperative(), make.cooperative("C2", radius_m=500, **make.NORTH_1_KM)),
        offers=(make.offer(qty=20_000), make.offer("O2", cooperative="C2", price_idr=11_000)),
        demands=(make.demand(), make.demand("D2", kitchen="K2")),
    )
    problem = replace(problem, kitchens=(make.kitchen(**make.NORTH_1_KM), make.kitchen("K2")))
    answer = ask(problem)
    assert answer.alternatives[0].difference_idr == pytest.approx(20 * 11_000 - 20 * 100_000)
    assert answer.saving.difference_idr == pytest.approx(answer.alternatives[0].difference_idr)


def test_a_choice_that_is_not_the_cheapest_says_so_with_the_saving():
    answer = ask(make.problem(**DEARER), plan_of(make.line(source="O2", cooperative="C2")), ("D1", "O2", "C2"))
    assert not answer.is_cheapest
    assert answer.saving.difference_idr == pytest.approx(-20_000)
    assert answer.saving.terms_idr[Term.GOODS] == pytest.approx(-20_000)
    assert answer.saving.lines == (make.line(),)
    assert answer.alternatives[0].difference_idr == pytest.approx(-20_000)


def test_a_promised_delivery_has_no_alternative():
    answer = ask(make.problem(**DEARER, fixed=(make.line(),)))
    assert (answer.promised_qty, answer.alternatives, answer.saving) == (20_000, (), None)


def test_only_what_is_not_promised_moves():
    (other,) = ask(make.problem(**DEARER, fixed=(make.line(qty=15_000),))).alternatives
    assert other.qty == 5_000
    assert moved(other) == {Term.GOODS: 5_000}


def test_a_way_that_would_leave_a_promise_below_its_minimum_is_no_alternative():
    problem = make.problem(
        kitchens=(make.kitchen(), make.kitchen("K2")),
        cooperatives=TWO_COOPERATIVES,
        offers=(make.offer(qty=30_000, min_qty=30_000), make.offer("O2", cooperative="C2")),
        demands=(make.demand(), make.demand("D2", kitchen="K2", qty=10_000)),
        fixed=(make.line(demand="D2", qty=10_000),),
    )
    answer = ask(problem, plan_of(make.line(), make.line(demand="D2", qty=10_000)))
    assert (answer.alternatives, answer.is_cheapest) == ((), True)


def test_without_any_other_way_there_is_no_alternative():
    answer = ask(make.problem(offers=(make.offer(),)))
    assert (answer.alternatives, answer.is_cheapest) == ((), True)


def test_the_best_other_cooperative_is_shown_even_if_three_sources_of_this_one_are_better():
    offers = (*(make.offer(f"O{n}", price_idr=10_000 + n) for n in range(1, 6)),)
    problem = make.problem(
        cooperatives=TWO_COOPERATIVES, offers=(*offers, make.offer("O9", cooperative="C2", price_idr=12_000))
    )
    assert [x.source for x in ask(problem).alternatives] == ["O2", "O3", "O9"]


@pytest.mark.parametrize("seed", range(16))
def test_terms_add_up_and_an_alternative_never_beats_the_saving(seed):
    problem = random_problem(seed)
    plan = greedy(problem)
    if seed % 2:
        problem = with_history(problem, plan, seed)
        plan = greedy(problem)
    if plan.status is PlanStatus.INFEASIBLE:
        return
    locality = Locality(problem, plan)
    for line in plan.allocations:
        answer = explain_chosen_line(problem, plan, (line.demand, line.source, line.cooperative), locality=locality)
        for found in (*answer.alternatives, *((answer.saving,) if answer.saving else ())):
            assert set(found.terms_idr) == set(Term)
            assert sum(found.terms_idr.values()) == pytest.approx(found.difference_idr, abs=1e-3)
        cheapest = min((x.difference_idr for x in answer.alternatives), default=0.0)
        saved = answer.saving.difference_idr if answer.saving else 0.0
        assert saved <= cheapest + 1


@pytest.mark.parametrize("seed", range(0, 16, 2))
def test_an_alternative_is_an_allowed_plan_with_the_stated_difference(seed):
    """Where nothing around the line can be improved, the plan with the alternative differs by what is stated."""
    problem = random_problem(seed)
    names = [d.id for d in problem.demands]
    first = Locality(problem, greedy(problem))
    _, plan = first.whole(first.resolve(names, asked=names))
    locality = Locality(problem, plan)
    for line in plan.allocations:
        answer = explain_chosen_line(problem, plan, (line.demand, line.source, line.cooperative), locality=locality)
        assert answer.is_cheapest
        for other in answer.alternatives:
            assert other.difference_idr >= -1
            way = (line.demand, other.source, other.cooperative)
            now = {(x.demand, x.source, x.cooperative): x.qty for x in locality.lines_of[line.demand]}
            bounds = {key: (qty, qty) for key, qty in now.items()}
            bounds[line.demand, line.source, line.cooperative] = (0, 0)
            bounds[way] = (now.get(way, 0) + other.qty,) * 2
            around = (*neighbours(locality, line.demand), *short_of(locality, line.item, line.demand))
            found = locality.resolve({line.demand, *around}, asked=names, ways={line.demand: bounds})
            whole, changed = locality.whole(found)
            report = check(whole, changed)
            assert [fault for fault in report.broken if fault.rule is not Rule.OBJECTIVE] == []
            assert report.total_idr - plan.objective_idr == pytest.approx(other.difference_idr, abs=1)
