"""Column generation: finds the few arcs that matter, the duals, and with them the proven bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.arcs import open_arcs_of
from service.matching.drop_links import solve_with_drops
from service.matching.drop_split import split_drops
from service.matching.linear_model import THREADS
from service.matching.relaxation import Columns
from service.matching.source_prices import with_source_prices

if TYPE_CHECKING:
    from service.matching.parameters import Floats, Ints
    from service.matching.relaxation import Bound, Relaxation
    from service.matching.search import Search

FIRST_SOURCES, FIRST_ARCS, ARCS_ADDED = 14, 4, 6
KEEP_IDR, MISSING_IDR = 25_000.0, 2_000.0
ROUGH, REFINED = (384, 192, 192, 192), (192, 320, 320, 320, 640, 640, 640)
"""Iterations of the linear programme, round by round: until a first plan can be made of it, and for the bound.

More effort goes on with rounds like the last.
"""
EXACT_ROUNDS, EXACT_ADDED, SETTLED = 3, 20, 1e-2
"""Rounds of exact solving at most, new arcs a line in each, and the part of new ones below which they end."""
FEW_COLUMNS = 8_000
"""Columns up to which drops are linked to every line for the bound: a round takes 0.05 s with 1,000, 1 s with 7,000."""
TOLERANCE = 1e-5
USUAL_LINES, SCALES = 6_000, (0.5, 1.0)
"""Demand lines at which the iterations hold as they stand, and how far they are scaled for fewer or more."""
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
    everything = open_arcs_of(r.p, r.arcs)
    by_source, rank = best_first(r.arcs.demand * r.p.source_count + r.arcs.source, r.cost, everything)
    per_source, rank = best_first(r.arcs.demand, r.cost, by_source[rank == 0])
    cheapest, cheap_rank = best_first(r.arcs.demand, r.cost, everything)
    chosen = [per_source[rank < FIRST_SOURCES], cheapest[cheap_rank < FIRST_ARCS], np.flatnonzero(r.arcs.lower)]
    return np.unique(np.concatenate(chosen))


def iterations_at(r: Relaxation, usual: int) -> int:
    """Iterations of one linear programme: more where each takes less time."""
    return round(usual * float(np.clip(USUAL_LINES / max(r.p.demand_count, 1), *SCALES)))


def first_prices(r: Relaxation, search: Search, chosen: Ints) -> Priced:
    """Find prices good enough to lead a first plan, in a few rounds of solving, proving a bound and adding arcs."""
    priced = _solve(r, search, *r.start(chosen), ROUGH[0], threads=THREADS)
    for iterations in ROUGH[1:]:
        columns = _next_columns(r, priced.columns, priced.bound, keep_idr=KEEP_IDR)
        priced = _split(r, search, _solve(r, search, columns, priced.duals, iterations, threads=THREADS))
    return priced


def exact_prices(r: Relaxation, search: Search, chosen: Ints) -> Priced:
    """Find the prices of a week that is mostly fixed: exact rounds, until no arc comes."""
    columns, duals = r.start(chosen)
    for _ in range(EXACT_ROUNDS):
        priced = _solve_with_drops(r, search, columns, duals)
        duals = priced.duals
        columns = _next_columns(r, priced.columns, priced.bound, added=EXACT_ADDED)
        if len(columns.arc) - len(priced.columns.arc) <= SETTLED * len(columns.arc):
            break
        r.watch_shares(priced.columns)
    return priced


def refine(r: Relaxation, search: Search, priced: Priced) -> None:
    """Raise the bound: go on, and split the drops anew after each round; on one thread, a search has the other core."""
    if len(priced.columns.arc) <= FEW_COLUMNS:
        _refine_exactly(r, search, priced)
        return
    for n in range(round(len(REFINED) * search.limits.effort)):
        iterations = REFINED[min(n, len(REFINED) - 1)]
        columns = _next_columns(r, priced.columns, priced.bound, keep_idr=np.inf if n else KEEP_IDR)
        priced = _split(r, search, _solve(r, search, columns, priced.duals, iterations, threads=1))


def _refine_exactly(r: Relaxation, search: Search, priced: Priced) -> None:
    """Raise the bound of a programme of few columns by exact rounds."""
    for _ in range(round(EXACT_ROUNDS * search.limits.effort)):
        columns = _next_columns(r, priced.columns, priced.bound, added=EXACT_ADDED)
        priced = _solve_with_drops(r, search, columns, priced.duals)
        r.watch_shares(priced.columns)


def _solve_with_drops(r: Relaxation, search: Search, columns: Columns, duals: Floats) -> Priced:
    """Solve over some arcs exactly, drops linked to every line, and prove a bound over all."""
    search.checkpoint()
    return _proven(r, search, *solve_with_drops(r, columns, duals, search.solver_limits()))


def _solve(r: Relaxation, search: Search, columns: Columns, duals: Floats, usual: int, *, threads: int) -> Priced:
    """Solve over some arcs roughly, from given flows and duals, and prove a bound over all."""
    limits = search.solver_limits(gap=TOLERANCE, threads=threads)
    return _proven(r, search, *r.solve(columns, duals, limits, iterations=iterations_at(r, usual)))


def _proven(r: Relaxation, search: Search, columns: Columns, duals: Floats) -> Priced:
    bound = r.bound(duals)
    search.raise_bound(bound.idr, "relaxation")
    return Priced(columns, duals, bound)


def _split(r: Relaxation, search: Search, priced: Priced) -> Priced:
    """Let shares near their limits count from now on, split the drops by the newest duals, and prove what they can.

    The best prices of sources lead no round: few arcs would pay at them, and too few would then join the programme.
    """
    search.checkpoint()
    r.watch_shares(priced.columns)
    bound = split_drops(r, priced.duals, priced.bound)
    search.raise_bound(bound.idr, "drops")
    search.raise_bound(r.bound(with_source_prices(r, priced.duals)).idr, "sources")
    return Priced(priced.columns, priced.duals, bound)


def _next_columns(
    r: Relaxation, columns: Columns, bound: Bound, *, keep_idr: float = np.inf, added: int = ARCS_ADDED
) -> Columns:
    """Add the best of the arcs that would pay, and drop those that cost too much to keep.

    Arcs leave only at first: a source that loses all of its arcs loses its price, and the bound then falls from round
    to round as often as it rises.
    """
    reduced = bound.reduced_cost
    inside = np.zeros(len(r.arcs), dtype=bool)
    inside[columns.arc] = True
    better = np.flatnonzero((reduced < -MISSING_IDR) & ~inside)
    ordered, rank = best_first(r.arcs.demand, reduced, better)
    new = ordered[rank < added]
    stays = (reduced[columns.arc] < keep_idr) | (columns.share > USED) | (r.lower[columns.arc] > 0)
    arc = np.concatenate([columns.arc[stays], new])
    share = np.concatenate([columns.share[stays], np.zeros(len(new))])
    order = np.argsort(arc)
    return Columns(arc[order], share[order], columns.others)
