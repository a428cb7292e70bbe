"""What a recall keeps from being planned: what offers and stocks say of themselves against what is called back."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.organisations import OrganisationKind
from service.domain.publishing import PlannedDelivery
from service.domain.recalled_supply import RecalledSupply, Waiting, forbids_supply, recalled_parts, uncovered_lines
from service.domain.recalls import Recall, RecallStatus, concerns
from tests.factories.deliveries import LEFT_AT
from tests.factories.organisations import new_organisation
from tests.factories.plans import WEEK, new_offer, new_stock

MEKAR = "Kelompok Tani Mekar"
NOTED = [{"item_code": "RICE-M", "lot_code": "L-1", "producer": MEKAR}]


def recall(**named):
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "region_code": "32.71",
        "status": RecallStatus.OPEN,
        "reason": "Salmonella",
        "opened_by": uuid.uuid4(),
    }
    return Recall(**{**fields, **named})


def forbids(one, *, item_code="RICE-M", producer=None, lot_codes=(), day=WEEK):
    return forbids_supply(one, item_code=item_code, producer=producer, lot_codes=lot_codes, day=day)


@pytest.mark.parametrize(
    ("named", "goods", "is_forbidden"),
    [
        ({"producer": MEKAR}, {"producer": MEKAR}, True),
        ({"producer": MEKAR}, {"producer": "Other"}, False),
        ({"producer": MEKAR}, {}, False),
        ({"producer": MEKAR, "item_code": "EGG"}, {"producer": MEKAR}, False),
        ({"lot_code": "L-1"}, {"lot_codes": ("L-2", "L-1")}, True),
        ({"lot_code": "L-1"}, {"lot_codes": ("L-2",)}, False),
        ({"lot_code": "L-1"}, {"lot_codes": ("l-1 ",)}, True),
        ({"producer": MEKAR}, {"producer": "kelompok tani  mekar"}, True),
        ({"delivery_number": "SJ-1", "lots": NOTED}, {"lot_codes": ("l-1",), "producer": MEKAR.upper()}, True),
        ({"lot_code": "L-1", "producer": MEKAR}, {"lot_codes": ("L-1",)}, True),
        ({"lot_code": "L-1", "producer": MEKAR}, {"lot_codes": ("L-1",), "producer": "Other"}, False),
        ({"item_code": "RICE-M", "from_date": WEEK, "to_date": WEEK}, {}, True),
        ({"item_code": "RICE-M", "from_date": WEEK + timedelta(1), "to_date": WEEK + timedelta(2)}, {}, False),
        ({"delivery_number": "SJ-1", "lots": NOTED}, {"lot_codes": ("L-2", "L-1")}, True),
        ({"delivery_number": "SJ-1", "lots": NOTED}, {"lot_codes": ("L-1",), "producer": MEKAR}, True),
        ({"delivery_number": "SJ-1", "lots": NOTED}, {"lot_codes": ("L-1",), "producer": "Other"}, False),
        ({"delivery_number": "SJ-1", "lots": NOTED}, {"lot_codes": ("L-1",), "item_code": "EGG"}, False),
        ({"delivery_number": "SJ-1", "lots": NOTED}, {"lot_codes": ("L-2",)}, False),
        ({"delivery_number": "SJ-1", "lots": NOTED}, {"producer": MEKAR}, False),
        ({"delivery_number": "SJ-1", "lots": NOTED, "producer": MEKAR}, {"lot_codes": ("L-1",)}, True),
        ({"lot_code": "L-1", "status": RecallStatus.CLOSED}, {"lot_codes": ("L-1",)}, False),
    ],
)
def test_goods_are_forbidden_as_far_as_they_say_what_they_are(named, goods, is_forbidden):
    assert forbids(recall(**named), **goods) is is_forbidden


NAMES = st.sampled_from(["A", "B"])
SPELLED = st.sampled_from(["A", "B", " a"])
DAYS = st.dates(date(2026, 11, 30), date(2026, 12, 3))


@given(
    st.builds(
        recall,
        lot_code=st.none() | SPELLED,
        producer=st.none() | SPELLED,
        item_code=st.none() | NAMES,
        from_date=st.none() | DAYS,
        to_date=st.none() | DAYS,
        status=st.sampled_from(RecallStatus),
    ),
    NAMES,
    SPELLED,
    st.sets(SPELLED, min_size=1),
    DAYS,
)
def test_where_goods_say_everything_planning_forbids_what_may_not_leave(one, item_code, producer, lots, day):
    """Supply that names producer and lots is left out exactly if one of its lots could not be dispatched."""
    at_the_door = any(
        concerns(one, lot_code=lot, producer=producer, item_code=item_code, needed_date=day) for lot in lots
    )
    assert forbids(one, item_code=item_code, producer=producer, lot_codes=lots, day=day) is at_the_door


WAITING = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 50)), max_size=8)


@given(WAITING, st.dictionaries(NAMES, st.integers(0, 100)), st.none() | DAYS)
def test_lines_keep_the_lots_that_are_not_called_back_as_far_as_they_go(drawn, lots, to_date):
    offer = new_offer(new_organisation(OrganisationKind.COOPERATIVE), "A")
    bad = recall(lot_code="A", to_date=to_date)
    recalled = RecalledSupply((bad,), {offer.id: lots})
    first = date(2026, 11, 30)
    waiting = [Waiting(uuid.uuid4(), first + timedelta(days=day), qty) for day, qty in drawn]
    fallen = set(uncovered_lines(recalled, offer, lots, waiting))
    concerned = [one for one in waiting if "A" in lots and (to_date is None or one.needed_date <= to_date)]
    assert fallen <= {one.line_id for one in concerned}
    kept = [one for one in concerned if one.line_id not in fallen]
    spare = lots.get("B", 0) - sum(one.qty for one in kept)
    assert spare >= 0
    assert all(one.qty > spare for one in concerned if one.line_id in fallen)
    assert not set(uncovered_lines(recalled, offer, lots, [one for one in waiting if one.line_id not in fallen]))


def test_an_offer_without_lots_loses_all_lines_of_an_item_that_is_called_back():
    offer = new_offer(new_organisation(OrganisationKind.COOPERATIVE), "EGG")
    recalled = RecalledSupply((recall(item_code="EGG", from_date=WEEK, to_date=WEEK),))
    on, after = (Waiting(uuid.uuid4(), WEEK + timedelta(days=days), 1) for days in (0, 1))
    assert list(uncovered_lines(recalled, offer, {}, [on, after])) == [on.line_id]


def test_a_plan_tells_each_recalled_source_once():
    cooperative, wholesaler = (
        new_organisation(kind, code=kind.value) for kind in (OrganisationKind.COOPERATIVE, OrganisationKind.WHOLESALER)
    )
    offer, other, stock = (
        new_offer(cooperative, origin_producer=MEKAR),
        new_offer(cooperative),
        new_stock(wholesaler, "ITEM-00"),
    )
    of_item = recall(item_code="ITEM-00", from_date=WEEK, to_date=WEEK)
    recalled = RecalledSupply((recall(producer=MEKAR), of_item), {})
    sources = [(offer.id, None), (offer.id, None), (other.id, None), (None, stock.id)]
    parts = [
        PlannedDelivery(uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), cooperative.id, *source, "X", WEEK, 1, 1)
        for source in sources
    ]
    offers, stocks = {one.id: one for one in (offer, other)}, {stock.id: stock}
    found = list(recalled_parts(recalled, parts, offers, stocks))
    assert [(one.code, one.entity, one.entity_id) for one in found] == [
        ("recalled", "offer", str(offer.id)),
        ("recalled", "stock", str(stock.id)),
    ]
