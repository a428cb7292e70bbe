"""Until when to answer, how orders are numbered, how goods are promised: all or none."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.domain.errors import IllegalTransition, SupplyExhausted
from service.domain.offers import OfferStatus
from service.domain.organisations import OrganisationKind
from service.domain.plans import PlanStatus
from service.domain.promises import promise_all, require_left
from service.domain.publishing import begun_days, order_number, publish, respond_by_at
from tests.factories.organisations import new_organisation
from tests.factories.plans import new_offer, new_plan, new_policy, new_run, new_stock

THURSDAY_NOON = datetime(2026, 11, 26, 5, tzinfo=UTC)  # 12:00 WIB
MONDAY = date(2026, 11, 30)
DAY = 24 * 60


def due(now: datetime, *, minutes: int = DAY, timezone: str = "Asia/Jakarta") -> datetime:
    return respond_by_at(now, respond_within_minutes=minutes, first_needed_date=MONDAY, timezone=timezone)


def a_plan(**changes: object):
    return new_plan(new_run(new_policy()), **changes)


def test_the_policys_time_counts_when_there_is_enough():
    assert due(THURSDAY_NOON) == THURSDAY_NOON + timedelta(days=1)


def test_answers_are_in_eighteen_hours_before_the_cooking_day():
    """06:00 WIB on Sunday is 23:00 UTC on Saturday: eight hours before goods arrive."""
    assert due(datetime(2026, 11, 28, 12, tzinfo=UTC)) == datetime(2026, 11, 28, 23, tzinfo=UTC)
    assert due(datetime(2026, 11, 28, 12, tzinfo=UTC), timezone="Asia/Jayapura") == datetime(
        2026, 11, 28, 21, tzinfo=UTC
    )


def test_nobody_is_asked_to_answer_within_less_than_an_hour():
    late = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)

    assert due(late) == late + timedelta(hours=1)
    assert due(late, minutes=20) == late + timedelta(minutes=20)


def test_a_number_names_region_week_and_cooperative():
    assert order_number(region_code="32.71", week_start=MONDAY, cooperative_code="C3271041009") == (
        "PO-3271-2026W49-C3271041009"
    )
    assert (
        order_number(region_code="32.71", week_start=date(2026, 12, 28), cooperative_code="C1") == "PO-3271-2026W53-C1"
    )
    assert order_number(region_code="32.71", week_start=date(2027, 1, 4), cooperative_code="C1") == "PO-3271-2027W01-C1"


def test_a_cooking_day_begins_at_midnight_of_the_region():
    plan = a_plan()
    midnight = datetime(2026, 11, 29, 17, tzinfo=UTC)

    assert not list(begun_days(plan, MONDAY, now=midnight - timedelta(seconds=1), timezone="Asia/Jakarta"))
    [change] = begun_days(plan, MONDAY, now=midnight, timezone="Asia/Jakarta")
    assert (change.code, change.entity_id) == ("day_begun", str(plan.id))


def test_publishing_says_who_and_when_and_happens_once():
    plan, operator = a_plan(), new_organisation(OrganisationKind.CITY_OFFICE).id
    publish(plan, by=operator, now=THURSDAY_NOON)

    assert (plan.status, plan.published_by, plan.published_at) == (PlanStatus.PUBLISHED, operator, THURSDAY_NOON)
    with pytest.raises(IllegalTransition):
        publish(plan, by=operator, now=THURSDAY_NOON)


def test_goods_are_promised_to_the_last_gram_and_pack():
    offer = new_offer(new_organisation(OrganisationKind.COOPERATIVE), offered_qty=5000)
    stock = new_stock(new_organisation(OrganisationKind.WHOLESALER), packs=3)

    promise_all([(offer, 5000)], [(stock, 3)])

    assert (offer.promised_qty, stock.promised_packs) == (5000, 3)
    with pytest.raises(SupplyExhausted):
        require_left([(offer, 1)], [])


def test_nothing_is_promised_when_something_lacks():
    cooperative = new_organisation(OrganisationKind.COOPERATIVE)
    enough, gone = new_offer(cooperative), new_offer(cooperative, status=OfferStatus.WITHDRAWN)
    stock = new_stock(new_organisation(OrganisationKind.WHOLESALER), packs=3)

    with pytest.raises(SupplyExhausted) as refusal:
        promise_all([(enough, 1000), (gone, 1000)], [(stock, 4)])

    assert (enough.promised_qty, stock.promised_packs) == (0, 0)
    lacking = [(source["item_code"], source["status"]) for source in refusal.value.facts["sources"]]
    assert lacking == [("RICE-M", "withdrawn"), ("RICE-M", "open")]
