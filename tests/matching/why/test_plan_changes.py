"""Every changed line has one cause, and the causes' costs add up to the difference; small cases worked out by hand."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.plan import Plan, PlanStatus
from service.matching.why.habit import PastLine, planned_by_habit
from service.matching.why.plan_changes import ChangeCause, explain_plan_changes
from service.matching.why.sentences.plan_changes import sentences
from service.matching.why.sentences.wording import Language
from tests.factories import problems as make
from tests.factories.random_problems import random_problem, with_history

OFFERS = (make.offer(), make.offer("O2", price_idr=12_000, supplier="P2"))
BASE = make.problem(offers=OFFERS)
FROM_O1 = make.line()
FROM_O2 = make.line(source="O2")


def plan_of(*lines):
    return Plan(tuple(lines), (), 0.0, None, PlanStatus.FEASIBLE)


def changes(after, lines, before=BASE, old=(FROM_O1,)):
    return explain_plan_changes(after, plan_of(*lines), earlier_problem=before, earlier_plan=plan_of(*old))


def costs_of(answer):
    """Direct and reaction of the causes that cost anything."""
    found = {cause.cause: (cause.direct_idr, cause.reaction_idr) for cause in answer.causes}
    return {cause: pytest.approx(both, abs=1e-3) for cause, both in found.items() if any(abs(x) > 1e-3 for x in both)}


def test_equal_plans_of_equal_problems_differ_by_nothing():
    answer = changes(BASE, (FROM_O1,))
    assert (answer.lines, answer.difference_idr, costs_of(answer)) == ((), 0, {})
    assert [cause.cause for cause in answer.causes] == list(ChangeCause)
    assert sentences(answer, Language.ENGLISH) == ("No line of the plan changed.",)
    assert sentences(answer, Language.INDONESIAN) == ("Tidak ada baris pengiriman yang berubah.",)


def test_a_kitchen_that_needs_more_costs_a_shortage_first_and_the_delivery_cures_it():
    """10 kg more missing: 1,000,000; delivered for 100,000."""
    after = replace(BASE, demands=(make.demand(qty=30_000),))
    answer = changes(after, (make.line(qty=30_000),))
    assert costs_of(answer) == {ChangeCause.DEMAND: (1_000_000, -900_000)}
    assert [(x.before_qty, x.after_qty, x.cause, x.is_direct) for x in answer.lines] == [
        (20_000, 30_000, ChangeCause.DEMAND, True)
    ]
    assert answer.causes[0].moved_kg == 10


def test_an_offer_that_is_gone_leaves_a_shortage_that_the_dearer_offer_cures():
    """20 kg missing instead of delivered for 200,000: 2,000,000; O2 brings them for 240,000."""
    answer = changes(replace(BASE, offers=OFFERS[1:]), (FROM_O2,))
    assert costs_of(answer) == {ChangeCause.OFFER: (1_800_000, -1_760_000)}
    assert {x.cause for x in answer.lines} == {ChangeCause.OFFER}


def test_a_higher_price_is_paid_or_evaded():
    """20 kg at 3,000 more is 60,000; O2 at 12,000 saves 20,000 of them."""
    after = replace(BASE, offers=(make.offer(price_idr=13_000), OFFERS[1]))
    answer = changes(after, (FROM_O2,))
    assert costs_of(answer) == {ChangeCause.PRICE: (60_000, -20_000)}
    assert {x.cause for x in answer.lines} == {ChangeCause.PRICE}


def test_a_declined_line_is_an_answer_when_others_were_promised():
    second = make.demand("D2", day=1)
    before = replace(BASE, demands=(make.demand(), second))
    old = (FROM_O1, make.line(demand="D2"))
    after = replace(before, fixed=(make.line(demand="D2"),))
    answer = changes(after, (FROM_O2, make.line(demand="D2")), before, old)
    assert costs_of(answer) == {ChangeCause.ANSWER: (0, 40_000)}


def test_a_line_promised_by_hand_is_an_answer():
    answer = changes(replace(BASE, fixed=(FROM_O2,)), (FROM_O2,))
    assert {x.cause for x in answer.lines} == {ChangeCause.ANSWER}


def test_a_promise_taken_back_is_an_answer():
    answer = changes(BASE, (FROM_O2,), replace(BASE, fixed=(FROM_O1,)))
    assert {x.cause for x in answer.lines} == {ChangeCause.ANSWER}


RULES = [
    replace(BASE, demands=(make.demand(max_price_idr=14_000),)),
    replace(BASE, kitchens=(make.kitchen(max_drops_per_day=3),)),
    replace(BASE, cooperatives=(make.cooperative(capital_idr=10),)),
    replace(BASE, items=(make.item(leftover_bp=1),)),
    replace(BASE, policy=make.policy(share_bp=1)),
]


@pytest.mark.parametrize("after", RULES)
def test_limits_and_policy_are_rules(after):
    assert {x.cause for x in changes(after, (FROM_O2,)).lines} == {ChangeCause.RULE}


def test_a_wholesalers_minimum_is_a_rule():
    before = replace(BASE, stocks=(make.stock(),))
    after = replace(before, wholesalers=(make.wholesaler(min_order_idr=1_000_000),))
    packs = greedy(replace(before, offers=()))
    answer = explain_plan_changes(after, plan_of(FROM_O1), earlier_problem=before, earlier_plan=packs)
    assert {x.cause for x in answer.lines} == {ChangeCause.RULE}


def test_where_nothing_changed_the_search_found_another_way():
    answer = changes(BASE, (FROM_O2,))
    assert costs_of(answer) == {ChangeCause.TIME_LIMIT: (0, 40_000)}


def test_a_consequence_takes_the_cause_that_set_it_off():
    """D2 grows and takes the scarce O1; D1 must go to O2 although nothing of it changed."""
    scarce = (make.offer(qty=20_000), OFFERS[1])
    before = replace(BASE, offers=scarce, demands=(make.demand(), make.demand("D2", day=1, qty=1_000)))
    after = replace(before, demands=(make.demand(), make.demand("D2", day=1)))
    old = (make.line(qty=19_000), make.line(source="O2", qty=1_000), make.line(demand="D2", qty=1_000))
    answer = changes(after, (FROM_O2, make.line(demand="D2")), before, old)
    assert {(x.demand, x.cause, x.is_direct) for x in answer.lines} == {
        ("D1", ChangeCause.DEMAND, False),
        ("D2", ChangeCause.DEMAND, True),
    }


@pytest.mark.parametrize("names", [("O1", "O2"), ("O2", "O1")])
def test_of_two_causes_that_reach_a_consequence_at_once_the_first_counts_whatever_the_ids(names):
    """D1 moves from what D2, which grew, now takes to what D3, whose price limit fell, no longer gets."""
    taken, left = names
    kitchens = tuple(make.kitchen(f"K{n}") for n in (1, 2, 3))
    demands = tuple(make.demand(f"D{n}", kitchen=f"K{n}") for n in (1, 2, 3))
    before = replace(BASE, offers=(make.offer("O1"), make.offer("O2")), kitchens=kitchens, demands=demands)
    after = replace(
        before,
        demands=(demands[0], replace(demands[1], qty=40_000), replace(demands[2], max_price_idr=9_000)),
    )
    old = make.line(source=taken), make.line(demand="D2", source=taken), make.line(demand="D3", source=left)
    new = make.line(source=left), make.line(demand="D2", source=taken, qty=40_000)
    answer = changes(after, new, before, old)
    assert {x.demand: (x.cause, x.is_direct) for x in answer.lines} == {
        "D1": (ChangeCause.DEMAND, False),
        "D2": (ChangeCause.DEMAND, True),
        "D3": (ChangeCause.RULE, True),
    }


def test_two_causes_share_the_difference():
    """The price of O1 costs 20 kg x 1,000; D2's 5 kg are short for 500,000 until O2 brings them for 60,000."""
    second = make.demand("D2", kitchen="K2", day=1, qty=5_000)
    kitchens = (make.kitchen(), make.kitchen("K2"))
    after = replace(
        BASE, kitchens=kitchens, demands=(make.demand(), second), offers=(make.offer(price_idr=11_000), OFFERS[1])
    )
    answer = changes(after, (FROM_O1, make.line(demand="D2", source="O2", qty=5_000)))
    assert costs_of(answer) == {ChangeCause.DEMAND: (500_000, -440_000), ChangeCause.PRICE: (20_000, 0)}
    assert answer.difference_idr == pytest.approx(80_000)


def test_another_week_is_another_demand():
    after = replace(
        BASE, days=("2026-12-07", "2026-12-08", "2026-12-09"), demands=(make.demand("N1"),),
        cooperatives=(make.cooperative(days=3),),
    )  # fmt: skip
    answer = changes(after, (make.line(demand="N1"),))
    assert {x.cause for x in answer.lines} == {ChangeCause.DEMAND}
    assert sum(cause.total_idr for cause in answer.causes) == pytest.approx(answer.difference_idr)


def test_lines_that_lost_their_item_owner_or_reach_are_not_kept():
    """Each old line means nothing any more; nothing of it may count in the steps between."""
    substitutes = (make.substitute(max_price_idr=20_000),)
    before = replace(BASE, items=(make.item(), make.item("NOODLE")), demands=(make.demand(substitutes=substitutes),))
    after = replace(
        before,
        offers=(make.offer(item="NOODLE", price_idr=12_000), make.offer("O2", cooperative="C2", from_day=1)),
        cooperatives=(make.cooperative(), make.cooperative("C2", radius_m=1, **make.NORTH_1_KM)),
        demands=(make.demand(substitutes=(make.substitute(max_price_idr=11_000),)),),
    )
    old = (make.line(qty=5_000), make.line(source="O2", qty=5_000))
    answer = changes(after, (), before, old)
    assert sum(cause.total_idr for cause in answer.causes) == pytest.approx(answer.difference_idr)
    assert answer.after_idr == pytest.approx(2_000_000)


NOT_KEPT = [
    {"offers": (make.offer(cooperative="C2"),)},
    {"offers": (make.offer(from_day=1),)},
    {"offers": (make.offer(item="NOODLE"),)},
    {"cooperatives": (make.cooperative(radius_m=500), make.cooperative("C2"))},
]


@pytest.mark.parametrize("parts", NOT_KEPT)
def test_a_line_that_its_rules_no_longer_let_through_is_short_until_something_else_comes(parts):
    """20 kg short: 2,000,000 instead of 200,000."""
    before = make.problem(
        items=(make.item(), make.item("NOODLE")), offers=OFFERS[:1], kitchens=(make.kitchen(**make.NORTH_1_KM),),
        cooperatives=(make.cooperative(), make.cooperative("C2")),
        demands=(make.demand(substitutes=(make.substitute(),)),),
    )  # fmt: skip
    answer = changes(replace(before, **parts), (), before)
    assert sum(cause.direct_idr for cause in answer.causes) == pytest.approx(1_800_000)
    assert sum(cause.reaction_idr for cause in answer.causes) == pytest.approx(0, abs=1e-3)


def altered(problem, seed):
    """The problem a day later: some demand, supply, prices, promises and rules are others."""
    clerk = greedy(problem)
    after = with_history(problem, clerk, seed) if seed % 2 else problem
    if seed % 3 == 0:
        after = replace(after, demands=tuple(replace(d, qty=d.qty * 2) for d in after.demands))
    if seed % 5 < 2:
        after = replace(after, offers=tuple(replace(o, price_idr=o.price_idr * 9 // 10) for o in after.offers))
    if seed % 7 < 2:
        after = replace(after, stocks=after.stocks[1:], fixed=())
    if seed % 4 == 0:
        after = replace(
            after, cooperatives=tuple(replace(c, capital_idr=c.capital_idr // 2) for c in after.cooperatives)
        )
    return after


@settings(max_examples=40, derandomize=True, deadline=None)
@given(seed=st.integers(0, 900))
def test_the_causes_add_up_and_every_changed_line_has_one(seed):
    before = random_problem(seed)
    after = altered(before, seed)
    old = greedy(before)
    new, _ = planned_by_habit(after, (PastLine("K0", "RICE", "C1", "P1", 1),))
    answer = explain_plan_changes(after, new, earlier_problem=before, earlier_plan=old)
    expected = check(after, new).total_idr - check(before, old).total_idr
    assert answer.difference_idr == pytest.approx(expected)
    assert sum(cause.total_idr for cause in answer.causes) == pytest.approx(expected, abs=1e-3)
    assert sum(cause.lines for cause in answer.causes) == len(answer.lines)
    was = {(x.demand, x.source, x.cooperative): x.qty for x in old.allocations}
    now = {(x.demand, x.source, x.cooperative): x.qty for x in new.allocations}
    assert {(x.demand, x.source, x.cooperative): x.after_qty - x.before_qty for x in answer.lines} == {
        key: now.get(key, 0) - was.get(key, 0) for key in was.keys() | now.keys() if now.get(key, 0) != was.get(key, 0)
    }
    if before == after:
        assert {x.cause for x in answer.lines} <= {ChangeCause.TIME_LIMIT}


def test_the_answer_in_words():
    answer = changes(replace(BASE, offers=OFFERS[1:]), (FROM_O2,))
    names = {"K1": "Dapur Sukasari", "RICE": "beras", "C1": "KKMP Sukasari", "O1": "panen pagi"}
    assert sentences(answer, Language.INDONESIAN, names) == (
        "2 baris pengiriman berubah; rencana baru Rp 40.000 lebih mahal.",
        "Karena penawaran atau stok berubah: 2 baris, 40 kg berpindah, biaya naik Rp 40.000.",
        "Dapur Sukasari tidak lagi mendapat 20 kg beras dari KKMP Sukasari (panen pagi).",
        "Dapur Sukasari kini mendapat 20 kg beras dari KKMP Sukasari (O2).",
    )
    assert sentences(answer, Language.ENGLISH)[2:] == (
        "K1 no longer gets 20 kg of RICE from C1 (O1).",
        "K1 now gets 20 kg of RICE from C1 (O2).",
    )
    less = changes(
        replace(BASE, offers=(make.offer(price_idr=9_000), OFFERS[1])), (make.line(qty=19_000),), old=(FROM_O2,)
    )
    assert "cheaper" not in sentences(less, Language.ENGLISH)[0]
    fewer = changes(BASE, (make.line(qty=19_000),))
    assert sentences(fewer, Language.ENGLISH)[2] == "K1 gets 19 kg of RICE from C1 (O1), before it was 20 kg."
    assert sentences(fewer, Language.INDONESIAN)[2] == "K1 mendapat 19 kg RICE dari C1 (O1), sebelumnya 20 kg."
    saved = changes(BASE, (FROM_O1,), old=(FROM_O2,))
    assert "Rp 40.000 lebih murah" in sentences(saved, Language.INDONESIAN)[0]
    assert "biaya turun Rp 40.000" in sentences(saved, Language.INDONESIAN)[1]
    assert "costs fall by Rp 40,000" in sentences(saved, Language.ENGLISH)[1]
    assert "Rp 40,000 cheaper" in sentences(saved, Language.ENGLISH)[0]
