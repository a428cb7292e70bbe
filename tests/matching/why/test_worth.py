"""The plan beside the clerk's plan and last week's pattern, by figures worked out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import Plan, PlanStatus
from service.matching.rules import Term
from service.matching.why.habit import PastLine, planned_by_habit
from service.matching.why.sentences.wording import Language
from service.matching.why.sentences.worth import sentences
from service.matching.why.worth import WayOfPlanning, explain_worth
from tests.factories import problems as make
from tests.factories.random_problems import random_problem

TWO = {
    "cooperatives": (
        make.cooperative(),
        make.cooperative("C2", kecamatan="D2", kelurahan="V2", fair_value_idr=400_000),
    ),
    "offers": (make.offer(), make.offer("O2", cooperative="C2", price_idr=12_000, supplier="C2")),
}


def past(**changes):
    return PastLine(**{"kitchen": "K1", "item": "RICE", "cooperative": "C2", "supplier": "C2", "qty": 1, **changes})


def plan_of(*lines):
    return Plan(tuple(lines), (), 0.0, None, PlanStatus.FEASIBLE)


def test_habit_serves_a_kitchen_from_where_it_was_served_last_week():
    plan, _ = planned_by_habit(make.problem(**TWO), (past(),))
    assert [(line.source, line.cooperative, line.qty) for line in plan.allocations] == [("O2", "C2", 20_000)]


def test_habit_fills_what_is_missing_the_clerks_way():
    problem = make.problem(
        cooperatives=TWO["cooperatives"], offers=(TWO["offers"][0], make.offer("O2", cooperative="C2", qty=5_000))
    )
    plan, _ = planned_by_habit(problem, (past(),))
    assert sorted((line.source, line.qty) for line in plan.allocations) == [("O1", 15_000), ("O2", 5_000)]


def test_habit_prefers_last_weeks_supplier_even_where_another_is_cheaper():
    problem = make.problem(offers=(make.offer(supplier="P1"), make.offer("O2", price_idr=12_000, supplier="P2")))
    plan, _ = planned_by_habit(problem, (past(cooperative="C1", supplier="P2"),))
    assert [line.source for line in plan.allocations] == ["O2"]


def test_habit_takes_the_largest_cooperative_first_and_forgets_who_is_out_of_reach():
    lines = (past(cooperative="C1", supplier="C1", qty=1), past(qty=2), past(cooperative="GONE", qty=9))
    assert [line.source for line in planned_by_habit(make.problem(**TWO), lines)[0].allocations] == ["O2"]


def test_habit_brings_packs_too():
    plan, _ = planned_by_habit(
        make.problem(offers=(make.offer(),), stocks=(make.stock(),)), (past(cooperative="C1", supplier="W1"),)
    )
    assert [(line.source, line.qty) for line in plan.allocations] == [("S1", 20_000)]


@settings(max_examples=25, derandomize=True, deadline=None)
@given(seed=st.integers(0, 900))
def test_habit_breaks_no_rule(seed):
    problem = random_problem(seed)
    kitchens = {demand.id: demand.kitchen for demand in problem.demands}
    suppliers = {source.id: source.supplier for source in (*problem.offers, *problem.stocks)}
    lines = tuple(
        PastLine(kitchens[x.demand], x.item, x.cooperative, suppliers[x.source], x.qty)
        for x in greedy(problem).allocations
    )
    assert check(problem, planned_by_habit(problem, lines)[0]).broken == ()


def test_each_way_is_measured_by_the_same_check():
    """20 kg: 10 from each is 220,000, all cheap is 200,000, all by habit is 240,000; C2 lacks to its 400,000."""
    problem = make.problem(**TWO)
    plan = plan_of(make.line(qty=10_000), make.line(source="O2", cooperative="C2", qty=10_000))
    worth = explain_worth(problem, plan, (past(),))
    assert [way.way for way in (worth.plan, *worth.others)] == [*WayOfPlanning][:3]
    assert [way.total_idr for way in (worth.plan, *worth.others)] == pytest.approx([220_000, 200_000, 240_000])
    assert [worth.saved_idr(way) for way in worth.others] == pytest.approx([-20_000, 20_000])
    assert worth.saved_by_term_idr(worth.greedy)[Term.GOODS] == pytest.approx(-20_000)
    assert [way.fair_lack_idr for way in (worth.plan, *worth.others)] == pytest.approx([280_000, 400_000, 160_000])
    assert worth.plan.lowest_fair_share == pytest.approx(0.3)
    assert worth.plan.local_value_share == pytest.approx(100 / 220)
    assert (worth.plan.drops, worth.plan.suppliers_per_kitchen, worth.plan.lowest_suppliers) == (2, 2.0, 2)
    assert (worth.plan.fill_share, worth.plan.short_kg, worth.plan.is_allowed) == (1.0, 0.0, False)


def test_without_a_past_week_and_without_kitchens_there_is_still_an_answer():
    problem = make.problem(demands=(), kitchens=())
    worth = explain_worth(problem, plan_of())
    assert (worth.last_week, worth.plan.lowest_fill_kitchen, worth.plan.suppliers_per_kitchen) == (None, "", 0.0)
    assert worth.plan.lowest_fair_share == 1.0


def test_the_answer_in_words():
    worth = explain_worth(make.problem(**TWO), plan_of(make.line(qty=10_000)), (past(),))
    indonesian = sentences(worth, Language.INDONESIAN, {"K1": "Dapur Sukasari"})
    english = sentences(worth, Language.ENGLISH)
    assert (
        indonesian[0]
        == "Rencana ini memenuhi 50% kebutuhan dengan 1 pengantaran; 100% belanja tetap di kecamatan dapur."
    )
    assert indonesian[1] == "Dapur yang paling kurang adalah Dapur Sukasari: 50% terpenuhi."
    assert "cara manual, biaya keseluruhan Rp 900.000 lebih mahal" in indonesian[2]
    assert "With last week's pattern: 100% covered, 1 delivery, 0% spent in the district" in english[5]
    better = explain_worth(make.problem(**TWO), plan_of(make.line()), (past(),))
    assert "last week's pattern, it is Rp 40,000 cheaper" in sentences(better, Language.ENGLISH)[3]
    assert len(sentences(better, Language.INDONESIAN)) == 5
