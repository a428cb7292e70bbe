"""Offers: checked as a whole, promised once, changed only where no order feels it."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import (
    GoodsPromised,
    IllegalTransition,
    InvalidField,
    ItemNotForKitchens,
    PriceAboveCap,
    SupplyExhausted,
)
from service.domain.offers import (
    LotEntry,
    Offer,
    OfferEntry,
    OfferLot,
    OfferStatus,
    available_qty,
    change,
    entry_of,
    lot_taken,
    promise,
    release,
    require_open,
    require_promises_kept,
    require_valid,
    withdraw,
)
from tests.factories.entries import MONDAY, TODAY, a_cap, an_exception, supply_facts

FACTS = supply_facts()
FRIDAY = MONDAY + timedelta(days=4)
ENTRY = OfferEntry(
    item_code="CARROT",
    offered_qty=250_000,
    price_idr=14_000,
    from_date=MONDAY,
    to_date=FRIDAY,
    min_qty=20_000,
    cash_bp=3000,
    origin_producer="Kelompok Tani Mekar",
)
LOTS = (LotEntry("A", 100_000, FRIDAY), LotEntry("B", 150_000, None))
VALID = {"item_code", "offered_qty", "price_idr", "from_date", "to_date", "min_qty", "cash_bp"}


def offer(*, promised_qty: int = 0, **changes: object) -> Offer:
    fields = {
        "id": uuid.uuid4(),
        "created_at": datetime(2026, 11, 24, tzinfo=UTC),
        "region_code": "32.71",
        "cooperative_id": uuid.uuid4(),
        "status": OfferStatus.OPEN,
        "origin_producer": ENTRY.origin_producer,
        "promised_qty": promised_qty,
        **{name: getattr(ENTRY, name) for name in VALID},
    }
    return Offer(**{**fields, **changes})


def lots_of(known: Offer, entries=LOTS) -> list[OfferLot]:
    return [
        OfferLot(
            id=uuid.uuid4(),
            offer_id=known.id,
            cooperative_id=known.cooperative_id,
            item_code=known.item_code,
            lot_code=lot.lot_code,
            lot_qty=lot.lot_qty,
            expires_date=lot.expires_date,
        )
        for lot in entries
    ]


def check(**changes: object) -> None:
    require_valid(replace(ENTRY, **changes), FACTS, earliest_from=TODAY)


def faults_of(**changes: object) -> dict[str, str]:
    with pytest.raises((InvalidField, ItemNotForKitchens, PriceAboveCap)) as refusal:
        check(**changes)
    return {fault.field: fault.code for fault in refusal.value.faults}


def test_a_right_offer_passes() -> None:
    check()
    check(lots=LOTS)
    check(min_qty=0, cash_bp=0, origin_producer=None)
    check(min_qty=250_000, cash_bp=10_000)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"item_code": "CAROT"}, "item_code", "unknown"),
        ({"item_code": "LPG-3"}, "item_code", "item_not_for_kitchens"),
        ({"offered_qty": 250_500}, "offered_qty", "not_a_step"),
        ({"min_qty": 251_000}, "min_qty", "out_of_range"),
        ({"min_qty": -1000}, "min_qty", "out_of_range"),
        ({"min_qty": 1500}, "min_qty", "not_a_step"),
        ({"cash_bp": 10_001}, "cash_bp", "out_of_range"),
        ({"cash_bp": -1}, "cash_bp", "out_of_range"),
        ({"price_idr": 0}, "price_idr", "out_of_range"),
        ({"from_date": TODAY - timedelta(days=1)}, "from_date", "too_early"),
        ({"to_date": MONDAY - timedelta(days=1)}, "to_date", "out_of_range"),
        ({"to_date": MONDAY + timedelta(days=92)}, "to_date", "out_of_range"),
        ({"lots": (LotEntry("A", 249_000),)}, "lots", "sum_differs"),
        ({"lots": (LotEntry("A", 100_000), LotEntry("A", 150_000))}, "lots.1.lot_code", "repeated"),
        ({"lots": (LotEntry("A", 250_000, FRIDAY - timedelta(days=1)),)}, "lots.0.expires_date", "expires_too_early"),
        ({"lots": (LotEntry("A", 250_000), LotEntry("B", 0))}, "lots.1.lot_qty", "out_of_range"),
    ],
)
def test_each_wrong_value_is_named(changes, field, code) -> None:
    assert faults_of(**changes) == {field: code}


def test_everything_wrong_is_told_at_once() -> None:
    found = faults_of(item_code="RICE-P", price_idr=15_000, offered_qty=10, min_qty=50, to_date=MONDAY - timedelta(1))
    assert set(found) == {"offered_qty", "min_qty", "to_date"}
    assert faults_of(item_code="RICE-P", price_idr=15_000, offered_qty=10, min_qty=0) == {
        "offered_qty": "not_a_step",
        "price_idr": "price_above_cap",
    }


def test_a_quarter_of_a_year_is_the_longest_offer() -> None:
    check(to_date=MONDAY + timedelta(days=91))


def test_a_rupiah_above_het_names_cap_source_and_day() -> None:
    check(item_code="RICE-P", price_idr=14_900)
    with pytest.raises(PriceAboveCap, match="299/2025") as refusal:
        check(item_code="RICE-P", price_idr=14_901)
    assert refusal.value.facts["date"] == MONDAY.isoformat()
    assert refusal.value.facts["cap_kind"] == "HET"


def test_a_price_above_hap_needs_an_exception_on_every_day() -> None:
    egg = {"item_code": "EGG", "price_idr": 31_000}
    assert faults_of(**egg) == {"price_idr": "price_above_cap"}
    excepted = supply_facts(exceptions=[an_exception("EGG", valid_to=FRIDAY)])
    require_valid(replace(ENTRY, **egg), excepted, earliest_from=TODAY)
    two_days = supply_facts(exceptions=[an_exception("EGG")])
    with pytest.raises(PriceAboveCap) as refusal:
        require_valid(replace(ENTRY, **egg), two_days, earliest_from=TODAY)
    assert refusal.value.facts["date"] == "2026-12-02"


def test_days_that_are_over_are_not_checked_again() -> None:
    """An offer under way is measured by the caps of the days still to come."""
    yesterday = TODAY - timedelta(days=1)
    facts = supply_facts(caps=[a_cap("CARROT", price_idr=1, valid_to=yesterday)])
    require_valid(replace(ENTRY, from_date=yesterday), facts, earliest_from=yesterday)


@given(st.integers(1, 60_000), st.sampled_from(["RICE-P", "EGG", "TEMPE"]))
def test_no_price_above_the_lowest_cap_passes(price_idr: int, item_code: str) -> None:
    caps = [cap.price_idr for cap in FACTS.caps if cap.item_code == item_code and cap.zone == 1]
    if caps and price_idr > min(caps):
        assert faults_of(item_code=item_code, price_idr=price_idr) == {"price_idr": "price_above_cap"}
    else:
        check(item_code=item_code, price_idr=price_idr)


def test_what_an_offer_says_is_read_back() -> None:
    known = offer()
    assert entry_of(known, lots_of(known)) == replace(ENTRY, lots=LOTS)


def test_goods_are_promised_once() -> None:
    known = offer()
    promise(known, 200_000)
    assert available_qty(known) == 50_000
    with pytest.raises(SupplyExhausted) as refusal:
        promise(known, 51_000)
    assert refusal.value.facts["left_qty"] == 50_000
    release(known, 150_000)
    promise(known, 200_000)
    assert available_qty(known) == 0


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 200_000)), max_size=30))
def test_no_sequence_of_promises_and_releases_promises_more_than_there_is(steps) -> None:
    known, held = offer(), 0
    for is_promise, qty in steps:
        if is_promise and held + qty <= known.offered_qty:
            promise(known, qty)
            held += qty
        elif is_promise:
            with pytest.raises(SupplyExhausted):
                promise(known, qty)
        elif qty <= held:
            release(known, qty)
            held -= qty
        assert known.promised_qty == held
        assert 0 <= available_qty(known) <= known.offered_qty


def test_an_unpromised_offer_may_change_in_everything() -> None:
    known = offer()
    changed = replace(ENTRY, offered_qty=1000, price_idr=1, from_date=TODAY, to_date=TODAY, min_qty=0)
    require_promises_kept(known, changed)
    change(known, changed)
    assert entry_of(known, []) == changed


@pytest.mark.parametrize(
    "changes",
    [
        {"price_idr": 13_999},
        {"from_date": MONDAY + timedelta(days=1)},
        {"to_date": FRIDAY - timedelta(days=1)},
        {"offered_qty": 99_000},
    ],
)
def test_what_orders_hold_is_not_changed(changes) -> None:
    with pytest.raises(GoodsPromised) as refusal:
        require_promises_kept(offer(promised_qty=100_000), replace(ENTRY, **changes))
    assert refusal.value.facts["promised_qty"] == 100_000


@pytest.mark.parametrize(
    "changes",
    [{"offered_qty": 100_000}, {"offered_qty": 900_000}, {"from_date": TODAY}, {"to_date": date(2026, 12, 9)}],
)
def test_a_promised_offer_may_shrink_to_what_is_promised_and_grow(changes) -> None:
    require_promises_kept(offer(promised_qty=100_000), replace(ENTRY, **changes))


def test_a_withdrawn_offer_has_nothing_left_and_frees_its_lots() -> None:
    known = offer()
    lots = lots_of(known)
    assert withdraw(known, lots) == 250_000
    assert (known.status, available_qty(known)) == (OfferStatus.WITHDRAWN, 0)
    assert [lot.is_live for lot in lots] == [False, False]
    with pytest.raises(SupplyExhausted):
        promise(known, 1000)


def test_what_is_promised_stays_promised_and_keeps_its_lots() -> None:
    known = offer(promised_qty=100_000)
    lots = lots_of(known)
    assert withdraw(known, lots) == 150_000
    assert (known.offered_qty, known.promised_qty) == (250_000, 100_000)
    assert [lot.is_live for lot in lots] == [True, True]


def test_what_is_released_after_withdrawal_is_not_offered_again() -> None:
    known = offer(promised_qty=100_000)
    withdraw(known, [])
    release(known, 100_000)
    assert available_qty(known) == 0


def test_a_withdrawn_offer_is_neither_changed_nor_withdrawn_again() -> None:
    known = offer(status=OfferStatus.WITHDRAWN)
    with pytest.raises(IllegalTransition, match="publish a new one"):
        require_open(known)
    with pytest.raises(IllegalTransition):
        withdraw(known, [])
    require_open(offer())


def test_lots_that_are_taken_are_named_with_their_offers() -> None:
    known = offer()
    refusal = lot_taken(reversed(lots_of(known)))
    assert refusal.facts["lots"] == [{"lot_code": code, "offer_id": str(known.id)} for code in ("A", "B")]
    assert "lot A, B" in refusal.detail
