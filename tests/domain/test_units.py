"""Rounding: up to the step for goods, half up for money."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.units import (
    PRICED_PER,
    Unit,
    pack_price_to_kitchen_idr,
    round_rupiah,
    round_up_rupiah,
    round_up_to_step,
    step_fault,
    value_idr,
    weight_g,
)

QTY = st.fractions(min_value=0, max_value=10**12)
STEP = st.integers(1, 10**6)


@given(qty=QTY, step_qty=STEP)
def test_a_need_is_covered_by_whole_steps_and_by_no_step_too_many(qty: Fraction, step_qty: int) -> None:
    rounded = round_up_to_step(qty, step_qty=step_qty)
    assert rounded % step_qty == 0
    assert rounded >= qty
    assert rounded == step_qty or rounded - step_qty < qty


@given(st.integers(0, 10**9), st.integers(0, 10**9), STEP)
def test_adding_whole_steps_after_rounding_is_adding_them_before(need: int, steps: int, step_qty: int) -> None:
    """Menu and supplies are added, then rounded: a plain line in whole steps never costs a step more."""
    whole = steps % 1000 * step_qty
    exact = Fraction(need, 7)
    expected = whole + round_up_to_step(exact, step_qty=step_qty) if need else max(whole, step_qty)
    assert round_up_to_step(exact + whole, step_qty=step_qty) == expected


@pytest.mark.parametrize(
    ("qty", "step_qty", "expected"), [(0, 500, 500), (1, 500, 500), (500, 500, 500), (501, 500, 1000)]
)
def test_the_smallest_amount_is_one_step(qty: int, step_qty: int, expected: int) -> None:
    assert round_up_to_step(qty, step_qty=step_qty) == expected


@pytest.mark.parametrize(
    ("qty", "near"), [(1200, "1000 or 1500"), (400, "500"), (0, "500"), (-3, "500"), (10_001, "10000 or 10500")]
)
def test_a_wrong_step_is_told_with_the_nearest_right_ones(qty: int, near: str) -> None:
    assert step_fault(qty, step_qty=500) == f"{qty} is not a positive multiple of the step of 500; the nearest: {near}."


@given(st.integers(1, 10**6), STEP)
def test_whole_steps_are_right(steps: int, step_qty: int) -> None:
    assert step_fault(steps * step_qty, step_qty=step_qty) is None


@given(st.fractions(min_value=0, max_value=10**12))
def test_money_is_rounded_half_up(amount: Fraction) -> None:
    rounded = round_rupiah(amount)
    assert -Fraction(1, 2) < rounded - amount <= Fraction(1, 2)


def test_half_a_rupiah_counts_up() -> None:
    assert [round_rupiah(Fraction(n, 2)) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("qty", "price_idr", "unit", "value"),
    [
        (1_020_000, 14_700, Unit.GRAM, 14_994_000),
        (500, 18_001, Unit.MILLILITRE, 9001),
        (3000, 3200, Unit.PIECE, 9_600_000),
    ],
)
def test_value_speaks_of_kilograms_litres_and_pieces(qty: int, price_idr: int, unit: Unit, value: int) -> None:
    assert value_idr(qty=qty, price_idr=price_idr, unit=unit) == value


@given(st.integers(0, 10**12), st.integers(0, 10**9), st.sampled_from(Unit))
def test_a_value_is_rounded_as_all_money_is(qty: int, price_idr: int, unit: Unit) -> None:
    assert value_idr(qty=qty, price_idr=price_idr, unit=unit) == round_rupiah(
        Fraction(qty * price_idr, PRICED_PER[unit])
    )


def test_weight_is_quantity_times_grams() -> None:
    assert weight_g(qty=30, grams_per_unit=63) == 1890


@given(st.integers(1, 10**9), st.integers(1, 10**6), st.integers(0, 5000))
def test_a_kitchen_never_pays_less_than_the_packs_cost(pack_price: int, pack_qty: int, markup_bp: int) -> None:
    price = pack_price_to_kitchen_idr(pack_price_idr=pack_price, pack_qty=pack_qty, unit=Unit.GRAM, markup_bp=markup_bp)
    exact = Fraction(pack_price * 1000 * (10_000 + markup_bp), pack_qty * 10_000)
    assert exact <= price < exact + 1


@given(st.fractions(min_value=0, max_value=10**9))
def test_room_for_a_promise_is_enough_and_less_than_a_rupiah_too_much(amount):
    assert 0 <= round_up_rupiah(amount) - amount < 1
