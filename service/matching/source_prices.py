"""Raises a proven bound: with all other prices held, the best price of every source is known without a solver.

A source that no chosen arc uses has a price of nothing, and then each of its arcs outside the programme counts as if
it had all of the source for itself. An arc has one source, so the best prices fall apart: each is what the last arc
would pay that still gets some, where those that would pay most for it go first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.relaxation import ROWS

if TYPE_CHECKING:
    from service.matching.parameters import Floats, Ints
    from service.matching.relaxation import Relaxation


def with_source_prices(r: Relaxation, duals: Floats) -> Floats:
    """Return the duals with the best of every source: what they prove is never lower."""
    at, rows = ROWS.index("source"), slice(r.first["source"], r.first["capital"])
    duals = r.signed(duals)
    duals[rows] = 0.0
    source, part = r.rows[at] - rows.start, r.entries[at]
    room = r.limit[rows] - np.bincount(source, part * r.lower, rows.stop - rows.start)
    worth = r.reduced_cost(duals)
    arcs = np.flatnonzero((worth < 0) & (part > 0) & (r.upper > r.lower))
    price = worth[arcs] / part[arcs]
    order = np.lexsort((price, source[arcs]))
    arcs, price = arcs[order], price[order]
    taken = _running_total(part[arcs] * (r.upper - r.lower)[arcs], source[arcs])
    is_used_up = taken >= room[source[arcs]]
    scarce, last = np.unique(source[arcs][is_used_up], return_index=True)
    duals[rows.start + scarce] = price[is_used_up][last]
    return duals


def _running_total(value: Floats, group: Ints) -> Floats:
    """Add up the values of each group, whose members stand together."""
    total = np.cumsum(value)
    first = np.flatnonzero(np.diff(group, prepend=-1))
    before: Floats = np.r_[0.0, total][first]
    running: Floats = total - np.repeat(before, np.diff(np.r_[first, len(group)]))
    return running
