"""Makes a plan of whole steps, packs and orders out of a sketch.

Item by item, from the most valuable: the item's flow is solved anew with whole packs while all other items, still
fractional or already solved, reserve what they use. Then steps are rounded down, what misses its minimum is closed,
and what lines still miss is inserted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from service.matching.column_generation import best_first
from service.matching.dive import open_arcs
from service.matching.insertion import Room, close_minimums, insert
from service.matching.parallel import THREADS, in_parallel
from service.matching.rules import Rule, Term
from service.matching.subproblem import solve_part
from service.matching.usage import Flow, PartialFlow, usage_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.arcs import Arcs
    from service.matching.dive import Sketch
    from service.matching.parameters import Floats, Ints, Parameters
    from service.matching.relaxation import Relaxation
    from service.matching.search import Search
    from service.matching.usage import Usage

ARCS_PER_LINE = 6
ITEM_NODES = 20
ITEM_GAP = 2e-4
"""Part of the bound to which one item is solved."""
LEAST_STEPS = 1e-3


def round_sketch(r: Relaxation, sketch: Sketch, search: Search) -> Flow:
    """Return an allowed flow near the sketch."""
    p, arcs = r.p, r.arcs
    steps = np.zeros(len(arcs))
    steps[sketch.columns.arc] = sketch.columns.share * r.whole_steps[sketch.columns.arc]
    steps[steps < LEAST_STEPS] = 0.0
    r.set_drop_price(np.zeros(len(arcs)))
    reduced = r.reduced_cost(r.signed(sketch.duals))
    ordered, rank = best_first(arcs.demand, reduced, open_arcs(r, np.arange(len(arcs)), sketch.drops, sketch.orders))
    near = np.union1d(ordered[rank < ARCS_PER_LINE], np.flatnonzero(steps))
    _ItemRounding(r, sketch, search, near, steps).run()
    whole = np.floor(steps + 1e-6).astype(np.int64)
    whole = np.maximum(whole, arcs.lower)
    used = np.flatnonzero(whole)
    return settle(p, arcs, shrink(p, arcs, Flow(used, whole[used])), preferred(r, reduced, near))


def preferred(r: Relaxation, reduced: Floats, near: Ints) -> Ints:
    """Order arcs for insertion: the near ones by reduced cost, then the best others of every line."""
    ordered, rank = best_first(r.arcs.demand, reduced, np.setdiff1d(np.arange(len(reduced)), near))
    others = ordered[rank < 3 * ARCS_PER_LINE]
    parts = [part[np.lexsort((part, reduced[part]))] for part in (near, others)]
    return np.concatenate(parts)


class _ItemRounding:
    """Solves the items two at a time, changing ``steps`` in place; each reserves what the others use."""

    def __init__(self, r: Relaxation, sketch: Sketch, search: Search, near: Ints, steps: Floats) -> None:
        self.r, self.sketch, self.search, self.near, self.steps = r, sketch, search, near, steps
        self.is_solved = np.zeros(len(r.p.step), dtype=bool)

    def run(self) -> None:
        item_of = self.r.arcs.item[self.near]
        worth = np.bincount(item_of, self.steps[self.near] * self.r.arcs.value[self.near], len(self.is_solved))
        items = [n for n in np.argsort(-worth, kind="stable").tolist() if (item_of == n).any()]
        for n in range(0, len(items), THREADS):
            pair = items[n : n + THREADS]
            parts = [self.near[item_of == item] for item in pair]
            tasks = [self._task(item, mine) for item, mine in zip(pair, parts, strict=True)]
            for item, mine, solved in zip(pair, parts, in_parallel(tasks), strict=True):
                if solved is not None:
                    self.steps[mine] = np.where(solved > LEAST_STEPS, solved, 0.0)
                    self.is_solved[item] = True

    def _task(self, item: int, mine: Ints) -> Callable[[], Floats | None]:
        p, arcs, steps = self.r.p, self.r.arcs, self.steps
        others = self.near[(steps[self.near] > 0) & (arcs.item[self.near] != item)]
        rest = self._reserved(usage_of(p, arcs, PartialFlow(others, steps[others])))
        limits = self.search.solver_limits(nodes=ITEM_NODES, gap_idr=ITEM_GAP * self.search.bound_idr)
        without: frozenset[Rule | Term] = frozenset({Rule.MINIMUM_ORDER, Term.SUPPLIERS})
        return lambda: solve_part(p, arcs, mine, rest, limits, without=without)

    def _reserved(self, used: Usage) -> Usage:
        """Return a usage with all open drops paid, and with split packs for items that are not solved yet."""
        p = self.r.p
        packs = used.pool_qty / p.source_pack_qty[:, None]
        packs[: p.offer_count] = 0.0
        whole = self.is_solved[p.source_item]
        packs[whole] = np.ceil(packs[whole] - LEAST_STEPS)
        drops = np.maximum(used.drop_lines, self.sketch.drops.reshape(used.drop_lines.shape))
        return replace(used, packs=packs, drop_lines=drops)


def shrink(p: Parameters, arcs: Arcs, flow: Flow) -> Flow:
    """Insert a flow's own lines anew, largest first, so that what passes a limit is cut; fixed lines come first."""
    fixed = np.minimum(flow.steps, arcs.lower[flow.arc])
    base = Flow(flow.arc[fixed > 0], fixed[fixed > 0])
    room = Room(p, arcs, base)
    room.open_all()
    order = np.lexsort((flow.arc, -flow.steps * arcs.value[flow.arc]))
    return insert(p, arcs, base, flow.arc[order], room=room, most=flow.steps[order])


def settle(p: Parameters, arcs: Arcs, flow: Flow, candidates: Ints) -> Flow:
    """Complete a flow with everything open, then close orders and offers below their minimum until none is left."""
    room = Room(p, arcs, flow)
    room.open_all()
    flow = insert(p, arcs, flow, candidates, room=room)
    while True:
        closed = close_minimums(p, arcs, flow)
        if len(closed.arc) == len(flow.arc) and (closed.steps == flow.steps).all():
            return flow
        flow = insert(p, arcs, closed, candidates)
