"""A recall names its goods; a kitchen accounts for all of them; it ends when none is left in store."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import IllegalTransition, InvalidField
from service.domain.lot_names import LotName
from service.domain.organisations import OrganisationKind
from service.domain.people import Role
from service.domain.recalls import (
    ANSWERED_WITHIN,
    Chase,
    RecallStatus,
    Remains,
    Wanted,
    chase,
    chase_due,
    close,
    concerns,
    confirm,
    recount,
    require_named,
    wanted_of,
    written,
)
from tests.factories.deliveries import LEFT_AT
from tests.factories.organisations import new_organisation
from tests.factories.people import new_user
from tests.factories.recalls import new_recall, new_recall_part

OFFICER = new_user(new_organisation(OrganisationKind.CITY_OFFICE), Role.FOOD_OFFICER)
KITCHEN = new_organisation(OrganisationKind.KITCHEN)
SECOND = timedelta(seconds=1)
DAY = date(2026, 11, 30)
NOTED = {"lot_code": "L-1", "producer": "Tani", "item_code": "EGG"}
GOODS = {"lot_code": "L-1", "producer": "Tani", "item_code": "EGG", "needed_date": DAY}


def said(parts, *remains):
    confirm(parts, remains, by=OFFICER.id, now=LEFT_AT)


@pytest.mark.parametrize(
    ("named", "field"),
    [
        ({}, "lot_code"),
        ({"item_code": "EGG"}, "from_date"),
        ({"lot_code": "L", "from_date": DAY, "to_date": date(2026, 11, 29)}, "to_date"),
    ],
)
def test_a_recall_of_everything_is_none(named, field):
    with pytest.raises(InvalidField) as caught:
        require_named(Wanted(**named))
    assert [fault.field for fault in caught.value.faults] == [field]


@pytest.mark.parametrize(
    ("named", "is_meant"),
    [
        ({}, True),
        ({"lot_code": "L-2"}, False),
        ({"lot_code": " l-1 ", "producer": "TANI"}, True),
        ({"lot_code": None, "producer": "Tani"}, True),
        ({"lot_code": None, "producer": "Other"}, False),
        ({"item_code": "RICE"}, False),
        ({"from_date": DAY, "to_date": DAY}, True),
        ({"to_date": date(2026, 11, 29)}, False),
        ({"from_date": date(2026, 12, 1)}, False),
        ({"lot_code": None, "delivery_number": "SJ-1", "lots": [NOTED]}, True),
        ({"lot_code": None, "delivery_number": "SJ-1", "lots": [{**NOTED, "lot_code": "l-1"}]}, True),
        ({"delivery_number": "SJ-1", "lots": [{**NOTED, "lot_code": "L-2"}, NOTED]}, True),
        ({"lot_code": None, "delivery_number": "SJ-1", "lots": [{**NOTED, "lot_code": "L-2"}]}, False),
        ({"lot_code": None, "delivery_number": "SJ-1", "lots": [{**NOTED, "producer": "Other"}]}, False),
        ({"lot_code": None, "delivery_number": "SJ-1", "lots": [{**NOTED, "item_code": "RICE"}]}, False),
        ({"status": RecallStatus.CLOSED, "closed_at": LEFT_AT}, False),
    ],
)
def test_all_that_a_recall_names_must_fit_and_it_must_be_open(named, is_meant):
    assert concerns(new_recall(OFFICER, **named), **GOODS) is is_meant


@given(st.frozensets(st.builds(LotName, *[st.sampled_from(["A", "B"])] * 3)), st.sampled_from([DAY]))
def test_a_note_calls_back_the_lots_that_stood_on_it_and_no_other(lots, day):
    recall = new_recall(OFFICER, lot_code=None, delivery_number="SJ-1", lots=written(lots))
    assert wanted_of(recall) == Wanted(delivery_number="SJ-1", lots=lots)
    for named in product("AB", repeat=3):
        lot = LotName(*named)
        assert concerns(recall, **lot._asdict(), needed_date=day) is (lot in lots)


def test_a_delivery_note_is_enough_and_narrows_an_item_without_days():
    require_named(Wanted(delivery_number="SJ-1"))
    require_named(Wanted(delivery_number="SJ-1", item_code="EGG"))


def test_a_kitchen_accounts_for_all_that_it_took_and_may_say_it_again():
    parts = [new_recall_part(new_recall(OFFICER), KITCHEN)]
    said(parts, Remains("RICE-M", 30_000, 10_000, 0))
    said(parts, Remains("RICE-M", 30_000, 0, 10_000))
    assert (parts[0].eaten_qty, parts[0].stored_qty, parts[0].discarded_qty) == (30_000, 0, 10_000)
    with pytest.raises(InvalidField) as caught:
        said(parts, Remains("RICE-M", 30_000, 0, 9_999), Remains("EGG", 0, 0, 0))
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [
        ("items.0.eaten_qty", "sum"),
        ("items.1.item_code", "unknown"),
    ]


def test_it_ends_once_everybody_has_spoken_and_nothing_is_stored():
    recall = new_recall(OFFICER)
    parts = [new_recall_part(recall, KITCHEN)]
    for remains in (None, Remains("RICE-M", 0, 1, 39_999)):
        if remains:
            said(parts, remains)
        with pytest.raises(InvalidField):
            close(recall, parts, LEFT_AT)
    said(parts, Remains("RICE-M", 0, 0, 40_000))
    close(recall, parts, LEFT_AT)
    assert recall.status is RecallStatus.CLOSED
    with pytest.raises(IllegalTransition):
        close(recall, parts, LEFT_AT)


@given(st.tuples(*[st.integers(0, 50_000)] * 3))
def test_what_is_confirmed_adds_up(remains):
    parts = [new_recall_part(new_recall(OFFICER), KITCHEN)]
    try:
        said(parts, Remains("RICE-M", *remains))
    except InvalidField:
        assert sum(remains) != 40_000
        assert parts[0].confirmed_at is None
    else:
        assert sum(remains) == parts[0].accepted_qty


def test_a_silent_kitchen_is_reminded_once_then_named_once():
    recall = new_recall(OFFICER)
    parts = [new_recall_part(recall, KITCHEN, item_code=code) for code in ("EGG", "RICE-M")]
    parts[1].confirmed_at = LEFT_AT
    taken, now = [], LEFT_AT
    for _ in range(4):
        now += ANSWERED_WITHIN
        step = chase_due(recall, parts, now)
        taken.append(step)
        if step:
            assert chase_due(recall, parts, now - SECOND) is None
            chase(parts, step, now)
    assert taken == [Chase.REMIND, Chase.ESCALATE, None, None]
    assert parts[1].reminded_at is None
    parts[0].confirmed_at = now
    assert chase_due(recall, parts, now) is None


def test_goods_that_a_kitchen_learned_of_later_give_it_as_long_to_answer():
    recall = new_recall(OFFICER)
    part = new_recall_part(recall, KITCHEN, accepted_qty=0)
    asked_at = LEFT_AT + timedelta(hours=3)
    recount(part, 40_000, by=OFFICER.id, now=asked_at)
    assert chase_due(recall, [part], asked_at + ANSWERED_WITHIN - SECOND) is None
    assert chase_due(recall, [part], asked_at + ANSWERED_WITHIN) is Chase.REMIND
    known = new_recall_part(recall, KITCHEN, item_code="EGG")
    assert chase_due(recall, [part, known], asked_at) is Chase.REMIND  # of the goods that it has known of
