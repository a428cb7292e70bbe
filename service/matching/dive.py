"""Dive: fixes drops, orders and pools step by step, led by the relaxation.

Slope scaling (Kim and Pardalos 1999): what a drop costs is spread over the lines it carried in the last solution, so
that well-filled drops look cheap and lonely ones dear; the same for the share term. Between the solutions, drops beyond
a kitchen's limit and orders far below their minimum are closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.column_generation import TOLERANCE, USED, best_first, iterations_at
from service.matching.insertion import shrink
from service.matching.linear_model import THREADS
from service.matching.problem import BP
from service.matching.relaxation import Columns
from service.matching.usage import Flow, sums

if TYPE_CHECKING:
    from service.matching.column_generation import Priced
    from service.matching.parameters import Bools, Floats, Ints
    from service.matching.relaxation import Relaxation
    from service.matching.search import Search

LEAST_CARRIED = 0.15
"""Parts of a line that a drop is taken to carry at least; keeps prices of lonely drops finite."""
WIDE_IDR = 30_000.0
ITERATIONS = 320
OPEN_ARCS = 6
SHARE_SLOPE = 3.0
"""How fast the price of a too large share rises with its excess."""
CARRIED = 1e-3
"""Part of a line that counts as use of a drop."""
CLOSE_BELOW = (0.0, 0.0, 0.15, 0.4, 0.7, 1.0)
"""After each round: part of the minimum order below which orders are closed."""
ROUNDED_UP = 0.3
"""Part of a step that is added before it is cut to whole steps."""
SPARE_DROPS = (None, None, 1, 0, 0, 0)
"""After each round: how many drops more than the kitchen's limit may stay open; ``None`` for all."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A nearly whole plan: flow in parts of lines over arcs, and what is still open."""

    columns: Columns
    duals: Floats
    drops: Bools
    orders: Bools


def dive(r: Relaxation, priced: Priced, search: Search) -> Sketch:
    """Lead the relaxation's flow to few, well-filled drops and orders."""
    p, arcs = r.p, r.arcs
    stays = (priced.bound.reduced_cost[priced.columns.arc] < WIDE_IDR) | (priced.columns.share > USED)
    columns = Columns(priced.columns.arc[stays], priced.columns.share[stays], priced.columns.others)
    duals = priced.duals
    drops = np.ones(p.kitchen_count * p.day_count * p.cooperative_count, dtype=bool)
    orders = np.ones((len(p.min_order_idr), p.cooperative_count), dtype=bool)
    everything = np.arange(len(arcs))
    for part, spare in zip(CLOSE_BELOW, SPARE_DROPS, strict=True):
        _price(r, columns)
        columns, duals = r.solve(
            columns,
            duals,
            search.solver_limits(gap=TOLERANCE, threads=THREADS),
            iterations=iterations_at(r, ITERATIONS),
        )
        search.checkpoint()
        if spare is None:
            continue
        drops &= _fullest_drops(r, columns, spare)
        if part > 0:
            orders &= _large_orders(r, columns, part)
        columns = _open_columns(r, columns, duals, open_arcs(r, everything, drops, orders))
    columns, duals = r.solve(
        columns,
        duals,
        search.solver_limits(gap=TOLERANCE, threads=THREADS),
        iterations=iterations_at(r, 2 * ITERATIONS),
    )
    return Sketch(columns, duals, drops, orders)


def _price(r: Relaxation, columns: Columns) -> None:
    p, arcs = r.p, r.arcs
    keys = r.drop_key
    carried = sums(keys[columns.arc], columns.share, p.kitchen_count * p.day_count * p.cooperative_count)
    cost = np.repeat(p.drop_cost.T, p.day_count, axis=0).ravel() / np.maximum(carried, LEAST_CARRIED)
    worth = arcs.value[columns.arc] * r.whole_steps[columns.arc] * columns.share
    pair = arcs.kitchen * p.cooperative_count + arcs.cooperative
    value = sums(pair[columns.arc], worth, p.kitchen_count * p.cooperative_count)
    limit = np.repeat(p.share_limit_idr, p.cooperative_count)
    over = np.minimum(1.0, SHARE_SLOPE * np.maximum(0.0, value - limit) / np.maximum(value, 1.0))
    excess = over * p.problem.policy.share_bp / BP
    r.set_drop_price(cost[keys] + excess[pair] * arcs.value * r.whole_steps)


def _fullest_drops(r: Relaxation, columns: Columns, spare: int) -> Bools:
    """Say which drops are among the fullest of their kitchen and day; those of fixed lines always are."""
    p = r.p
    keys = r.drop_key
    size = p.kitchen_count * p.day_count * p.cooperative_count
    carried = sums(keys[columns.arc], columns.share, size)
    carried[keys[r.arcs.lower > 0]] += 1e6
    table = carried.reshape(p.kitchen_count * p.day_count, p.cooperative_count)
    rank = np.argsort(np.argsort(-table, axis=1, kind="stable"), axis=1, kind="stable")
    chosen: Bools = (table > CARRIED) & (rank < np.repeat(p.max_drops, p.day_count)[:, None] + spare)
    return chosen.ravel()


def _pool_qty(r: Relaxation, columns: Columns) -> Floats:
    p, arcs = r.p, r.arcs
    key = arcs.source[columns.arc] * p.cooperative_count + arcs.cooperative[columns.arc]
    qty = columns.share * r.whole_steps[columns.arc] * arcs.unit[columns.arc]
    return sums(key, qty, p.source_count * p.cooperative_count).reshape(p.source_count, p.cooperative_count)


def _fixed_pools(r: Relaxation) -> Bools:
    p, fixed = r.p, np.flatnonzero(r.arcs.lower)
    pools = np.zeros((p.source_count, p.cooperative_count), dtype=bool)
    pools[r.arcs.source[fixed], r.arcs.cooperative[fixed]] = True
    return pools


def _large_orders(r: Relaxation, columns: Columns, part: float) -> Bools:
    p = r.p
    value = _pool_qty(r, columns) * (p.source_pack_idr / p.source_pack_qty)[:, None]
    order = np.zeros((len(p.min_order_idr), p.cooperative_count))
    fixed = np.zeros(order.shape, dtype=bool)
    np.add.at(order, p.source_wholesaler[p.offer_count :], value[p.offer_count :])
    np.logical_or.at(fixed, p.source_wholesaler[p.offer_count :], _fixed_pools(r)[p.offer_count :])
    large: Bools = fixed | (order >= part * p.min_order_idr[:, None])
    return large


def open_arcs(r: Relaxation, chosen: Ints, drops: Bools, orders: Bools) -> Ints:
    """Return those of the chosen arcs whose drop, order and pool are open."""
    p, source, coop = r.p, r.arcs.source[chosen], r.arcs.cooperative[chosen]
    is_open = drops[r.drop_key[chosen]]
    if len(orders):
        is_open &= (p.source_wholesaler[source] < 0) | orders[p.source_wholesaler[source], coop]
    return chosen[is_open | (r.arcs.lower[chosen] > 0)]


def _open_columns(r: Relaxation, columns: Columns, duals: Floats, is_open: Ints) -> Columns:
    """Return the best open arcs of every line, those with flow included."""
    reduced = r.reduced_cost(r.signed(duals))
    ordered, rank = best_first(r.arcs.demand, reduced, is_open)
    share = np.zeros(len(r.arcs))
    share[columns.arc] = columns.share
    closed = np.ones(len(share), dtype=bool)
    closed[is_open] = False
    share[closed] = 0.0
    arc = np.union1d(ordered[rank < OPEN_ARCS], np.flatnonzero((share > USED) | (r.arcs.lower > 0)))
    return Columns(arc, share[arc], columns.others)


def whole_steps(r: Relaxation, columns: Columns) -> Flow:
    """Return a flow of whole steps near that of the columns, within every limit; it may miss minimums."""
    p, arcs = r.p, r.arcs
    steps = np.zeros(len(arcs), dtype=np.int64)
    steps[columns.arc] = np.floor(columns.share * r.whole_steps[columns.arc] + ROUNDED_UP)
    steps = np.maximum(np.minimum(steps, arcs.upper), arcs.lower)
    used = np.flatnonzero(steps)
    return shrink(p, arcs, Flow(used, steps[used]))
