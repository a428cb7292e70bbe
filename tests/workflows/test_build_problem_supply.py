"""What the week's problem takes from offers and stocks, rule by rule."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.items import ColdChain
from service.domain.offers import OfferStatus, available_qty
from service.domain.organisations import DocumentKind, OrganisationStatus
from service.domain.stocks import available_packs
from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.reader import read_problem
from service.matching.writer import write_problem
from tests.factories.items import new_chicken
from tests.factories.organisations import new_document
from tests.factories.plans import WEEK, new_offer, new_stock
from tests.factories.snapshots import (
    FRIDAY,
    IN_WEEK,
    TUESDAY,
    WEDNESDAY,
    a_line,
    a_snapshot,
    a_swap,
    built,
    cooperative_of,
    every_day,
    reasons,
    wholesaler_of,
    with_items,
)

# ---- offers


@pytest.mark.parametrize(
    ("valid_to", "window", "days_out"),
    [
        (FRIDAY, (0, 4), []),
        (WEDNESDAY, (0, 2), ["2026-12-03", "2026-12-04"]),
        (WEEK - timedelta(days=1), None, [day.isoformat() for day in IN_WEEK]),
    ],
)
def test_an_offer_serves_only_while_its_papers_are_valid(valid_to, window, days_out):
    snapshot = every_day(a_snapshot(), item_code="CHICKEN")
    cooperative = cooperative_of(snapshot)
    papers = [new_document(cooperative), new_document(cooperative, DocumentKind.HALAL, valid_to=valid_to)]
    offers = [new_offer(cooperative, "CHICKEN")]
    found = built(replace(snapshot, documents={**snapshot.documents, cooperative.id: papers}, offers=offers))
    assert [(offer.from_day, offer.to_day) for offer in found.problem.offers] == ([window] if window else [])
    assert reasons(found, "offer") == ([("document_missing", days_out)] if days_out else [])


def test_papers_with_a_gap_leave_the_longer_side_of_the_week():
    """Halal until Monday and again from Wednesday: one quantity cannot serve two windows, so Monday is left out."""
    snapshot = every_day(a_snapshot(), item_code="CHICKEN")
    cooperative = cooperative_of(snapshot)
    papers = [
        new_document(cooperative),
        new_document(cooperative, DocumentKind.HALAL, valid_to=WEEK),
        new_document(cooperative, DocumentKind.HALAL, valid_from=WEDNESDAY),
    ]
    offers = [new_offer(cooperative, "CHICKEN")]
    found = built(replace(snapshot, documents={**snapshot.documents, cooperative.id: papers}, offers=offers))
    assert [(offer.from_day, offer.to_day) for offer in found.problem.offers] == [(2, 4)]
    assert reasons(found, "offer") == [("document_missing", ["2026-12-01"]), ("split_days", ["2026-11-30"])]


def test_only_what_is_not_promised_is_offered_in_whole_steps():
    snapshot = a_snapshot()
    offers = [new_offer(cooperative_of(snapshot), promised_qty=70_500)]
    assert [offer.qty for offer in built(replace(snapshot, offers=offers)).problem.offers] == [29_000]


def test_an_offer_that_is_promised_whole_or_withdrawn_is_out():
    snapshot = a_snapshot()
    for changes in ({"promised_qty": 100_000}, {"status": OfferStatus.WITHDRAWN}):
        found = built(replace(snapshot, offers=[new_offer(cooperative_of(snapshot), **changes)]))
        assert found.problem.offers == ()
        assert reasons(found, "offer") == [("nothing_left", [])]


@pytest.mark.parametrize(("promised_qty", "least_qty"), [(0, 50_000), (20_000, 30_000), (60_000, 0)])
def test_what_orders_hold_counts_towards_an_offers_minimum(promised_qty, least_qty):
    snapshot = a_snapshot()
    offers = [new_offer(cooperative_of(snapshot), min_qty=50_000, promised_qty=promised_qty)]
    assert [offer.min_qty for offer in built(replace(snapshot, offers=offers)).problem.offers] == [least_qty]


def test_an_offer_is_clipped_to_the_cooking_days_and_one_of_other_days_is_out():
    snapshot = every_day(a_snapshot())
    cooperative = cooperative_of(snapshot)
    inside = new_offer(cooperative, from_date=WEEK - timedelta(days=5), to_date=TUESDAY)
    weekend = new_offer(cooperative, from_date=FRIDAY + timedelta(days=1), to_date=FRIDAY + timedelta(days=2))
    found = built(replace(snapshot, offers=[inside, weekend]))
    assert [(offer.id, offer.from_day, offer.to_day) for offer in found.problem.offers] == [(str(inside.id), 0, 1)]
    assert reasons(found, "offer") == [("outside_days", [])]


def test_lots_must_be_good_on_the_cooking_day():
    snapshot = every_day(a_snapshot())
    expiry = {snapshot.offers[0].id: [None, TUESDAY, FRIDAY]}
    found = built(replace(snapshot, expiry_dates=expiry))
    assert [(offer.from_day, offer.to_day) for offer in found.problem.offers] == [(0, 1)]
    assert [reason for reason, _ in reasons(found, "offer")] == ["shelf_life"]


def test_the_producer_is_the_supplier_and_without_one_the_cooperative():
    snapshot = a_snapshot()
    cooperative = cooperative_of(snapshot)
    offers = [new_offer(cooperative, origin_producer="Pak Dedi"), new_offer(cooperative)]
    suppliers = {offer.supplier for offer in built(replace(snapshot, offers=offers)).problem.offers}
    assert suppliers == {"C1/Pak Dedi", "C1"}


def test_goods_that_nobody_asks_for_are_out_and_substitutes_are_asked_for():
    snapshot = a_snapshot(substitutions=[a_swap()])
    cooperative = cooperative_of(snapshot)
    offers = [new_offer(cooperative, "RICE-P"), new_offer(cooperative, "CHICKEN")]
    found = built(replace(snapshot, offers=offers))
    assert [offer.item for offer in found.problem.offers] == ["RICE-P"]
    assert reasons(found, "offer") == [("no_demand", [])]


# ---- stocks


@pytest.mark.parametrize(
    ("lead_days", "window"),
    [
        (5, (0, 4)),  # fetched on Sunday the 29th for Monday; the wholesaler is open every day
        (6, (1, 4)),
        (9, (4, 4)),
        (10, None),
    ],
)
def test_packs_serve_from_the_day_after_the_lead_time(lead_days, window):
    snapshot = every_day(a_snapshot())
    wholesaler_of(snapshot).service_weekdays = 0b1111111
    snapshot.wholesalers[0][1].lead_days = lead_days
    found = built(snapshot)
    assert [(stock.from_day, stock.to_day) for stock in found.problem.stocks] == ([window] if window else [])
    assert {reason for reason, _ in reasons(found, "stock")} == ({"lead_time"} if window != (0, 4) else set())


def test_a_wholesaler_that_is_closed_when_the_goods_are_due_gives_them_when_it_opens():
    """Ordered on Tuesday with two days: due on Thursday; closed until Monday: for Tuesday's cooking."""
    snapshot = every_day(a_snapshot())
    closed = frozenset(WEEK - timedelta(days=back) for back in (4, 3))
    found = built(replace(snapshot, closed_dates={wholesaler_of(snapshot).id: closed}))
    assert [(stock.from_day, stock.to_day) for stock in found.problem.stocks] == [(1, 4)]
    assert reasons(found, "stock") == [("lead_time", ["2026-11-30"])]


def test_a_wholesaler_without_papers_or_that_is_suspended_is_out():
    snapshot = a_snapshot()
    wholesaler = wholesaler_of(snapshot)
    bare = built(
        replace(snapshot, documents={cooperative_of(snapshot).id: snapshot.documents[cooperative_of(snapshot).id]})
    )
    assert bare.problem.stocks == bare.problem.wholesalers == ()
    assert [reason for reason, _ in reasons(bare, "stock")] == ["document_missing"]
    wholesaler.status = OrganisationStatus.SUSPENDED
    assert [reason for reason, _ in reasons(built(snapshot), "stock")] == ["organisation_inactive"]


def test_only_packs_that_nobody_is_promised_are_there():
    snapshot = a_snapshot()
    wholesaler = wholesaler_of(snapshot)
    stocks = [new_stock(wholesaler, promised_packs=60), new_stock(wholesaler, promised_packs=100)]
    found = built(replace(snapshot, stocks=stocks))
    assert [stock.packs for stock in found.problem.stocks] == [40]
    assert reasons(found, "stock") == [("nothing_left", [])]


def test_a_chilled_stock_needs_the_wholesalers_papers_not_the_cooperatives():
    snapshot = with_items(a_snapshot(), new_chicken(cold_chain=ColdChain.FROZEN))
    cooperative, wholesaler = cooperative_of(snapshot), wholesaler_of(snapshot)
    papers = {**snapshot.documents, cooperative.id: [new_document(cooperative)]}
    lines = [a_line(snapshot, "CHICKEN")]
    stocks = [new_stock(wholesaler, "CHICKEN")]
    assert len(built(replace(snapshot, documents=papers, demand=lines, stocks=stocks)).problem.stocks) == 1


# ---- whatever the data


@given(
    offered=st.lists(st.tuples(st.integers(1, 200), st.integers(0, 200), st.integers(0, 60)), max_size=4),
    shelves=st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), max_size=3),
    needed=st.lists(st.integers(1, 90), min_size=1, max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_no_plan_of_the_problem_takes_more_than_is_left(offered, shelves, needed):
    snapshot = a_snapshot()
    cooperative, wholesaler = cooperative_of(snapshot), wholesaler_of(snapshot)
    offers = [
        new_offer(
            cooperative,
            offered_qty=qty * 1000,
            promised_qty=min(promised, qty) * 1000,
            min_qty=min(least, qty) * 1000,
        )
        for qty, promised, least in offered
    ]
    stocks = [new_stock(wholesaler, packs=packs, promised_packs=min(packs, promised)) for packs, promised in shelves]
    demand = [
        a_line(snapshot, needed_date=day, demanded_qty=qty * 1000) for day, qty in zip(IN_WEEK, needed, strict=False)
    ]
    problem = built(replace(snapshot, offers=offers, stocks=stocks, demand=demand)).problem
    plan = greedy(read_problem(write_problem(problem)))
    assert check(problem, plan).is_allowed
    taken, bought = Counter(), Counter()
    for line in plan.allocations:
        taken[line.source] += line.qty
    for purchase in plan.purchases:
        bought[purchase.stock] += purchase.packs
    assert all(taken[str(offer.id)] <= available_qty(offer) for offer in offers)
    assert all(bought[str(stock.id)] <= available_packs(stock) for stock in stocks)
    assert all(taken[str(stock.id)] <= bought[str(stock.id)] * stock.pack_qty for stock in stocks)
