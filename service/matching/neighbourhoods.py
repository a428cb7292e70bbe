"""Large neighbourhood search: parts of the plan are freed and solved exactly, the rest stays.

A neighbourhood is an item: its flow to all kitchens, with whole packs, orders and new drops, and for lines that are
short every way to serve them, substitutes included. Items that lose most (missing goods, goods left over) come first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from service.matching.column_generation import best_first
from service.matching.dive import open_arcs
from service.matching.objective import unit_leftover_idr
from service.matching.parallel import THREADS, in_parallel
from service.matching.problem import BP
from service.matching.rules import Rule, Term
from service.matching.subproblem import merged, reoptimise
from service.matching.usage import sums, usage_of

if TYPE_CHECKING:
    from service.matching.dive import Sketch
    from service.matching.parameters import Floats, Ints
    from service.matching.relaxation import Relaxation
    from service.matching.search import Search

NEAR_ARCS, WIDE_ARCS = 5, 20
NODES = 100
LEAST_LOSS = 2e-5
"""Part of the total that an item must lose to be worth a neighbourhood."""
GAP = 5e-5
"""Part of the total to which a neighbourhood is solved."""
LEAST_GAIN = 2e-4
"""Part of the total that a pass over all items must gain for another pass."""
WHOLE_ARCS, WHOLE_NODES = 600, 2_000
"""A problem of no more arcs is solved as a whole, within so many nodes."""
WORK, WORK_PER_KITCHEN, WORK_PER_CALL = 2_000, 70, 150
"""Free arcs over all neighbourhoods at effort 1, and what a call counts on top of its arcs."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Arcs to choose from: the near ones within the sketch, the wide ones for lines that are short."""

    near: Ints
    wide: Ints


def choices(r: Relaxation, sketch: Sketch) -> Choice:
    """Return the best open arcs of every line, and more of the best of all."""
    r.set_drop_price(np.zeros(len(r.arcs)))
    reduced = r.reduced_cost(r.signed(sketch.duals))
    near, rank = best_first(r.arcs.demand, reduced, open_arcs(r, np.arange(len(r.arcs)), sketch.drops, sketch.orders))
    drop = r.p.drop_cost[r.arcs.cooperative, r.arcs.kitchen]
    wide, wide_rank = best_first(r.arcs.demand, reduced + drop / 2, np.arange(len(r.arcs)))
    return Choice(near[rank < NEAR_ARCS], wide[wide_rank < WIDE_ARCS])


def improve(r: Relaxation, choice: Choice, search: Search) -> None:
    """Improve the best plan, two items at a time, until the work is done."""
    work = search.limits.effort * (WORK + WORK_PER_KITCHEN * r.p.kitchen_count)
    while work > 0:
        missing, loss = _losses(r, search)
        items = [n for n in np.argsort(-loss, kind="stable").tolist() if loss[n] >= LEAST_LOSS * search.best.total_idr]
        before = search.best.total_idr
        for n in range(0, len(items), THREADS):
            if search.is_over() or work <= 0:
                return
            parts = [_free_arcs(r, choice, search, item, missing) for item in items[n : n + THREADS]]
            work -= sum(len(part) + WORK_PER_CALL for part in parts)
            _improve_parts(r, search, parts)
        if search.best.total_idr > before * (1 - LEAST_GAIN):
            return


def _improve_parts(r: Relaxation, search: Search, parts: list[Ints]) -> None:
    """Solve parts against the same plan; take both changes if they go together, else the better one."""
    p, arcs, best = r.p, r.arcs, search.best
    limits = search.solver_limits(nodes=NODES, gap_idr=GAP * best.total_idr)
    without: frozenset[Rule | Term] = frozenset({Term.SUPPLIERS})
    tasks = [partial(reoptimise, p, arcs, part, best, limits, without=without) for part in parts]
    found = in_parallel(tasks)
    for candidate in sorted(found, key=lambda x: x.total_idr):
        search.take(candidate, "neighbourhoods")
    if len(parts) == THREADS and not len(np.intersect1d(parts[0], parts[1])):
        mine, others = found[0].flow, found[1].flow
        first, rest = np.isin(mine.arc, parts[0]), ~np.isin(others.arc, parts[0])
        arc = np.concatenate([mine.arc[first], others.arc[rest]])
        steps = np.concatenate([mine.steps[first], others.steps[rest]])
        search.offer(merged(arc, steps), "neighbourhoods")


def solve_whole(r: Relaxation, search: Search) -> None:
    """Solve a small problem as one neighbourhood, with every rule and term."""
    nodes = max(1, round(WHOLE_NODES * search.limits.effort))
    limits = search.solver_limits(nodes=nodes, gap=search.limits.gap)
    search.take(reoptimise(r.p, r.arcs, np.arange(len(r.arcs)), search.best, limits), "whole")


def _losses(r: Relaxation, search: Search) -> tuple[Floats, Floats]:
    """Return what every line misses, and what every item loses by that and by goods left over, in rupiah."""
    p = r.p
    used = usage_of(p, r.arcs, search.best.flow)
    missing: Floats = np.maximum(0.0, p.demand_qty - used.covered_bp / BP)
    left = used.packs * p.source_pack_qty[:, None] - used.pool_qty
    left[: p.offer_count] = 0
    wasted = (left * unit_leftover_idr(p)[:, None]).sum(axis=1)
    loss = sums(p.demand_item, missing * p.shortage_cost[:, 0], len(p.step))
    return missing, loss + sums(p.source_item, wasted, len(p.step))


def _free_arcs(r: Relaxation, choice: Choice, search: Search, item: int, missing: Floats) -> Ints:
    arcs, used = r.arcs, search.best.flow.arc
    short = np.flatnonzero((missing > 0) & (r.p.demand_item == item))
    return np.unique(
        np.concatenate(
            [
                choice.near[arcs.item[choice.near] == item],
                choice.wide[np.isin(arcs.demand[choice.wide], short)],
                used[(arcs.item[used] == item) | np.isin(arcs.demand[used], short)],
            ]
        )
    )
