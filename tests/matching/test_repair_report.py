"""A repaired plan beside the plan in force: lines, weight, cost, shortages."""

import pytest

from service.matching.greedy import greedy
from service.matching.plan_difference import GrownShortage, LineDifference
from service.matching.repair_report import repair_report
from tests.factories.problems import cooperative, demand, line, offer, policy, problem

CHANGE_IDR_PER_KG = 50


def repaired(**offered):
    """C1 was to bring 20 kg; it accepted 8 kg and declined the rest, which C2 may bring for 11,000 a kg."""
    return problem(
        policy=policy(change_idr_per_kg=CHANGE_IDR_PER_KG),
        cooperatives=(cooperative("C1"), cooperative("C2")),
        offers=(offer("O1", qty=8_000), offer("O2", cooperative="C2", supplier="C2", price_idr=11_000, **offered)),
        demands=(demand(),),
        fixed=(line(qty=8_000),),
        previous=(line(qty=20_000),),
    )


def test_what_another_cooperative_takes_over_is_told_in_lines_kilograms_and_rupiah():
    """12 kg less of one line, 12 kg of a new one: 24 kg moved at 50; 12 kg at 1,000 more."""
    week = repaired()
    report = repair_report(week, greedy(week), before_idr=200_000, before_short_qty={})
    assert report.promised == 1
    assert report.lines == LineDifference(kept=0, changed=1, added=1, removed=0, moved_kg=24.0)
    assert report.change_idr == pytest.approx(24 * CHANGE_IDR_PER_KG)
    assert report.cost_difference_idr == pytest.approx(12_000)
    assert report.new_shortages == ()


def test_what_nobody_takes_over_is_a_new_shortage():
    """7 of the 12 kg stay short, at 100,000 a kg; the plan in force lacked 2 kg already."""
    week = repaired(qty=5_000)
    report = repair_report(week, greedy(week), before_idr=0, before_short_qty={"D1": 2_000})
    assert report.new_shortages == (GrownShortage("D1", "K1", "RICE", "2026-11-30", 2_000, 7_000),)
    assert report.cost_difference_idr == pytest.approx(80_000 + 55_000 + 700_000)
    assert repair_report(week, greedy(week), before_idr=0, before_short_qty={"D1": 7_000}).new_shortages == ()
