"""Column generation: finds the few arcs that matter, the duals, and with them the proven bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.drop_split import split_drops
from service.matching.relaxation import Columns

if TYPE_CHECKING:
    from service.matching.parameters import Floats, Ints
    from service.matching.relaxation import Bound, Relaxation
    from service.matching.search import Search

FIRST_SOURCES, FIRST_ARCS, ARCS_ADDED = 14, 4, 6
KEEP_IDR, MISSING_IDR = 25_000.0, 2_000.0
ROUNDS = (384, *(192,) * 4, *(320,) * 3, 640)
TOLERANCE = 1e-5
TIGHTENING, LONG_ROUND, LEAST_GAIN = 8, 640, 2e-5
"""Further rounds at effort 1, their iterations, and the part of the bound that one must gain for the next."""
FIRST_SPLIT = 3
USED = 1e-6
"""Part of a line that counts as flow."""


@dataclass(frozen=True, slots=True)
class Priced:
    """Result: the columns with their fractional flow, the duals, and what they prove."""

    columns: Columns
    duals: Floats
    bound: Bound


def best_first(group: Ints, score: Floats, members: Ints) -> tuple[Ints, Ints]:
    """Order members by group and score; return them and their rank within the group."""
    ordered = members[np.lexsort((members, score[members], group[members]))]
    if not len(ordered):
        return ordered, ordered
    first = np.flatnonzero(np.r_[True, np.diff(group[ordered]) != 0])
    return ordered, np.arange(len(ordered)) - np.repeat(first, np.diff(np.r_[first, len(ordered)]))


def first_columns(r: Relaxation) -> Ints:
    """Choose arcs to begin with: for each line the cheapest arcs, and the cheapest of many different sources."""
    everything = np.arange(len(r.arcs))
    by_source, rank = best_first(r.arcs.demand * r.p.source_count + r.arcs.source, r.cost, everything)
    per_source, rank = best_first(r.arcs.demand, r.cost, by_source[rank == 0])
    cheapest, cheap_rank = best_first(r.arcs.demand, r.cost, everything)
    chosen = [per_source[rank < FIRST_SOURCES], cheapest[cheap_rank < FIRST_ARCS], np.flatnonzero(r.arcs.lower)]
    return np.unique(np.concatenate(chosen))


def generate_columns(r: Relaxation, search: Search) -> Priced:
    """Find the columns that matter: solve over few arcs, prove a bound over all, split drops, add arcs, and again."""
    search.checkpoint()
    columns, duals = r.start(first_columns(r))
    search.checkpoint()
    bound = r.bound(duals)
    search.raise_bound(bound.idr, "relaxation")
    rounds = ROUNDS[: max(FIRST_SPLIT + 1, round(len(ROUNDS) * search.limits.effort))]
    for n, iterations in enumerate(rounds):
        columns, duals, bound = _round(r, columns, duals, search, iterations, is_split=n >= FIRST_SPLIT)
        if n + 1 < len(rounds):
            columns = _next_columns(r, columns, bound)
    return Priced(columns, duals, bound)


def tighten(r: Relaxation, priced: Priced, search: Search) -> None:
    """Raise the bound by further, longer rounds until they no longer gain much."""
    columns, duals, bound = priced.columns, priced.duals, priced.bound
    for _ in range(round(TIGHTENING * search.limits.effort)):
        before = search.bound_idr
        columns = _next_columns(r, columns, bound)
        columns, duals, bound = _round(r, columns, duals, search, LONG_ROUND, is_split=True)
        if search.bound_idr < before * (1 + LEAST_GAIN):
            return


def _round(
    r: Relaxation, columns: Columns, duals: Floats, search: Search, iterations: int, *, is_split: bool
) -> tuple[Columns, Floats, Bound]:
    columns, duals = r.solve(columns, duals, search.solver_limits(gap=TOLERANCE), iterations=iterations)
    bound = r.bound(duals)
    search.raise_bound(bound.idr, "relaxation")
    if is_split:
        search.checkpoint()
        r.watch_shares(columns)
        bound = split_drops(r, duals, bound)
        search.raise_bound(bound.idr, "drops")
    return columns, duals, bound


def _next_columns(r: Relaxation, columns: Columns, bound: Bound) -> Columns:
    """Drop arcs that cost too much, add the best of those that would pay."""
    reduced = bound.reduced_cost
    inside = np.zeros(len(r.arcs), dtype=bool)
    inside[columns.arc] = True
    better = np.flatnonzero((reduced < -MISSING_IDR) & ~inside)
    ordered, rank = best_first(r.arcs.demand, reduced, better)
    added = ordered[rank < ARCS_ADDED]
    stays = (reduced[columns.arc] < KEEP_IDR) | (columns.share > USED) | (r.lower[columns.arc] > 0)
    arc = np.concatenate([columns.arc[stays], added])
    share = np.concatenate([columns.share[stays], np.zeros(len(added))])
    order = np.argsort(arc)
    return Columns(arc[order], share[order], columns.others)
