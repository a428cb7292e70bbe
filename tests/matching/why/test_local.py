"""A few lines served anew: exactly, with everything else held, and with the whole plan's true difference."""

import random

import pytest

from benchmarks.peers.exact import optimum_of
from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.linear_model import SolverLimits
from service.matching.plan import Plan, PlanStatus
from service.matching.problem import Line
from service.matching.rules import Rule, Term
from service.matching.why.local import Locality
from service.matching.why.neighbourhood import neighbours
from tests.factories import problems as make
from tests.factories.random_problems import random_problem, with_history

EXACT = SolverLimits(seconds=20, gap=0.0)
TWO_KITCHENS = {
    "kitchens": (make.kitchen(), make.kitchen("K2")),
    "demands": (make.demand(), make.demand("D2", kitchen="K2")),
}


def plan_of(*lines, purchases=()):
    return Plan(lines, purchases, 0.0, None, PlanStatus.FEASIBLE)


def faults(problem, plan):
    return [fault for fault in check(problem, plan).broken if fault.rule is not Rule.OBJECTIVE]


def drawn(seed):
    """A random problem, half of them with promises and a plan before, the clerk's plan, and some of its lines."""
    problem = random_problem(seed)
    plan = greedy(problem)
    if seed % 2:
        problem = with_history(problem, plan, seed)
        plan = greedy(problem)
    names = [d.id for d in problem.demands]
    return problem, plan, random.Random(seed).sample(names, min(len(names), 1 + seed % 3))


def test_a_short_line_is_filled_where_goods_are_left():
    problem = make.problem(offers=(make.offer(),))
    found = Locality(problem, plan_of()).resolve(["D1"])
    assert found.lines == (make.line(),)
    assert found.covered_qty == {"D1": 20_000}
    assert found.is_proven
    assert found.difference_idr == pytest.approx(20 * 10_000 - 20 * 100_000)
    assert found.terms_idr[Term.GOODS] == pytest.approx(200_000)
    assert found.terms_idr[Term.SHORTAGE] == pytest.approx(-2_000_000)


def test_what_held_lines_have_is_not_taken_from_them():
    problem = make.problem(offers=(make.offer(qty=25_000),), **TWO_KITCHENS)
    locality = Locality(problem, plan_of(make.line()))
    assert locality.resolve(["D2"]).covered_qty == {"D2": 5_000}


@pytest.mark.parametrize(
    "parts",
    [
        {"kitchens": (make.kitchen(max_drops_per_day=0), make.kitchen("K2"))},
        {"cooperatives": (make.cooperative(handling_g=(20_000, 0)),)},
        {"items": (make.item(cold=True),), "cooperatives": (make.cooperative(cold_g=(20_000, 0)),)},
        {"cooperatives": (make.cooperative(capital_idr=200_000),), "offers": (make.offer(cash_bp=10_000),)},
    ],
)
def test_every_limit_counts_what_the_held_lines_use(parts):
    """The other kitchen's 20 kg take all of it."""
    problem = make.problem(**{"offers": (make.offer(),), **TWO_KITCHENS, **parts})
    held = plan_of(make.line(demand="D2"))
    assert Locality(problem, held).resolve(["D1"]).covered_qty == {"D1": 0}


def test_packs_of_other_goods_count_against_capital_and_towards_the_minimum_order():
    """The held sugar is worth Rp 90,000 of the order; Rp 90,000 of capital are left for one pack of rice."""
    problem = make.problem(
        items=(make.item(), make.item("SUGAR")),
        cooperatives=(make.cooperative(capital_idr=180_000),),
        wholesalers=(make.wholesaler(min_order_idr=180_000),),
        stocks=(make.stock(), make.stock("S2", item="SUGAR")),
        demands=(make.demand(), make.demand("D2", item="SUGAR", qty=10_000)),
    )
    plan = plan_of(make.line(demand="D2", source="S2", item="SUGAR", qty=10_000))
    assert Locality(problem, plan).resolve(["D1"]).covered_qty == {"D1": 10_000}


def test_moving_away_from_the_plan_before_is_charged_also_to_lines_that_were_not_in_it():
    problem = make.problem(
        policy=make.policy(change_idr_per_kg=500),
        offers=(make.offer(),),
        **TWO_KITCHENS,
        previous=(make.line(demand="D2"),),
    )
    found = Locality(problem, plan_of(make.line(demand="D2"))).resolve(["D1"])
    assert found.terms_idr[Term.CHANGE] == pytest.approx(20 * 500)


def test_a_capped_line_may_lose_but_not_gain():
    """The kitchens want 20 kg each of 30 kg; the first may have 20 kg, the second keeps at most its 10 kg."""
    problem = make.problem(offers=(make.offer(qty=60_000),), **TWO_KITCHENS)
    locality = Locality(problem, plan_of(make.line(demand="D2", qty=10_000)))
    assert locality.resolve(["D1", "D2"], capped=["D2"]).covered_qty == {"D1": 20_000, "D2": 10_000}
    assert locality.resolve(["D1", "D2"]).covered_qty == {"D1": 20_000, "D2": 20_000}


def test_a_line_can_be_bound_to_some_ways_and_barred_from_others():
    problem = make.problem(
        cooperatives=(make.cooperative(), make.cooperative("C2")),
        offers=(make.offer(), make.offer("O2", cooperative="C2", price_idr=11_000)),
    )
    locality = Locality(problem, plan_of(make.line()))
    dearer = ("D1", "O2", "C2")
    bound = locality.resolve(["D1"], ways={"D1": {("D1", "O1", "C1"): (4_000, 4_000), dearer: (0, 99_000)}})
    assert [(x.source, x.qty) for x in bound.lines] == [("O1", 4_000), ("O2", 16_000)]
    assert bound.difference_idr == pytest.approx(16_000)
    barred = locality.resolve(["D1"], exactly={("D1", "O1", "C1"): 0})
    assert [(x.source, x.qty) for x in barred.lines] == [("O2", 20_000)]
    assert locality.ways("D1") == [("D1", "O1", "C1"), dearer]


def test_ways_that_break_a_rule_lead_nowhere():
    problem = make.problem(offers=(make.offer(min_qty=15_000),))
    locality = Locality(problem, plan_of(make.line()))
    assert locality.resolve(["D1"], ways={"D1": {("D1", "O1", "C1"): (5_000, 5_000)}}) is None


def test_an_unknown_line_is_an_error():
    with pytest.raises(KeyError):
        Locality(make.problem(), plan_of()).short_qty("D9")


def test_what_sources_hold_and_whose_they_are():
    locality = Locality(make.problem(offers=(make.offer(),), stocks=(make.stock(),)), plan_of())
    assert (locality.source_qty("O1"), locality.source_qty("S1")) == (100_000, 100_000)
    assert (locality.wholesaler("O1"), locality.wholesaler("S1")) == (None, "W1")


def test_few_ways_are_enough_for_a_poor_answer():
    """Looked at are the two cheapest ways of the line asked about and one of the other."""
    offers = tuple(make.offer(f"O{n}", qty=8_000, price_idr=10_000 + n) for n in range(1, 5))
    problem = make.problem(offers=offers, **TWO_KITCHENS)
    found = Locality(problem, plan_of()).resolve(["D1", "D2"], asked=["D1"], most_arcs=3)
    assert sum(line.qty for line in found.lines) == 16_000


def test_as_many_neighbours_as_wanted_are_named():
    demands = tuple(make.demand(f"D{n:02}", kitchen=f"K{n:02}", qty=1_000) for n in range(20))
    problem = make.problem(
        kitchens=tuple(make.kitchen(f"K{n:02}") for n in range(20)),
        offers=tuple(make.offer(f"O{n}", price_idr=10_000 + n) for n in range(5)),
        demands=demands,
    )
    lines = [make.line(demand=f"D{n:02}", source=f"O{n % 5}", qty=1_000) for n in range(1, 20)]
    assert neighbours(Locality(problem, plan_of(*lines)), "D00", 6) == ("D05", "D10", "D15", "D01", "D06", "D11")


@pytest.mark.parametrize("seed", range(40))
def test_the_result_is_an_allowed_plan_that_differs_as_stated_and_only_on_the_free_lines(seed):
    problem, plan, lines = drawn(seed)
    if plan.status is PlanStatus.INFEASIBLE:
        return
    locality = Locality(problem, plan)
    found = locality.resolve(lines, asked=lines[:1])
    whole, changed = locality.whole(found)
    assert faults(whole, changed) == []
    before, after = check(problem, plan), check(whole, changed)
    assert after.total_idr - before.total_idr == pytest.approx(found.difference_idr, abs=0.5)
    for term in Term:
        assert after.cost_idr[term] - before.cost_idr[term] == pytest.approx(found.terms_idr[term], abs=0.5)
    assert found.difference_idr <= 0.5
    assert {x for x in plan.allocations if x.demand not in lines} == {
        x for x in changed.allocations if x.demand not in lines
    }
    assert locality.is_allowed(found)


@pytest.mark.parametrize("seed", range(12))
def test_with_every_line_free_the_result_is_the_optimum(seed):
    problem = random_problem(seed)
    plan = greedy(problem)
    names = [d.id for d in problem.demands]
    found = Locality(problem, plan).resolve(names, asked=names, limits=EXACT, most_arcs=10_000)
    best = optimum_of(problem).objective_idr
    assert plan.objective_idr + found.difference_idr == pytest.approx(best, rel=1e-6, abs=1)


def test_more_questions_than_are_remembered_are_answered_alike():
    problem = make.problem(
        offers=(make.offer(qty=1_000_000),), demands=tuple(make.demand(f"D{n:02}") for n in range(12))
    )
    locality = Locality(problem, plan_of())
    first = [locality.resolve([f"D{n:02}"]) for n in range(12)]
    assert [locality.resolve([f"D{n:02}"]) for n in range(12)] == first
    assert first[3].lines == (Line("D03", "O1", "C1", "RICE", 20_000),)
