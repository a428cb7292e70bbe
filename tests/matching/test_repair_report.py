"""A repaired plan beside the plan in force: lines, weight, cost, shortages."""

from dataclasses import replace

import pytest

from service.matching.greedy import greedy
from service.matching.held_stocks import held_source
from service.matching.plan_difference import GrownShortage, LineDifference
from service.matching.repair_report import repair_report
from tests.factories.problems import cooperative, demand, item, line, offer, policy, problem, stock

CHANGE_IDR_PER_KG = 50


def in_force(week, qty=20_000):
    """The plan in force: all of O1's goods that were promised then, at 10,000 a kg."""
    before = replace(week, offers=(offer("O1"),), fixed=(), previous=())
    return before, replace(greedy(before), allocations=(line(qty=qty),) if qty else ())


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
    report = repair_report(week, greedy(week), before=in_force(week), before_short_qty={})
    assert report.promised == 1
    assert report.lines == LineDifference(kept=0, changed=1, added=1, removed=0, moved_kg=24.0)
    assert report.change_idr == pytest.approx(24 * CHANGE_IDR_PER_KG)
    assert report.cost_difference_idr == pytest.approx(12_000)
    assert report.new_shortages == ()


def test_days_that_are_over_are_no_saving():
    """20 kg of the day before are delivered; of the day to come everything stays as it was."""
    days = ("2026-11-30", "2026-12-01")
    needs = (demand("D0", day=0), demand("D1", day=1))
    before = problem(days=days, offers=(offer("O1", qty=40_000, to_day=1),), demands=needs)
    then = replace(greedy(before), allocations=(line(demand="D0"), line(demand="D1")))
    after = problem(
        days=days[1:],
        offers=(offer("O1", qty=20_000, to_day=0),),
        demands=(demand("D1", day=0),),
        fixed=(line(demand="D1"),),
        previous=(line(demand="D1"),),
    )
    report = repair_report(after, greedy(after), before=(before, then), before_short_qty={})
    assert report.lines == LineDifference(kept=1, changed=0, added=0, removed=0, moved_kg=0)
    assert report.cost_difference_idr == pytest.approx(0)


def test_what_is_fair_is_counted_of_the_same_days():
    """Both days brought what is fair; the day to come brings what is fair for it, as it would have before."""
    days = ("2026-11-30", "2026-12-01")
    fair = policy(fairness_bp=300)
    needs = (demand("D0", day=0), demand("D1", day=1))
    before = problem(
        days=days, policy=fair, cooperatives=(cooperative(fair_value_idr=400_000),), offers=(offer(),), demands=needs
    )
    then = replace(greedy(before), allocations=(line(demand="D0"), line(demand="D1")))
    after = problem(
        days=days[1:],
        policy=fair,
        cooperatives=(cooperative(days=1, fair_value_idr=200_000),),
        offers=(offer(to_day=0),),
        demands=(demand("D1", day=0),),
        fixed=(line(demand="D1"),),
        previous=(line(demand="D1"),),
    )
    report = repair_report(after, greedy(after), before=(before, then), before_short_qty={})
    assert report.cost_difference_idr == pytest.approx(0)


def test_packs_whose_price_rose_cost_more():
    """20 kg of a stock at 90,000 a pack of 10 kg; half of them are promised when it rises to 99,000."""
    before = problem(stocks=(stock(),), demands=(demand(),))
    held = line(source=held_source("S1", "C1"), qty=10_000)
    packs = stock(held.source, packs=1, price_idr=99_000)
    after = problem(
        stocks=(stock(packs=9, price_idr=99_000), packs),
        demands=(demand(),),
        fixed=(held,),
        previous=(held, line(source="S1", qty=10_000)),
    )
    report = repair_report(after, greedy(after), before=(before, greedy(before)), before_short_qty={})
    assert report.lines.moved_kg == 0
    assert report.cost_difference_idr == pytest.approx(18_000)


def test_what_nobody_takes_over_is_a_new_shortage():
    """7 of the 12 kg stay short, at 100,000 a kg; the plan in force lacked 2 kg already."""
    week = repaired(qty=5_000)
    report = repair_report(week, greedy(week), before=in_force(week, qty=18_000), before_short_qty={"D1": 2_000})
    assert report.new_shortages == (GrownShortage("D1", "K1", "RICE", "2026-11-30", 2_000, 7_000),)
    assert report.cost_difference_idr == pytest.approx(80_000 + 55_000 + 700_000 - (180_000 + 200_000))
    assert (
        repair_report(
            week, greedy(week), before=in_force(week, qty=18_000), before_short_qty={"D1": 7_000}
        ).new_shortages
        == ()
    )


def test_what_is_left_in_packs_that_orders_hold_is_no_saving():
    """A pack of 10 kg for 6 kg leaves 4 kg, worth 36,000 at a quarter; the order that holds them changes nothing."""
    rice, need = item(leftover_bp=2_500), demand(qty=6_000)
    taken = line(source="S1", qty=6_000)
    before = problem(items=(rice,), stocks=(stock(),), demands=(need,))
    held = line(source=held_source("S1", "C1"), qty=6_000)
    packs = stock(held.source, packs=1, pack_qty=6_000, price_idr=54_000)
    after = problem(items=(rice,), stocks=(stock(packs=9), packs), demands=(need,), fixed=(held,), previous=(held,))
    assert greedy(before).allocations == (taken,)
    report = repair_report(after, greedy(after), before=(before, greedy(before)), before_short_qty={})
    assert report.lines == LineDifference(kept=1, changed=0, added=0, removed=0, moved_kg=0)
    assert report.cost_difference_idr == pytest.approx(0)
