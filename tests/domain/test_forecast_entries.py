"""A kitchen's entry is checked as a whole: every fault named by path, with what would be valid."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from service.domain.demands import demand_of
from service.domain.errors import InvalidField, ItemNotForKitchens, PriceAboveCap
from service.domain.forecast_entries import (
    ForecastEntry,
    KitchenFacts,
    LineEntry,
    ServingEntry,
    entry_of,
    require_valid,
    weeks_later,
)
from service.domain.forecasts import ForecastLine, ForecastServing
from service.domain.organisations import EVERY_DAY
from tests.factories.entries import MONDAY, WEEKDAYS, a_cap, dish, kitchen_facts, worked_week

FACTS = kitchen_facts()
FRIDAY, SATURDAY = WEEKDAYS[4], WEEKDAYS[4] + timedelta(days=1)
DAYS = "2026-11-30, 2026-12-01, 2026-12-02, 2026-12-03, 2026-12-04"
NEXT_MONDAY = MONDAY + timedelta(days=7)


def rice(**changes: object) -> LineEntry:
    return LineEntry(**{"item_code": "RICE-P", "needed_date": MONDAY, "demanded_qty": 1000, **changes})


def serving(**changes: object) -> ServingEntry:
    fields = {"recipe_code": "RICE-STEAMED", "serving_date": MONDAY, "portions_small": 10, "portions_large": 10}
    return ServingEntry(**{**fields, **changes})


def faults_of(entry: ForecastEntry, facts: KitchenFacts = FACTS) -> dict[str, tuple[str, str]]:
    with pytest.raises((InvalidField, ItemNotForKitchens, PriceAboveCap)) as refusal:
        require_valid(entry, facts)
    return {fault.field: (fault.code, fault.message) for fault in refusal.value.faults}


def fault_of(line: LineEntry, facts: KitchenFacts = FACTS) -> tuple[str, str, str]:
    ((field, (code, message)),) = faults_of(ForecastEntry(lines=(line,)), facts).items()
    return field, code, message


def serving_fault_of(bad: ServingEntry, facts: KitchenFacts = FACTS) -> tuple[str, str, str]:
    ((field, (code, message)),) = faults_of(ForecastEntry(servings=(bad,)), facts).items()
    return field, code, message


def test_menu_and_lines_that_are_right_pass() -> None:
    require_valid(worked_week(rice(), LineEntry("DETERG", FRIDAY, 5000)), FACTS)


def test_all_faults_are_told_at_once_each_with_its_path() -> None:
    entry = ForecastEntry(
        servings=(serving(), serving(recipe_code="NASI", serving_date=SATURDAY, portions_large=9999)),
        lines=(rice(), rice(item_code="BERAS"), rice(needed_date=FRIDAY, demanded_qty=1500, own_max_price_idr=15_000)),
    )
    assert {field: code for field, (code, _) in faults_of(entry).items()} == {
        "servings.1.serving_date": "closed_day",
        "servings.1.recipe_code": "unknown",
        "servings.1.portions_large": "out_of_range",
        "lines.1.item_code": "unknown",
        "lines.2.demanded_qty": "not_a_step",
        "lines.2.own_max_price_idr": "price_above_cap",
    }


def test_an_empty_entry_is_refused() -> None:
    assert faults_of(ForecastEntry())["lines"][0] == "missing"


def test_an_unknown_item_is_told_with_codes_like_it() -> None:
    field, code, message = fault_of(rice(item_code="RICE"))
    assert (field, code) == ("lines.0.item_code", "unknown")
    assert "RICE-P" in message


def test_household_goods_are_refused_with_reason_and_source() -> None:
    with pytest.raises(ItemNotForKitchens) as refusal:
        require_valid(ForecastEntry(lines=(rice(item_code="RICE-SPHP"),)), FACTS)
    assert refusal.value.facts["source"]
    assert refusal.value.facts["reason"] in refusal.value.detail
    assert refusal.value.faults[0].field == "lines.0.item_code"


@pytest.mark.parametrize("qty", [0, -1000, 1, 1001, 999])
def test_a_quantity_off_the_step_is_refused(qty: int) -> None:
    field, code, message = fault_of(rice(demanded_qty=qty))
    assert (field, code) == ("lines.0.demanded_qty", "not_a_step")
    assert "1000" in message


@pytest.mark.parametrize(
    ("day", "code"),
    [(SATURDAY, "closed_day"), (NEXT_MONDAY, "outside_week"), (MONDAY - timedelta(days=1), "outside_week")],
)
def test_another_day_is_refused_with_the_cooking_days(day: date, code: str) -> None:
    assert fault_of(rice(needed_date=day))[:2] == ("lines.0.needed_date", code)
    assert DAYS in fault_of(rice(needed_date=day))[2]


def test_a_closed_weekday_is_refused() -> None:
    facts = kitchen_facts(closed_dates=frozenset({FRIDAY}))
    assert fault_of(rice(needed_date=FRIDAY), facts)[1] == "closed_day"


def test_a_kitchen_that_is_closed_all_week_is_told_so() -> None:
    facts = kitchen_facts(closed_dates=frozenset(WEEKDAYS))
    assert fault_of(rice(), facts)[2].endswith("its days that week: none.")


def test_a_kitchen_that_cooks_on_saturdays_may_say_so() -> None:
    facts = kitchen_facts()
    facts.organisation.service_weekdays = EVERY_DAY
    require_valid(ForecastEntry(lines=(rice(needed_date=SATURDAY),)), facts)


def test_the_same_item_twice_on_a_day_is_refused() -> None:
    entry = ForecastEntry(lines=(rice(), rice(needed_date=FRIDAY), rice(demanded_qty=2000)))
    assert faults_of(entry) == {
        "lines.2": ("repeated", "RICE-P on 2026-11-30 stands in lines.0 already; write it once.")
    }


def test_the_same_recipe_twice_on_a_day_is_refused() -> None:
    assert faults_of(ForecastEntry(servings=(serving(), serving())))["servings.1"][0] == "repeated"


@pytest.mark.parametrize(
    ("changes", "field", "valid"),
    [
        (
            {"portions_small": 1441},
            "servings.0.portions_small",
            "Between 0 and 1440: the kitchen is registered for 1200.",
        ),
        (
            {"portions_large": 2161},
            "servings.0.portions_large",
            "Between 0 and 2160: the kitchen is registered for 1800.",
        ),
        (
            {"portions_small": -1},
            "servings.0.portions_small",
            "Between 0 and 1440: the kitchen is registered for 1200.",
        ),
    ],
)
def test_far_more_portions_than_registered_are_refused(changes, field, valid) -> None:
    assert serving_fault_of(serving(**changes)) == (field, "out_of_range", valid)


def test_a_fifth_more_than_registered_is_allowed() -> None:
    require_valid(ForecastEntry(servings=(serving(portions_small=1440, portions_large=2160),)), FACTS)


def test_a_serving_for_nobody_is_refused() -> None:
    assert serving_fault_of(serving(portions_small=0, portions_large=0))[1] == "missing"
    require_valid(ForecastEntry(servings=(serving(portions_small=0, portions_large=1),)), FACTS)


def test_a_recipe_no_longer_in_use_is_refused() -> None:
    old = dish("OLD", is_active=False)
    facts = kitchen_facts(recipes={**FACTS.recipes, "OLD": old})
    assert "no longer in use" in serving_fault_of(serving(recipe_code="OLD"), facts)[2]


def test_a_recipe_with_household_goods_is_refused() -> None:
    facts = kitchen_facts()
    facts.items["RICE-P"].is_for_kitchens = False
    assert serving_fault_of(serving(), facts)[:2] == ("servings.0.recipe_code", "item_not_for_kitchens")


def test_a_recipe_without_ingredients_is_no_fault() -> None:
    facts = kitchen_facts(recipes={**FACTS.recipes, "AIR": dish("AIR")})
    require_valid(ForecastEntry(servings=(serving(recipe_code="AIR"),)), facts)


def test_an_own_limit_above_the_cap_is_refused_with_cap_and_source() -> None:
    with pytest.raises(PriceAboveCap, match="Rp 1 above the HET") as refusal:
        require_valid(ForecastEntry(lines=(rice(own_max_price_idr=14_901),)), FACTS)
    assert refusal.value.faults[0].field == "lines.0.own_max_price_idr"
    assert refusal.value.facts["limit_idr"] == 14_900
    require_valid(ForecastEntry(lines=(rice(own_max_price_idr=14_900),)), FACTS)


def test_an_own_limit_of_nothing_is_refused() -> None:
    assert fault_of(rice(own_max_price_idr=0))[:2] == ("lines.0.own_max_price_idr", "out_of_range")


def stored(entry: ForecastEntry, facts: KitchenFacts) -> tuple[list[ForecastServing], list[ForecastLine], dict]:
    """Return an entry as the tables hold it."""
    key = uuid.uuid4()
    servings = [
        ForecastServing(
            forecast_id=key,
            serving_date=typed.serving_date,
            recipe_id=facts.recipes[typed.recipe_code].id,
            portions_small=typed.portions_small,
            portions_large=typed.portions_large,
        )
        for typed in entry.servings
    ]
    lines = [
        ForecastLine(
            id=uuid.uuid4(),
            forecast_id=key,
            item_code=line.item.code,
            needed_date=line.needed_date,
            demanded_qty=line.demanded_qty,
            max_price_idr=line.max_price_idr,
            budget_line=line.item.budget_line,
            can_substitute=line.can_substitute,
            menu_qty=line.menu_qty,
            own_max_price_idr=line.own_max_price_idr,
        )
        for line in demand_of(entry, facts).lines
    ]
    return servings, lines, {recipe.id: code for code, recipe in facts.recipes.items()}


def test_what_was_typed_in_is_read_back_from_a_stored_forecast() -> None:
    lines = (
        LineEntry("CHICK", MONDAY, 2000, own_max_price_idr=39_000, can_substitute=False),
        LineEntry("DETERG", FRIDAY, 5000),
    )
    entry = worked_week(*lines)
    assert entry_of(*stored(entry, FACTS)) == entry


def test_a_copy_moves_everything_by_a_week() -> None:
    facts = kitchen_facts(week_start=NEXT_MONDAY)
    copied, skipped = weeks_later(worked_week(rice()), facts)
    assert skipped == ()
    assert copied.lines == (rice(needed_date=NEXT_MONDAY),)
    assert {typed.serving_date for typed in copied.servings} == {day + timedelta(days=7) for day in WEEKDAYS}


def test_a_copy_leaves_closed_days_out_and_says_which() -> None:
    closed = FRIDAY + timedelta(days=7)
    facts = kitchen_facts(week_start=NEXT_MONDAY, closed_dates=frozenset({closed}))
    copied, skipped = weeks_later(worked_week(rice(), rice(needed_date=FRIDAY)), facts)
    assert skipped == (closed,)
    assert copied.lines == (rice(needed_date=NEXT_MONDAY),)
    assert closed not in {typed.serving_date for typed in copied.servings}


def test_a_copy_to_a_week_of_closed_days_is_refused() -> None:
    facts = kitchen_facts(week_start=NEXT_MONDAY, closed_dates=frozenset(day + timedelta(days=7) for day in WEEKDAYS))
    with pytest.raises(InvalidField, match="closed on every day"):
        weeks_later(worked_week(), facts)


def test_a_copy_drops_own_limits_that_the_law_has_overtaken() -> None:
    facts = kitchen_facts(week_start=NEXT_MONDAY, caps=[a_cap(price_idr=14_000)])
    lines = (rice(own_max_price_idr=14_500), rice(needed_date=FRIDAY, own_max_price_idr=13_900))
    copied, _ = weeks_later(ForecastEntry(lines=lines), facts)
    assert [line.own_max_price_idr for line in copied.lines] == [None, 13_900]


def test_cooking_days_are_the_kitchens_weekdays_without_closed_days() -> None:
    assert FACTS.cooking_days == WEEKDAYS
    assert replace(FACTS, closed_dates=frozenset({MONDAY})).cooking_days == WEEKDAYS[1:]
