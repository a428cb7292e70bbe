"""A model in whole numbers, for a solver that knows no others: rounded only so that its bound stays proven.

Every coefficient of the format is a decimal fraction (a price per 1,000, a share in bp), so a row times a power of ten
is whole. Amounts without integrality (missing quantity, rupiah below the fair value) are counted in hundredths: that
rounds them up, which keeps every plan allowed and makes it dearer by less than a hundredth of the amount's cost; the
bound gives it back. Costs are rounded down to thousandths of a rupiah (coarser, if the total would leave 64 bits).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.peers.model import Floats, Ints, Model

HUNDREDTH: Final = 0.01
MOST: Final = 2.0**61
_POWERS: Final = tuple(10.0**n for n in range(8))


@dataclass(frozen=True, slots=True)
class WholeModel:
    """A model whose columns, rows and costs are whole numbers; ``unit`` is what one of a column counts for."""

    unit: Floats
    cost: Ints
    lower: Ints
    upper: Ints
    values: Ints
    row_lower: Ints
    row_upper: Ints
    cost_scale: float
    rounding_idr: float


def in_whole_numbers(model: Model) -> WholeModel:
    """Rewrite a model.

    Raises
    ------
    OverflowError
        If a row or the total would leave 64 bits.
    """
    unit = np.where(model.is_integer, 1.0, HUNDREDTH)
    lower, upper = np.floor(model.lower / unit), np.ceil(model.upper / unit - 1e-9)
    values = model.values * unit[model.columns]
    scale = _row_scales(model, values)
    values = np.rint(values * scale[model.row_numbers])
    size = np.bincount(model.row_numbers, np.abs(values) * upper[model.columns], len(scale))
    if size.max(initial=0.0) > MOST:
        raise OverflowError(f"the row {model.rule(int(size.argmax()))} leaves 64 bits")
    cost, cost_scale = model.cost * unit, 1000.0
    while float(cost @ upper) * cost_scale > MOST:
        cost_scale /= 10
    return WholeModel(
        unit=unit,
        cost=np.floor(cost * cost_scale).astype(np.int64),
        lower=lower.astype(np.int64),
        upper=upper.astype(np.int64),
        values=values.astype(np.int64),
        row_lower=_bounds(np.ceil(model.row_lower * scale - 1e-6), model.row_lower * scale),
        row_upper=_bounds(np.floor(model.row_upper * scale + 1e-6), model.row_upper * scale),
        cost_scale=cost_scale,
        rounding_idr=float(cost[~model.is_integer].sum()),
    )


def _row_scales(model: Model, values: Floats) -> Floats:
    """Return the smallest power of ten that makes each row's coefficients whole."""
    rows = model.row_numbers
    scale = np.full(len(model.row_lower), np.nan)
    for power in _POWERS:
        grown = values * power
        off = np.abs(grown - np.rint(grown)) > 1e-9 + 1e-15 * np.abs(grown)
        fits = np.bincount(rows, off, len(scale)) == 0
        scale[np.isnan(scale) & fits] = power
    if np.isnan(scale).any():
        raise OverflowError(f"the row {model.rule(int(np.isnan(scale).argmax()))} is no decimal fraction")
    return scale


def _bounds(rounded: Floats, exact: Floats) -> Ints:
    """Bounds of rows as 64-bit numbers; none is a number beyond every row."""
    return np.where(np.isfinite(exact), rounded, np.sign(exact) * MOST).astype(np.int64)
