"""Quantities, rupiah and their conversions: the only place that rounds.

Quantities are integers in the item's base unit (gram, millilitre, piece), money is whole rupiah, shares are basis
points. The one rounding rule: what a kitchen needs is rounded **up** to the item's step (nobody eats less because of
a step); money is rounded half up to the rupiah; room that must hold a promise is rounded up.
"""

from __future__ import annotations

import math
from enum import StrEnum
from fractions import Fraction

BP = 10_000
"""Basis points in a whole."""


class Unit(StrEnum):
    """Base unit of an item."""

    GRAM = "g"
    MILLILITRE = "ml"
    PIECE = "pc"


PRICED_PER: dict[Unit, int] = {Unit.GRAM: 1000, Unit.MILLILITRE: 1000, Unit.PIECE: 1}
"""Base units that a price speaks of: rupiah per kilogram, per litre, per piece."""


def round_up_to_step(qty: Fraction | int, *, step_qty: int) -> int:
    """Return the smallest positive multiple of ``step_qty`` that is at least ``qty`` (base units)."""
    steps = -(-Fraction(qty) // step_qty)
    return max(1, int(steps)) * step_qty


def step_fault(qty: int, *, step_qty: int) -> str | None:
    """Return what would be valid instead of a quantity that is no positive multiple of the step, else ``None``."""
    if qty > 0 and qty % step_qty == 0:
        return None
    above = round_up_to_step(qty, step_qty=step_qty)
    near = f"{above - step_qty} or {above}" if above > step_qty else f"{above}"
    return f"{qty} is not a positive multiple of the step of {step_qty}; the nearest: {near}."


def round_rupiah(amount: Fraction) -> int:
    """Return whole rupiah, halves rounded up (away from zero for amounts >= 0)."""
    return int((amount * 2 + 1) // 2)


def round_up_rupiah(amount: Fraction) -> int:
    """Return the whole rupiah that are enough for an amount."""
    return math.ceil(amount)


def value_idr(*, qty: int, price_idr: int, unit: Unit) -> int:
    """Return the value in whole rupiah of ``qty`` base units at ``price_idr`` per kilogram, litre or piece."""
    # Rounded as by round_rupiah, in whole numbers: every line is priced here, and fractions take 36 times as long.
    per = PRICED_PER[unit]
    return (2 * qty * price_idr + per) // (2 * per)


def weight_g(*, qty: int, grams_per_unit: int) -> int:
    """Return the weight in grams of ``qty`` base units."""
    return qty * grams_per_unit


def pack_price_to_kitchen_idr(*, pack_price_idr: int, pack_qty: int, unit: Unit, markup_bp: int) -> int:
    """Return what a kitchen pays per kilogram, litre or piece for goods bought in packs, mark-up added, rounded up."""
    return -(-(pack_price_idr * PRICED_PER[unit] * (BP + markup_bp)) // (pack_qty * BP))
