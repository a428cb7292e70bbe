"""Every fault of a problem's document is named by its JSON pointer."""

import pytest

from service.matching.errors import InvalidProblem
from service.matching.reader import read_problem
from service.matching.writer import write_problem
from tests.factories.documents import FULL, put


def faults_of(change):
    """Faults of the full problem's document after a change, as (pointer, code)."""
    document = write_problem(FULL)
    change(document)
    with pytest.raises(InvalidProblem) as refusal:
        read_problem(document)
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


SHAPE = [
    (put("format", "pasok-problem/2"), "/format", "not_allowed"),
    (put("name", ""), "/name", "out_of_range"),
    (put("extra", 1), "/extra", "unknown_field"),
    (put("a/b~c", 1), "/a~1b~0c", "unknown_field"),
    (put("items", {}), "/items", "wrong_type"),
    (put("kitchens", 0, 5), "/kitchens/0", "wrong_type"),
    (put("items", 0, "step", True), "/items/0/step", "wrong_type"),
    (put("items", 0, "step", 1000.0), "/items/0/step", "wrong_type"),
    (put("items", 0, "step", "1000"), "/items/0/step", "wrong_type"),
    (put("items", 0, "step", 0), "/items/0/step", "out_of_range"),
    (put("items", 0, "weight_g", -1), "/items/0/weight_g", "out_of_range"),
    (put("items", 0, "cold", 1), "/items/0/cold", "wrong_type"),
    (put("items", 0, "unit", "kg"), "/items/0/unit", "not_allowed"),
    (put("items", 2, "per", 1000), "/items/2/per", "inconsistent"),
    (put("items", 0, "per", 1), "/items/0/per", "inconsistent"),
    (put("items", 0, "id", 7), "/items/0/id", "wrong_type"),
    (put("kitchens", 0, "lat", float("nan")), "/kitchens/0/lat", "out_of_range"),
    (put("kitchens", 0, "lat", 90.1), "/kitchens/0/lat", "out_of_range"),
    (put("kitchens", 0, "lon", -181), "/kitchens/0/lon", "out_of_range"),
    (put("kitchens", 0, "lon", "106"), "/kitchens/0/lon", "wrong_type"),
    (put("kitchens", 0, "budget_idr", []), "/kitchens/0/budget_idr", "wrong_type"),
    (put("kitchens", 0, "budget_idr", "ingredient", -5), "/kitchens/0/budget_idr/ingredient", "out_of_range"),
    (put("kitchens", 0, "max_share_bp", 10_001), "/kitchens/0/max_share_bp", "out_of_range"),
    (put("cooperatives", 0, "capital_idr", 10**30), "/cooperatives/0/capital_idr", "out_of_range"),
    (put("cooperatives", 0, "handling_g", 1, None), "/cooperatives/0/handling_g/1", "wrong_type"),
    (put("cooperatives", 0, "handling_g", [1]), "/cooperatives/0/handling_g", "wrong_length"),
    (put("cooperatives", 0, "cold_g", [1, 2, 3]), "/cooperatives/0/cold_g", "wrong_length"),
    (put("policy", "tier_idr_per_kg", "city", None), "/policy/tier_idr_per_kg/city", "wrong_type"),
    (put("policy", "shortage_steps", []), "/policy/shortage_steps", "out_of_range"),
    (put("days", 0, "2026-11-31"), "/days/0", "not_a_date"),
    (put("days", 0, "30-11-2026"), "/days/0", "not_a_date"),
    (put("days", 0, 20261130), "/days/0", "wrong_type"),
    (put("demands", 0, "qty", 0), "/demands/0/qty", "out_of_range"),
    (put("demands", 0, "substitutes", 0, "covers_bp", 0), "/demands/0/substitutes/0/covers_bp", "out_of_range"),
]

REFERENCES = [
    (put("days", 1, "2026-11-30"), "/days/1", "not_increasing"),
    (put("demands", 0, "kitchen", "K9"), "/demands/0/kitchen", "unknown_reference"),
    (put("demands", 0, "item", "X"), "/demands/0/item", "unknown_reference"),
    (put("demands", 0, "day", 2), "/demands/0/day", "out_of_range"),
    (put("demands", 0, "qty", 1_500), "/demands/0/qty", "not_a_multiple"),
    (put("demands", 0, "budget", "gas"), "/demands/0/budget", "unknown_reference"),
    (put("demands", 1, "id", "D1"), "/demands/1/id", "duplicate_id"),
    (put("demands", 0, "substitutes", 0, "item", "X"), "/demands/0/substitutes/0/item", "unknown_reference"),
    (put("demands", 0, "substitutes", 0, "item", "RICE"), "/demands/0/substitutes/0/item", "inconsistent"),
    (put("offers", 0, "cooperative", "C9"), "/offers/0/cooperative", "unknown_reference"),
    (put("offers", 0, "qty", 1), "/offers/0/qty", "not_a_multiple"),
    (put("offers", 0, "min_qty", 1), "/offers/0/min_qty", "not_a_multiple"),
    (put("offers", 0, "to_day", 2), "/offers/0/to_day", "out_of_range"),
    (put("stocks", 0, "wholesaler", "W9"), "/stocks/0/wholesaler", "unknown_reference"),
    (put("stocks", 0, "pack_qty", 10_001), "/stocks/0/pack_qty", "not_a_multiple"),
    (put("stocks", 0, "packs", 10**6), "/stocks/0/packs", "out_of_range"),
    (put("fixed", 0, "demand", "D9"), "/fixed/0/demand", "unknown_reference"),
    (put("fixed", 0, "cooperative", "C9"), "/fixed/0/cooperative", "unknown_reference"),
    (put("fixed", 0, "source", "O9"), "/fixed/0/source", "unknown_reference"),
    (put("fixed", 0, "item", "NOODLE"), "/fixed/0/item", "inconsistent"),
    (put("fixed", 0, "qty", 999), "/fixed/0/qty", "not_a_multiple"),
    (put("previous", 0, "item", "X"), "/previous/0/item", "unknown_reference"),
]


@pytest.mark.parametrize(("change", "pointer", "code"), SHAPE + REFERENCES)
def test_a_fault_is_named_by_its_pointer(change, pointer, code):
    assert (pointer, code) in faults_of(change)


@pytest.mark.parametrize(("change", "pointer", "code"), REFERENCES)
def test_one_wrong_reference_is_one_fault(change, pointer, code):
    """Changing an id or a quantity may orphan others; everything named lies at what was changed or refers to it."""
    assert faults_of(change)[0] == (pointer, code)


def test_goods_without_a_price_can_never_make_up_a_minimum_order():
    def change(document):
        document["stocks"][0]["price_idr"] = 0
        document["wholesalers"][0]["min_order_idr"] = 1

    assert faults_of(change) == [("/stocks/0/price_idr", "inconsistent")]


def test_a_stock_with_an_offers_id_is_a_duplicate():
    assert faults_of(put("stocks", 0, "id", "O1")) == [("/stocks/0/id", "duplicate_id")]


def test_a_first_day_after_the_last_contradicts_itself():
    def change(document):
        document["offers"][0] |= {"from_day": 1, "to_day": 0}

    assert faults_of(change) == [("/offers/0/from_day", "inconsistent")]


def test_shortage_steps_begin_at_nothing_and_increase():
    def change(document):
        document["policy"]["shortage_steps"] = [
            {"above_bp": 1, "factor_bp": 10_000},
            {"above_bp": 1, "factor_bp": 9_999},
        ]

    at = "/policy/shortage_steps"
    assert faults_of(change) == [
        (f"{at}/0/above_bp", "inconsistent"),
        (f"{at}/1/above_bp", "not_increasing"),
        (f"{at}/1/factor_bp", "not_increasing"),
    ]


def test_a_line_may_be_promised_once_only():
    def change(document):
        document["fixed"] *= 2

    assert faults_of(change) == [("/fixed/1", "duplicate_line")]


def test_the_plan_before_names_one_item_for_one_line():
    def change(document):
        document["previous"] += [document["previous"][0] | {"item": "NOODLE"}]

    assert faults_of(change) == [("/previous/1/item", "inconsistent")]


def test_a_substitute_is_named_once():
    def change(document):
        document["demands"][0]["substitutes"] *= 2

    assert faults_of(change) == [("/demands/0/substitutes/1/item", "inconsistent")]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (put("demands", 0, "max_price_idr", 10**9), "/demands/0/qty"),
        (put("offers", 0, "price_idr", 10**9), "/offers/0/qty"),
        (put("demands", 0, "substitutes", 0, "max_price_idr", 10**9), "/demands/0/substitutes/0/max_price_idr"),
    ],
)
def test_no_line_is_so_large_that_sums_would_leave_64_bits(change, pointer):
    def large(document):
        document["demands"][0]["qty"] = document["offers"][0]["qty"] = 10**8
        change(document)

    assert faults_of(large) == [(pointer, "out_of_range")]


def test_a_heavy_line_is_refused_too():
    def change(document):
        document["items"][0]["weight_g"] = 10**6
        document["items"][1]["weight_g"] = 10**6
        document["previous"][0]["qty"] = 10**9

    assert ("/previous/0/qty", "out_of_range") in faults_of(change)


def test_all_faults_are_named_at_once():
    def change(document):
        for spoil, *_ in (SHAPE[7], SHAPE[11], SHAPE[23], REFERENCES[0], REFERENCES[5]):
            spoil(document)

    assert len(faults_of(change)) == 5


def test_a_list_that_is_none_orphans_nothing():
    assert faults_of(put("kitchens", None)) == [("/kitchens", "wrong_type")]
