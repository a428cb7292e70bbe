"""A menu becomes goods: portions x edible amount / edible share, exact until the step."""

import uuid
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from service.domain.items import ColdChain
from service.domain.menus import Need, RecipeIngredient, Serving, explode, is_pooled, ordered_qty, pool
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


def test_the_line_is_rounded_up_to_the_step() -> None:
    assert ordered_qty(Need("RICE-M", date(2026, 11, 30), Fraction(1_019_001)), RICE) == 1_020_000
