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
ROUNDS = (384, *(192,) * 4, *(320,) * 3, 640, 640)
TOLERANCE = 1e-5
USUAL_LINES, SCALES = 6_000, (0.5, 4.0)
"""Demand lines at which ``ROUNDS`` holds as it stands, and how far it is scaled for fewer or more."""
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


def iterations_at(r: Relaxation, usual: int) -> int:
    """Iterations of one linear programme: more where each takes less time."""
    return round(usual * float(np.clip(USUAL_LINES / max(r.p.demand_count, 1), *SCALES)))


def generate_columns(r: Relaxation, search: Search) -> Priced:
    """Alternate between solving over few arcs, proving a bound over all, splitting drops, and adding arcs."""
    search.checkpoint()
    columns, duals = r.start(first_columns(r))
    search.checkpoint()
    bound = r.bound(duals)
    search.raise_bound(bound.idr, "relaxation")
    rounds = ROUNDS[: max(FIRST_SPLIT + 1, round(len(ROUNDS) * search.limits.effort))]
    for n, usual in enumerate(rounds):
        limits = search.solver_limits(gap=TOLERANCE)
        columns, duals = r.solve(columns, duals, limits, iterations=iterations_at(r, usual))
        bound = r.bound(duals)
        search.raise_bound(bound.idr, "relaxation")
        if n >= FIRST_SPLIT:
            search.checkpoint()
            r.watch_shares(columns)
            bound = split_drops(r, duals, bound)
            search.raise_bound(bound.idr, "drops")
        if n + 1 < len(rounds):
            columns = _next_columns(r, columns, bound)
    return Priced(columns, duals, bound)


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
