"""Stocks: whole packs, in time for their first day, at a price that can reach a kitchen."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
from service.domain.stocks import (
    Stock,
    StockEntry,
    StockStatus,
    available_packs,
    change,
    entry_of,
    first_day,
    packs_for,
    promise,
    release,
    require_open,
    require_promises_kept,
    require_valid,
    withdraw,
)
from tests.factories.entries import MONDAY, TODAY, supply_facts

FACTS = supply_facts()
FRIDAY = MONDAY + timedelta(days=4)
ENTRY = StockEntry(item_code="RICE-P", packs=400, pack_qty=50_000, price_idr=700_000, from_date=MONDAY, to_date=FRIDAY)
EARLIEST = first_day(TODAY, lead_days=3)


def stock(**changes: object) -> Stock:
    fields = {
        "id": uuid.uuid4(),
        "created_at": datetime(2026, 11, 24, tzinfo=UTC),
        "region_code": "32.71",
        "wholesaler_id": uuid.uuid4(),
        "status": StockStatus.OPEN,
        "item_code": ENTRY.item_code,
        "packs": ENTRY.packs,
        "pack_qty": ENTRY.pack_qty,
        "price_idr": ENTRY.price_idr,
        "from_date": ENTRY.from_date,
        "to_date": ENTRY.to_date,
    }
    return Stock(**{**fields, **changes})


def check(**changes: object) -> None:
    require_valid(replace(ENTRY, **changes), FACTS, earliest_from=EARLIEST)


def faults_of(**changes: object) -> dict[str, str]:
    with pytest.raises((InvalidField, ItemNotForKitchens, PriceAboveCap)) as refusal:
        check(**changes)
    return {fault.field: fault.code for fault in refusal.value.faults}


def test_a_right_stock_passes() -> None:
    check()
    check(from_date=EARLIEST)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"item_code": "BERAS"}, "item_code", "unknown"),
        ({"item_code": "RICE-SPHP"}, "item_code", "item_not_for_kitchens"),
        ({"packs": 0}, "packs", "out_of_range"),
        ({"pack_qty": 49_500}, "pack_qty", "not_a_step"),
        ({"price_idr": -1}, "price_idr", "out_of_range"),
        ({"from_date": EARLIEST - timedelta(days=1)}, "from_date", "too_early"),
        ({"to_date": MONDAY - timedelta(days=1)}, "to_date", "out_of_range"),
    ],
)
def test_each_wrong_value_is_named(changes, field, code) -> None:
    assert faults_of(**changes) == {field: code}


def test_the_pack_price_is_measured_per_kilogram() -> None:
    """50 kg at Rp 14,900 are Rp 745,000; a rupiah more rounds up to Rp 14,901 a kilogram."""
    check(price_idr=745_000)
    with pytest.raises(PriceAboveCap) as refusal:
        check(price_idr=745_001)
    assert refusal.value.facts["price_idr"] == 14_901


@given(st.integers(1, 10**6), st.sampled_from([1000, 25_000, 50_000]))
def test_no_stock_passes_whose_goods_could_reach_no_kitchen(price_idr: int, pack_qty: int) -> None:
    if price_idr * 1000 > 14_900 * pack_qty:
        assert faults_of(price_idr=price_idr, pack_qty=pack_qty) == {"price_idr": "price_above_cap"}
    else:
        check(price_idr=price_idr, pack_qty=pack_qty)


def test_a_wholesaler_promises_from_today_and_its_lead_time() -> None:
    assert first_day(TODAY, lead_days=3) == TODAY + timedelta(days=3)


def test_packs_are_whole() -> None:
    assert [packs_for(qty, pack_qty=25_000) for qty in (1, 25_000, 25_001)] == [1, 1, 2]


def test_packs_are_promised_once() -> None:
    known = stock()
    promise(known, 300)
    with pytest.raises(SupplyExhausted) as refusal:
        promise(known, 101)
    assert refusal.value.facts["left_packs"] == 100
    release(known, 300)
    promise(known, 400)
    assert available_packs(known) == 0


def test_an_unpromised_stock_may_change_in_everything() -> None:
    known = stock()
    changed = replace(ENTRY, packs=1, pack_qty=25_000, price_idr=1, from_date=FRIDAY, to_date=FRIDAY)
    require_promises_kept(known, changed)
    change(known, changed)
    assert entry_of(known) == changed


@pytest.mark.parametrize(
    "changes",
    [
        {"price_idr": 699_999},
        {"pack_qty": 25_000},
        {"packs": 99},
        {"from_date": MONDAY + timedelta(days=1)},
        {"to_date": FRIDAY - timedelta(days=1)},
    ],
)
def test_what_cooperatives_are_promised_is_not_changed(changes) -> None:
    with pytest.raises(GoodsPromised) as refusal:
        require_promises_kept(stock(promised_packs=100), replace(ENTRY, **changes))
    assert refusal.value.facts["promised_packs"] == 100


@pytest.mark.parametrize("changes", [{"packs": 100}, {"packs": 900}, {"from_date": TODAY}])
def test_a_promised_stock_may_shrink_to_what_is_promised_and_grow(changes) -> None:
    require_promises_kept(stock(promised_packs=100), replace(ENTRY, **changes))


def test_a_withdrawn_stock_keeps_its_promises_and_has_nothing_left() -> None:
    known = stock(promised_packs=100)
    assert withdraw(known) == 300
    assert (known.status, known.promised_packs, available_packs(known)) == (StockStatus.WITHDRAWN, 100, 0)
    with pytest.raises(IllegalTransition):
        withdraw(known)
    with pytest.raises(IllegalTransition, match="publish a new one"):
        require_open(known)
    require_open(stock())
