"""How near to a known total an amount of rupiah must be."""

CLOSE = 2e-4
"""How much dearer than its optimum a plan of a tiny week may be, as a part of it.

The optimiser stops at a gap and ends by work. Lower this when the optimiser gets better.
"""

ROUNDING = 1e-7
"""The optimum is proven so closely."""


def at_most(amount_idr, limit_idr, *, close=0.0):
    return amount_idr <= limit_idr * (1 + close + ROUNDING) + 1e-3
