"""Why a line is short: one binding rule at a time, with the quantity it keeps away."""

import pytest

from service.matching.greedy import greedy
from service.matching.plan import Plan, PlanStatus
from service.matching.why.reasons import Holder, ReasonCode
from service.matching.why.shortages import Standing, explain_shortages
from tests.factories import problems as make
from tests.factories.random_problems import random_problem

EMPTY = Plan((), (), 0.0, None, PlanStatus.FEASIBLE)
SECOND = make.demand("D2", day=1)


def why(problem, plan=None):
    """The one short line of the clerk's plan, or of the given one."""
    (reason,) = explain_shortages(problem, plan or greedy(problem))
    return reason


def test_a_full_plan_needs_no_explanation():
    problem = make.problem(offers=(make.offer(),))
    assert explain_shortages(problem, greedy(problem)) == ()


def test_without_any_source_there_is_no_eligible_supply():
    reason = why(make.problem())
    assert reason.codes == (ReasonCode.NO_ELIGIBLE_SUPPLY,)
    assert (reason.demand, reason.kitchen, reason.item) == ("D1", "K1", "RICE")
    assert (reason.short_qty, reason.qty, reason.holders) == (20_000, 20_000, ())


BLOCKED = [
    ({"offers": (make.offer(price_idr=15_001),)}, ReasonCode.PRICE_ABOVE_LIMIT),
    ({"offers": (make.offer(from_day=1),)}, ReasonCode.OUTSIDE_DAYS),
    ({"offers": (make.offer(),), "cooperatives": (make.cooperative(radius_m=500),)}, ReasonCode.OUT_OF_RADIUS),
    ({"stocks": (make.stock(),), "cooperatives": (make.cooperative(radius_m=500),)}, ReasonCode.OUT_OF_RADIUS),
]


@pytest.mark.parametrize(("parts", "code"), BLOCKED)
def test_a_source_that_may_not_serve_the_line_is_no_eligible_supply_and_says_why(parts, code):
    reason = why(make.problem(kitchens=(make.kitchen(**make.NORTH_1_KM),), **parts))
    assert reason.codes == (ReasonCode.NO_ELIGIBLE_SUPPLY, code)


OFFER = {"offers": (make.offer(),)}
STOCK = {"stocks": (make.stock(),)}
BINDING = [
    (OFFER | {"cooperatives": (make.cooperative(handling_g=(0, 0)),)}, ReasonCode.NO_HANDLING_CAPACITY),
    (
        OFFER | {"items": (make.item(cold=True),), "cooperatives": (make.cooperative(cold_g=(0, 0)),)},
        ReasonCode.NO_COLD_CAPACITY,
    ),
    (
        {"offers": (make.offer(cash_bp=10_000),), "cooperatives": (make.cooperative(capital_idr=0),)},
        ReasonCode.CAPITAL_USED_UP,
    ),
    (STOCK | {"cooperatives": (make.cooperative(capital_idr=89_999),)}, ReasonCode.CAPITAL_USED_UP),
    (OFFER | {"kitchens": (make.kitchen(budget_idr={"ingredient": 9_999}),)}, ReasonCode.BUDGET_USED_UP),
    (OFFER | {"kitchens": (make.kitchen(max_drops_per_day=0),)}, ReasonCode.DROPS_USED_UP),
    ({"offers": (make.offer(min_qty=21_000),)}, ReasonCode.MINIMUM_OR_PACK),
    (STOCK | {"wholesalers": (make.wholesaler(min_order_idr=180_001),)}, ReasonCode.MINIMUM_OR_PACK),
    ({"offers": (make.offer(qty=0),)}, ReasonCode.STOCK_USED_UP),
    ({"stocks": (make.stock(packs=0),)}, ReasonCode.STOCK_USED_UP),
]


@pytest.mark.parametrize(("parts", "code"), BINDING)
def test_the_binding_rule_is_named(parts, code):
    reason = why(make.problem(**parts))
    assert reason.codes == (code,)
    assert (reason.reasons[0].sources, reason.reasons[0].alone) == (1, 1)


def test_each_rule_says_how_much_it_keeps_away():
    """12 kg lie behind the drops, 50 kg behind the budget of nothing; 20 kg are short."""
    problem = make.problem(
        kitchens=(make.kitchen(max_drops_per_day=0),),
        cooperatives=(make.cooperative(), make.cooperative("C2", radius_m=500, **make.NORTH_1_KM)),
        offers=(make.offer(qty=12_000), make.offer("O2", cooperative="C2", qty=50_000)),
    )
    reason = why(problem)
    assert [(r.code, r.sources, r.alone, r.blocked_qty, r.alone_qty) for r in reason.reasons] == [
        (ReasonCode.DROPS_USED_UP, 2, 1, 20_000, 12_000),
        (ReasonCode.OUT_OF_RADIUS, 1, 0, 20_000, 0),
    ]


def test_goods_that_are_used_up_name_who_got_them():
    """The clerk gives the first kitchen all 20 kg."""
    problem = make.problem(
        kitchens=(make.kitchen(), make.kitchen("K2")),
        offers=(make.offer(qty=20_000),),
        demands=(make.demand(), make.demand("D2", kitchen="K2")),
    )
    reason = why(problem)
    assert reason.demand == "D2"
    assert reason.codes == (ReasonCode.STOCK_USED_UP,)
    assert reason.holders == (Holder("K1", "D1", "O1", "C1", 20_000),)


def test_the_largest_takers_are_named_first_and_the_line_itself_is_none():
    demands = tuple(make.demand(f"D{n}", kitchen=f"K{n}", qty=n * 1_000) for n in range(1, 9))
    kitchens = tuple(make.kitchen(f"K{n}") for n in range(1, 9))
    problem = make.problem(kitchens=kitchens, demands=demands, offers=(make.offer(qty=30_000),))
    reason = why(problem)
    assert (reason.demand, reason.short_qty) == ("D8", 6_000)
    assert [(holder.kitchen, holder.qty) for holder in reason.holders] == [
        *(("K7", 7_000), ("K6", 6_000), ("K5", 5_000), ("K4", 4_000), ("K3", 3_000))
    ]


def test_who_got_goods_that_could_not_have_come_anyway_is_not_named():
    problem = make.problem(
        kitchens=(make.kitchen(), make.kitchen("K2", **make.NORTH_1_KM)),
        cooperatives=(make.cooperative(radius_m=500),),
        offers=(make.offer(qty=20_000),),
        demands=(make.demand(), make.demand("D2", kitchen="K2")),
    )
    assert why(problem).holders == ()


def test_a_stock_is_judged_through_the_cooperative_that_the_fewest_rules_block():
    """The near cooperative has neither capital nor a free hand, the other only no capital."""
    problem = make.problem(
        cooperatives=(
            make.cooperative(capital_idr=0, handling_g=(0, 0)),
            make.cooperative("C2", capital_idr=0, **make.NORTH_1_KM),
        ),
        **STOCK,
    )
    assert why(problem).codes == (ReasonCode.CAPITAL_USED_UP,)


def test_a_line_left_short_on_purpose_says_so():
    problem = make.problem(offers=(make.offer(),))
    assert why(problem, EMPTY).codes == (ReasonCode.CHEAPER_LEFT_SHORT,)


def test_a_substitutes_goods_count_as_much_as_they_cover():
    """10 kg of noodles at 90 % would cover 9 kg."""
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        kitchens=(make.kitchen(max_drops_per_day=0),),
        offers=(make.offer(item="NOODLE", qty=10_000),),
        demands=(make.demand(substitutes=(make.substitute(covers_bp=9_000),)),),
    )
    assert why(problem).reasons[0].alone_qty == 9_000


def test_every_short_line_of_a_random_week_has_a_reason_and_a_line_that_could_be_served_is_no_clerks_fault():
    for seed in range(150):
        problem = random_problem(seed)
        for reason in explain_shortages(problem, greedy(problem)):
            assert reason.reasons
            assert 0 < reason.short_qty <= reason.qty
            assert all(0 <= r.alone_qty <= r.blocked_qty <= reason.short_qty for r in reason.reasons)
            assert all(r.alone <= r.sources for r in reason.reasons)


def test_what_fixed_lines_use_up_of_a_wholesalers_goods_counts_as_one_source():
    """Two cooperatives' packs are promised whole; the second line finds one source, and both who got its goods."""
    promised = tuple(make.stock(f"S1/{name}", packs=1, pack_qty=10_000) for name in ("C1", "C2"))
    fixed = tuple(make.line(demand="D1", source=stock.id, cooperative=stock.id[-2:], qty=10_000) for stock in promised)
    problem = make.problem(
        cooperatives=(make.cooperative(), make.cooperative("C2")),
        demands=(make.demand(), SECOND),
        stocks=promised,
        fixed=fixed,
    )
    reason = why(problem)
    (used_up,) = [found for found in reason.reasons if found.code is ReasonCode.STOCK_USED_UP]
    assert (reason.demand, used_up.sources) == ("D2", 1)
    assert {holder.source for holder in reason.holders} == {"S1/C1", "S1/C2"}


def test_a_stock_with_packs_left_is_judged_for_what_is_promised_of_it():
    promised = make.stock("S1/C1", packs=1, pack_qty=20_000)
    problem = make.problem(
        demands=(make.demand(), SECOND),
        stocks=(promised, make.stock(packs=1)),
        cooperatives=(make.cooperative(capital_idr=promised.price_idr),),
        fixed=(make.line(source="S1/C1", qty=20_000),),
    )
    (found,) = why(problem).reasons
    assert (found.code, found.sources) == (ReasonCode.CAPITAL_USED_UP, 1)


@pytest.mark.parametrize("seed", range(40))
def test_who_is_passed_over_would_not_have_been_judged_better(monkeypatch, seed):
    problem = random_problem(seed)
    plan = greedy(problem)
    found = explain_shortages(problem, plan)
    monkeypatch.setattr(Standing, "may_beat", lambda *_: True)
    assert explain_shortages(problem, plan) == found
    assert explain_shortages(problem, EMPTY) != ()


def test_some_are_passed_over(monkeypatch):
    told = []
    may_beat = Standing.may_beat
    monkeypatch.setattr(Standing, "may_beat", lambda *args: told.append(may_beat(*args)) or told[-1])
    for seed in range(40):
        explain_shortages(random_problem(seed), EMPTY)
        explain_shortages(random_problem(seed), greedy(random_problem(seed)))
    assert False in told
