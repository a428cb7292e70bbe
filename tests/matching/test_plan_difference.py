"""Two plans side by side: lines kept, changed, added, removed; weight moved; shortages that grew."""

from service.matching.plan import Plan, PlanStatus
from service.matching.plan_difference import (
    GrownShortage,
    LineDifference,
    grown_shortages,
    line_difference,
    short_quantities,
)
from tests.factories.problems import demand, item, line, offer, problem, substitute

WEIGHT_G = {"RICE": 1, "EGG": 60}


def plan(*lines):
    return Plan(tuple(lines), (), 0, None, PlanStatus.FEASIBLE)


def test_equal_plans_differ_in_nothing():
    assert line_difference([line()], [line()], WEIGHT_G) == LineDifference(1, 0, 0, 0, 0)


def test_lines_are_told_apart_by_demand_source_cooperative_and_item():
    """Kept 20 kg; changed 20 to 12 kg; 100 eggs of 60 g new; 3 kg gone: 8 + 6 + 3 kg move."""
    ours = [line(), line(demand="D2", qty=12_000), line(item="EGG", qty=100)]
    theirs = [line(), line(demand="D2"), line(cooperative="C2", qty=3_000)]
    assert line_difference(ours, theirs, WEIGHT_G) == LineDifference(1, 1, 1, 1, 17.0)


def test_parts_of_one_line_count_together():
    parts = [line(qty=8_000), line(qty=12_000)]
    assert line_difference(parts, [line()], WEIGHT_G) == LineDifference(1, 0, 0, 0, 0)


def test_a_shortage_is_what_is_missing_in_the_demanded_item():
    """6 kg of noodles that cover half as much: 3 kg; 17 kg stay short."""
    swaps = (substitute(covers_bp=5_000),)
    lines = (demand(substitutes=swaps), demand("D2"))
    short = problem(items=(item(), item("NOODLE")), offers=(offer(), offer("O2", item="NOODLE")), demands=lines)
    assert short_quantities(short, plan(line(source="O2", item="NOODLE", qty=6_000), line(demand="D2"))) == {
        "D1": 17_000
    }


def test_shortages_that_grew_are_named_and_others_are_not():
    short = problem(offers=(offer(),), demands=(demand(), demand("D2", day=1), demand("D3")))
    after = plan(line(qty=15_000), line(demand="D2", qty=15_000), line(demand="D3", qty=15_000))
    assert grown_shortages(short, after, {"D1": 5_000, "D2": 2_000}) == (
        GrownShortage("D3", "K1", "RICE", "2026-11-30", 0, 5_000),
        GrownShortage("D2", "K1", "RICE", "2026-12-01", 2_000, 5_000),
    )
