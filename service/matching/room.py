"""What fixed lines leave for the others: arcs whose limits are narrowed to it, and those that nothing can use left out.

A re-match fixes nine lines of ten. Their goods, packs, capital and drops are taken, so of all ways to serve the rest
few are really open, and every other one would have to be priced out by the relaxation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.problem import BP
from service.matching.usage import MONEY_TOLERANCE, Flow, usage_of
from service.matching.variables import drop_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.matching.arcs import Arcs
    from service.matching.parameters import Bools, Floats, Ints, Parameters
    from service.matching.usage import Usage


def within_room(p: Parameters, arcs: Arcs) -> Arcs:
    """Lower the upper limits to what fixed lines leave, rule by rule; leave out arcs that nothing can use."""
    if not arcs.lower.any():
        return arcs
    fixed = np.flatnonzero(arcs.lower)
    used = usage_of(p, arcs, Flow(fixed, arcs.lower[fixed]))
    room = arcs.upper - arcs.lower
    for left, use in _rules(p, arcs, used):
        uses = use > 0
        steps = np.floor(np.maximum(left[uses], 0) / use[uses] + MONEY_TOLERANCE).astype(np.int64)
        room[uses] = np.minimum(room[uses], steps)
    room[_beyond_drops(p, arcs)] = 0
    arcs.upper[:] = arcs.lower + room
    return arcs.subset(np.flatnonzero(arcs.upper > 0))


def _rules(p: Parameters, arcs: Arcs, used: Usage) -> Iterator[tuple[Ints | Floats, Ints | Floats]]:
    """Yield what is left of every rule that adds up over arcs, for each arc, and what a step of the arc uses."""
    at_coop_day, purse = (arcs.cooperative, arcs.day), p.demand_purse[arcs.demand]
    yield (p.demand_limit_qty * BP - used.covered_bp)[arcs.demand], arcs.unit * arcs.covers_bp
    yield (p.source_limit_qty - used.pool_qty.sum(axis=1))[arcs.source], arcs.unit
    yield (p.handling_g - used.handling_g)[at_coop_day], arcs.grams
    yield (p.cold_g - used.cold_g)[at_coop_day], arcs.grams * p.is_cold[arcs.item]
    yield (p.purse_idr * (1 + MONEY_TOLERANCE) - used.spent_idr)[purse], arcs.value
    yield _cash_left(p, used)[arcs.cooperative], arcs.own_cash
    yield _pool_left(p, used)[arcs.source, arcs.cooperative], arcs.unit * (arcs.source >= p.offer_count)


def _pool_left(p: Parameters, used: Usage) -> Ints | Floats:
    """Return what a cooperative may still deliver of a stock: the rest of its open pack, and packs that it can pay."""
    return (used.packs + packs_left(p, used)) * p.source_pack_qty[:, None] - used.pool_qty


def packs_left(p: Parameters, used: Usage) -> Ints:
    """Return how many packs more of every stock each cooperative could pay and get; shape (sources, cooperatives)."""
    price = p.source_pack_idr[:, None]
    payable = np.where(price > 0, np.maximum(_cash_left(p, used), 0.0) // np.maximum(price, 1), p.source_packs[:, None])
    unsold = p.source_packs - used.packs.sum(axis=1)
    left: Ints = np.minimum(payable.astype(np.int64), np.maximum(unsold, 0)[:, None])
    return left


def _cash_left(p: Parameters, used: Usage) -> Floats:
    return p.capital_idr * (1 + MONEY_TOLERANCE) - used.capital_used_idr(p)


def _beyond_drops(p: Parameters, arcs: Arcs) -> Bools:
    """Say which arcs would be one drop too many at a kitchen and day that fixed lines already fill."""
    key, is_fixed = drop_keys(p, arcs), arcs.lower > 0
    kitchen_day = arcs.kitchen * p.day_count + arcs.day
    taken, first = np.unique(key[is_fixed], return_index=True)
    drops = np.bincount(kitchen_day[is_fixed][first], minlength=p.kitchen_count * p.day_count)
    is_full = drops >= np.repeat(p.max_drops, p.day_count)
    beyond: Bools = is_full[kitchen_day] & ~np.isin(key, taken)
    return beyond
