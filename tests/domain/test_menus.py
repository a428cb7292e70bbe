"""A menu becomes goods: portions x edible amount / edible share, exact until the step."""

import uuid
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from service.domain.items import ColdChain
from service.domain.menus import ClosedDays, Need, RecipeIngredient, Serving, explode, is_pooled, ordered_qty, pool
from tests.factories.entries import MONDAY
from tests.factories.items import new_chicken, new_item

RECIPE = uuid.UUID(int=1)
TUESDAY = MONDAY + timedelta(days=1)
RICE, CHICKEN = new_item(), new_chicken()
ITEMS = {item.code: item for item in (RICE, CHICKEN)}


def part(item_code: str = "CHICKEN", small: int = 52_000, large: int = 70_000) -> RecipeIngredient:
    return RecipeIngredient(recipe_id=RECIPE, item_code=item_code, small_milli=small, large_milli=large)


def test_edible_grams_are_divided_by_the_edible_share() -> None:
    """(1,200 x 52 g + 1,800 x 70 g) / 0.58 = 324,827.586... g a day; twice a week 649.7 kg."""
    servings = [Serving(day, RECIPE, 1200, 1800) for day in (MONDAY, TUESDAY)]
    needs = explode(servings, {RECIPE: [part()]}, ITEMS)
    assert [need.day for need in needs] == [MONDAY, TUESDAY]
    assert sum(need.qty for need in needs) == Fraction(2 * (1200 * 52 + 1800 * 70) * 100, 58)
    assert round(float(sum(need.qty for need in needs)) / 1000, 1) == 649.7


def test_the_same_item_of_two_recipes_is_one_need() -> None:
    other = uuid.UUID(int=2)
    servings = [Serving(MONDAY, RECIPE, 10, 0), Serving(MONDAY, other, 0, 10)]
    needs = explode(servings, {RECIPE: [part("RICE-M", 50_000, 0)], other: [part("RICE-M", 0, 80_000)]}, ITEMS)
    assert needs == [Need("RICE-M", MONDAY, Fraction(1300))]


def test_what_nobody_eats_is_not_bought() -> None:
    assert explode([Serving(MONDAY, RECIPE, 0, 100)], {RECIPE: [part(small=1, large=0)]}, ITEMS) == []


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 200_000), st.integers(0, 200_000))
def test_needs_are_the_sum_over_the_groups(small: int, large: int, small_milli: int, large_milli: int) -> None:
    together = explode(
        [Serving(MONDAY, RECIPE, small, large)], {RECIPE: [part("CHICKEN", small_milli, large_milli)]}, ITEMS
    )
    apart = [
        need
        for serving in (Serving(MONDAY, RECIPE, small, 0), Serving(MONDAY, RECIPE, 0, large))
        for need in explode([serving], {RECIPE: [part("CHICKEN", small_milli, large_milli)]}, ITEMS)
    ]
    assert sum(need.qty for need in together) == sum(need.qty for need in apart)


def test_goods_that_keep_and_need_no_cold_come_once() -> None:
    assert is_pooled(RICE)
    assert is_pooled(new_item(shelf_life_days=None))
    assert is_pooled(new_item(shelf_life_days=14))
    assert not is_pooled(new_item(shelf_life_days=13))
    assert not is_pooled(new_item(cold_chain=ColdChain.CHILLED))


def test_pooled_goods_move_to_the_first_cooking_day_of_the_menu() -> None:
    needs = [
        Need("RICE-M", TUESDAY, Fraction(5)),
        Need("CHICKEN", TUESDAY, Fraction(3)),
        Need("RICE-M", MONDAY, Fraction(2)),
    ]
    assert pool(needs, ITEMS) == [Need("RICE-M", MONDAY, Fraction(7)), Need("CHICKEN", TUESDAY, Fraction(3))]


def test_nothing_pooled_is_nothing() -> None:
    assert pool([], ITEMS) == []


days = st.dates(MONDAY, MONDAY + timedelta(days=6))
needs_of_a_week = st.lists(
    st.builds(Need, st.sampled_from(["RICE-M", "CHICKEN"]), days, st.fractions(min_value=1, max_value=10**6)),
    max_size=20,
)


@given(needs_of_a_week)
def test_pooling_neither_loses_nor_makes_goods_and_delays_none(needs: list[Need]) -> None:
    pooled = pool(needs, ITEMS)
    for code in ITEMS:
        assert sum(n.qty for n in pooled if n.item_code == code) == sum(n.qty for n in needs if n.item_code == code)
    for code, first in {need.item_code: min(n.day for n in needs) for need in needs}.items():
        assert all(need.day >= first for need in pooled if need.item_code == code)
    assert len({(need.item_code, need.day) for need in pooled}) == len(pooled)


def test_what_came_for_closed_days_is_used_before_more_is_needed() -> None:
    """5 on Monday and 5 on Wednesday; 6 came for Monday, which is closed: the other 4 are for Wednesday."""
    wednesday = MONDAY + timedelta(days=2)
    needs = [Need("RICE-M", MONDAY, Fraction(5)), Need("RICE-M", wednesday, Fraction(5))]
    assert pool(needs, ITEMS, ClosedDays(TUESDAY, {("RICE-M", MONDAY): 6})) == [
        Need("RICE-M", MONDAY, Fraction(6)),
        Need("RICE-M", wednesday, Fraction(4)),
    ]


def test_what_a_closed_day_needs_beyond_what_came_stays_on_it() -> None:
    needs = [Need("RICE-M", MONDAY, Fraction(8)), Need("RICE-M", TUESDAY, Fraction(5))]
    closed = ClosedDays(TUESDAY, {("RICE-M", MONDAY): 6, ("CHICKEN", MONDAY): 9})
    assert pool(needs, ITEMS, closed) == needs


def test_goods_typed_in_beside_the_menu_are_no_part_of_what_came_for_it() -> None:
    closed = ClosedDays(TUESDAY, {("RICE-M", MONDAY): 6, ("SOAP", MONDAY): 2})
    left = closed.without({("RICE-M", MONDAY): 4, ("SOAP", MONDAY): 3, ("SOAP", TUESDAY): 1})
    assert left == ClosedDays(TUESDAY, {("RICE-M", MONDAY): 2, ("SOAP", MONDAY): 0})


@given(needs_of_a_week, days, st.dictionaries(days, st.integers(0, 2 * 10**6)))
def test_whatever_came_no_goods_are_lost_or_made_and_what_is_open_needs_nothing_of_closed_days(
    needs: list[Need], open_from: date, came: dict[date, int]
) -> None:
    came = {day: qty for day, qty in came.items() if day < open_from}
    pooled = pool(needs, ITEMS, ClosedDays(open_from, {("RICE-M", day): qty for day, qty in came.items()}))
    for code in ITEMS:
        assert sum(n.qty for n in pooled if n.item_code == code) == sum(n.qty for n in needs if n.item_code == code)
    wanted_too_late = sum(n.qty for n in needs if n.item_code == "RICE-M" and n.day < open_from)
    on_closed_days = sum(n.qty for n in pooled if n.item_code == "RICE-M" and n.day < open_from)
    on_open_days = sum(n.qty for n in pooled if n.item_code == "RICE-M" and n.day >= open_from)
    assert on_closed_days <= max(sum(came.values()), wanted_too_late)
    assert not on_open_days or on_closed_days >= sum(came.values())


def test_the_line_is_rounded_up_to_the_step() -> None:
    assert ordered_qty(Need("RICE-M", date(2026, 11, 30), Fraction(1_019_001)), RICE) == 1_020_000
