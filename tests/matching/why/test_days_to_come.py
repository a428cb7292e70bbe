"""A plan and a repair that begins later: both are compared by dates, and what is over counts on neither side."""

from dataclasses import replace

import pytest

from service.matching.plan import Plan, PlanStatus
from service.matching.why.plan_changes import ChangeCause, explain_plan_changes
from tests.factories import problems as make

OFFERS = (make.offer(), make.offer("O2", price_idr=12_000, supplier="P2"))
BASE = make.problem(offers=OFFERS)
FROM_O1, FROM_O2 = make.line(), make.line(source="O2")
PROMISED = make.line(demand="D2")


def plan_of(*lines):
    return Plan(tuple(lines), (), 0.0, None, PlanStatus.FEASIBLE)


def changes(after, lines, before, old):
    return explain_plan_changes(after, plan_of(*lines), earlier_problem=before, earlier_plan=plan_of(*old))


def costs_of(answer):
    """Direct and reaction of the causes that cost anything."""
    found = {cause.cause: (cause.direct_idr, cause.reaction_idr) for cause in answer.causes}
    return {cause: pytest.approx(both, abs=1e-3) for cause, both in found.items() if any(abs(x) > 1e-3 for x in both)}


def repaired(**before):
    """D1 and D2 of 1 December came from O1; on that day the repair moves D1 to O2, since only D2 was promised."""
    needs = make.demand(day=1), make.demand("D2", day=1)
    offers = make.offer(from_day=1), OFFERS[1]
    return (
        replace(
            BASE,
            days=BASE.days[1:],
            cooperatives=(make.cooperative(days=1),),
            offers=tuple(replace(x, from_day=0, to_day=0) for x in offers),
            demands=tuple(replace(x, day=0) for x in needs),
            fixed=(make.line(demand="D2"),),
        ),
        replace(BASE, offers=offers, demands=needs, **before),
    )


def test_a_repair_that_begins_a_day_later_is_compared_by_dates():
    """No offer, cooperative or demand is another: D1 costs 40,000 more, having lost O1 as D2 was promised."""
    answer = changes(repaired()[0], (FROM_O2, PROMISED), repaired()[1], (FROM_O1, PROMISED))
    assert costs_of(answer) == {ChangeCause.ANSWER: (0, 40_000)}
    assert {(x.demand, x.cause, x.is_direct) for x in answer.lines} == {("D1", ChangeCause.ANSWER, True)}


def test_a_cooperative_that_only_the_earlier_days_had_is_compared_too():
    after, before = repaired(cooperatives=(make.cooperative(), make.cooperative("C2")))
    answer = changes(after, (FROM_O2, PROMISED), before, (FROM_O1, PROMISED))
    assert costs_of(answer) == {ChangeCause.ANSWER: (0, 40_000)}


def test_what_is_over_when_a_repair_begins_is_no_change():
    """The day before brought 20 kg from an offer of that day alone, half of what was fair for both days."""
    after, before = repaired(
        policy=make.policy(fairness_bp=300), cooperatives=(make.cooperative(fair_value_idr=800_000),)
    )
    gone = make.offer("O0", to_day=0)
    before = replace(before, offers=(*before.offers, gone), demands=(*before.demands, make.demand("D0")))
    after = replace(after, policy=before.policy, cooperatives=(make.cooperative(days=1, fair_value_idr=400_000),))
    old = FROM_O1, PROMISED, make.line(demand="D0", source="O0")
    answer = changes(after, (FROM_O2, PROMISED), before, old)
    assert [(x.demand, x.source, x.cause) for x in answer.lines] == [
        ("D1", "O1", ChangeCause.ANSWER),
        ("D1", "O2", ChangeCause.ANSWER),
    ]
    assert costs_of(answer) == {ChangeCause.ANSWER: (0, 40_000)}
    assert answer.before_idr == pytest.approx(400_000)


def test_what_is_other_on_the_days_that_both_have_is_a_change():
    """O2 came on both days and now comes no more on the second, which the third, new, does not hide."""
    days = *BASE.days, "2026-12-02"
    before = replace(BASE, demands=(make.demand(day=1),))
    offers = OFFERS[0], replace(OFFERS[1], to_day=0)
    after = replace(before, days=days, offers=offers, cooperatives=(make.cooperative(days=3),))
    answer = changes(after, (FROM_O1,), before, (FROM_O2,))
    assert {(x.cause, x.is_direct) for x in answer.lines} == {(ChangeCause.OFFER, True)}
    longer = replace(after, offers=(OFFERS[0], replace(OFFERS[1], to_day=2)))
    assert {x.cause for x in changes(longer, (FROM_O1,), before, (FROM_O2,)).lines} == {ChangeCause.TIME_LIMIT}
