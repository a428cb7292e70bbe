"""What the week's problem takes from cooperatives, rule by rule."""

from dataclasses import replace
from datetime import timedelta

from service.domain.organisations import DayCapacity, OrganisationKind, OrganisationStatus
from service.domain.reliability import Record
from tests.factories.organisations import new_cooperative, new_document, new_organisation
from tests.factories.plans import WEEK
from tests.factories.snapshots import (
    FRIDAY,
    KELURAHAN,
    THURSDAY,
    WEDNESDAY,
    a_snapshot,
    an_order_line,
    built,
    cooperative_of,
    every_day,
    papers_of,
    reasons,
    with_order,
)


def test_a_suspended_cooperative_is_out_with_its_offers():
    snapshot = a_snapshot()
    cooperative_of(snapshot).status = OrganisationStatus.SUSPENDED
    found = built(snapshot)
    assert found.problem.cooperatives == found.problem.offers == ()
    assert reasons(found, "cooperative") == [("organisation_inactive", ["2026-11-30", "2026-12-04"])]
    assert [reason for reason, _ in reasons(found, "offer")] == ["organisation_inactive"]


def test_a_closed_day_of_a_cooperative_takes_its_capacity_and_breaks_no_offer():
    snapshot = every_day(a_snapshot())
    closed = replace(snapshot, closed_dates={cooperative_of(snapshot).id: frozenset({WEDNESDAY})})
    problem = built(closed).problem
    assert problem.cooperatives[0].handling_g == (3_000_000, 3_000_000, 0, 3_000_000, 3_000_000)
    assert problem.cooperatives[0].cold_g == (400_000, 400_000, 0, 400_000, 400_000)
    assert [(offer.from_day, offer.to_day) for offer in problem.offers] == [(0, 4)]


def test_a_cooperative_that_is_closed_all_week_is_out():
    snapshot = a_snapshot()
    cooperative_of(snapshot).service_weekdays = 0b1100000
    found = built(snapshot)
    assert found.problem.cooperatives == found.problem.offers == ()
    assert [reason for reason, _ in reasons(found, "cooperative")] == ["closed_all_days"]
    assert [reason for reason, _ in reasons(found, "offer")] == ["closed_all_days"]


def test_a_days_own_capacity_counts_instead_of_the_usual_one():
    snapshot = a_snapshot()
    key = cooperative_of(snapshot).id
    special = DayCapacity(cooperative_id=key, capacity_date=FRIDAY, handling_g=500, cold_g=100)
    problem = built(replace(snapshot, capacities={(key, FRIDAY): special})).problem
    assert problem.cooperatives[0].handling_g == (3_000_000, 500)
    assert problem.cooperatives[0].cold_g == (400_000, 100)


def test_orders_take_capacity_of_their_day_and_cold_only_if_they_need_it():
    snapshot = a_snapshot()
    chicken = an_order_line(snapshot, offer_id=None, item_code="CHICKEN", ordered_qty=5_000)
    lines = [an_order_line(snapshot, offer_id=None), chicken]
    free = built(with_order(snapshot, *lines)).problem.cooperatives[0]
    assert free.handling_g == (3_000_000 - 15_000, 3_000_000)
    assert free.cold_g == (400_000 - 5_000, 400_000)


def test_capital_is_less_what_orders_tie_up_in_cash_and_packs():
    """10 kg x 16,000 x 70 % = 112,000; packs for 600,000."""
    snapshot = a_snapshot()
    ordered = with_order(snapshot, an_order_line(snapshot, offer_id=None))
    ordered = replace(ordered, pack_cost_idr={cooperative_of(snapshot).id: 600_000})
    assert built(ordered).problem.cooperatives[0].capital_idr == 100_000_000 - 112_000 - 600_000
    beyond = replace(snapshot, pack_cost_idr={cooperative_of(snapshot).id: 10**12})
    assert built(beyond).problem.cooperatives[0].capital_idr == 0


def test_a_cooperative_without_its_registration_does_not_deliver_on_that_day():
    snapshot = a_snapshot()
    key = cooperative_of(snapshot).id
    until = [new_document(cooperative_of(snapshot), valid_to=THURSDAY)]
    problem = built(replace(snapshot, documents={**snapshot.documents, key: until})).problem
    assert problem.cooperatives[0].handling_g == (3_000_000, 0)
    found = built(replace(snapshot, documents={**snapshot.documents, key: []}))
    assert [reason for reason, _ in reasons(found, "cooperative")] == ["document_missing"]


def test_fair_values_follow_capacity_and_what_past_weeks_owed():
    """Need 80 kg x 20,000 = 1.6 million, 60 % of it fair: 480,000 each; 400,000 too uneven in the past: an eighth of
    200,000 is taken from the one and given to the other."""
    snapshot = a_snapshot()
    with_other(snapshot)
    fair = {c.id: c.fair_value_idr for c in built(snapshot).problem.cooperatives}
    assert fair == {"C1": 480_000, "C2": 480_000}
    uneven = replace(snapshot, past_value_idr={cooperative_of(snapshot).id: 400_000})
    fair = {c.id: c.fair_value_idr for c in built(uneven).problem.cooperatives}
    assert fair == {"C1": 455_000, "C2": 505_000}


def with_other(snapshot):
    """The snapshot with a second cooperative that can carry as much."""
    other = new_organisation(OrganisationKind.COOPERATIVE, code="C2", kelurahan_code=KELURAHAN)
    snapshot.cooperatives.append((other, new_cooperative(other)))
    snapshot.documents[other.id] = papers_of(other)
    return other


def test_who_kept_less_of_its_word_is_due_less():
    """Of 100 lines each one accepted all and one nothing: the city's mean is a half, so they are known for
    (100 x 1 + 20 x 0.5) / 120 = 0.9166 and 0.0833 of their capacity; 960,000 are shared by 9166 to 833."""
    snapshot = a_snapshot()
    other = with_other(snapshot)
    asked = {WEEK - timedelta(weeks=back): Record(25, 1000, 1000) for back in range(1, 5)}
    silent = {week: Record(25, 1000) for week in asked}
    known = replace(snapshot, records={cooperative_of(snapshot).id: asked, other.id: silent})
    fair = {c.id: c.fair_value_idr for c in built(known).problem.cooperatives}
    assert fair == {"C1": 960_000 * 9166 // 9999, "C2": 960_000 * 833 // 9999}


def test_a_new_cooperative_is_due_its_trial_share():
    """The one had nothing in the past and is small and new: a tenth of the mean of 480,000 at least."""
    snapshot = a_snapshot()
    other = with_other(snapshot)
    small = DayCapacity(cooperative_id=other.id, capacity_date=WEEK, handling_g=1, cold_g=0)
    none = DayCapacity(cooperative_id=other.id, capacity_date=FRIDAY, handling_g=0, cold_g=0)
    tiny = replace(snapshot, capacities={(other.id, WEEK): small, (other.id, FRIDAY): none})
    fair = {c.id: c.fair_value_idr for c in built(tiny).problem.cooperatives}
    assert fair["C2"] == sum(fair.values()) // 20
    old = {WEEK - timedelta(weeks=back): Record(25, 1000, 1000) for back in range(1, 5)}
    fair = {c.id: c.fair_value_idr for c in built(replace(tiny, records={other.id: old})).problem.cooperatives}
    assert fair["C2"] == 0
