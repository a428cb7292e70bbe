"""Cuts a few demand lines with everything that could serve them out of a problem, and chooses the ways looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from service.matching.problem import BP

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from service.matching.arcs import Arcs
    from service.matching.parameters import Bools, Floats, Ints, Parameters
    from service.matching.problem import Problem
    from service.matching.usage import Usage

NEAREST_ARCS = 12
"""Ways kept for a line that is not asked about, the cheapest first."""

Way = tuple[str, str, str]
"""Demand line, source, cooperative."""

Ways = dict[str, dict[Way, tuple[int, int]]]
"""Per demand line the only ways in which it may be served, and between what quantities in base units."""


def cut(problem: Problem, lines: Collection[str]) -> Problem:
    """Return the problem of some demand lines alone.

    Parameters
    ----------
    problem
        The whole problem.
    lines
        Ids of its demand lines.

    Returns
    -------
    Problem
        With the lines' kitchens, the sources of every item that they take, and all cooperatives and wholesalers.
    """
    wanted = set(lines)
    demands = tuple(d for d in problem.demands if d.id in wanted)
    kitchens = {d.kitchen for d in demands}
    items = {d.item for d in demands} | {s.item for d in demands for s in d.substitutes}
    return replace(
        problem,
        kitchens=tuple(k for k in problem.kitchens if k.id in kitchens),
        demands=demands,
        offers=tuple(o for o in problem.offers if o.item in items),
        stocks=tuple(s for s in problem.stocks if s.item in items),
        fixed=tuple(x for x in problem.fixed if x.demand in wanted),
        # What moves is only charged if there was a plan before, so one line of it stays even if none is of these.
        previous=tuple(x for x in problem.previous if x.demand in wanted) or problem.previous[:1],
    )


def needs_idr(problem: Problem) -> dict[str, float]:
    """Return what each kitchen needs at its price limits, in rupiah: the base of its share limit."""
    per = {x.id: x.per for x in problem.items}
    need = dict.fromkeys((k.id for k in problem.kitchens), 0.0)
    for d in problem.demands:
        need[d.kitchen] += d.qty * d.max_price_idr / per[d.item]
    return need


def with_share_limits(part: Parameters, needs: Mapping[str, float]) -> Parameters:
    """Set the share limits of a part's kitchens by what they need as a whole."""
    limits = [k.max_share_bp / BP * needs[k.id] for k in part.problem.kitchens]
    return replace(part, share_limit_idr=np.array(limits, dtype=np.float64))


def with_caps(part: Parameters, caps_qty: Mapping[str, int]) -> Parameters:
    """Let some lines be covered by no more than a quantity in base units."""
    limit = part.demand_limit_qty.copy()
    for n, demand in enumerate(part.problem.demands):
        if demand.id in caps_qty:
            limit[n] = max(1, min(int(limit[n]), caps_qty[demand.id]))
    return replace(part, demand_limit_qty=limit)


def best_arcs(p: Parameters, arcs: Arcs, rest: Usage, *, wide: Collection[str], kept: Ints, most: int) -> Ints:
    """Choose the free arcs of a part: those in use, many of the lines asked about, a few of every other line.

    Parameters
    ----------
    p, arcs, rest
        The part, its arcs and what the held lines use.
    wide
        Lines asked about.
    kept
        Arcs that must be among them.
    most
        How many arcs; each kind of line gets the cheapest, freight and a drop not yet made included.
    """
    rank = _ranks(arcs.demand, _prices(p, arcs, rest))
    is_wide = np.array([d.id in wide for d in p.problem.demands], dtype=bool)[arcs.demand]
    is_kept = np.isin(np.arange(len(arcs)), kept)
    limit = _limit(rank, is_wide, most)
    return np.flatnonzero(is_kept | (rank < np.where(is_wide, 3 * most // 4, limit)))


def _limit(rank: Ints, is_wide: Bools, most: int) -> int:
    """How many arcs each other line may have so that all together are at most so many."""
    room = most - int((is_wide & (rank < 3 * most // 4)).sum())
    for limit in range(NEAREST_ARCS, 1, -1):
        if int((~is_wide & (rank < limit)).sum()) <= room:
            return limit
    return 1


def _ranks(group: Ints, price: Floats) -> Ints:
    """Rank each entry within its group, the cheapest first."""
    order = np.lexsort((price, group))
    first = np.searchsorted(group[order], group[order], side="left")
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - first
    return rank


def with_bounds(p: Parameters, arcs: Arcs, ways: Ways, exactly: Mapping[Way, int]) -> Arcs:
    """Let some lines be served in some ways only, each by at least and at most so many base units.

    Parameters
    ----------
    p, arcs
        The part and its arcs.
    ways
        Per line asked to be so: the ways it may be served, and between what quantities.
    exactly
        Base units that some ways must carry, no more and no less; the other ways of their lines stay as they are.
    """
    if not ways and not exactly:
        return arcs
    lower, upper = arcs.lower.copy(), arcs.upper.copy()
    left: dict[Way, tuple[int, int]] = {}
    for n, way in _ways_of(p, arcs, {*ways, *(way[0] for way in exactly)}):
        if way in exactly or way[0] in ways:
            asked = (exactly[way],) * 2 if way in exactly else ways[way[0]].get(way, (0, 0))
            least, most = left.get(way) or asked
            unit = int(arcs.unit[n])
            upper[n] = min(int(upper[n]), most // unit)
            lower[n] = min(-(-least // unit), int(upper[n]))
            left[way] = max(0, least - int(lower[n]) * unit), max(0, most - int(upper[n]) * unit)
    return replace(arcs, lower=lower, upper=upper)


def named_arcs(p: Parameters, arcs: Arcs, ways: Ways) -> Ints:
    """Return the arcs that ``ways`` names."""
    return np.array([n for n, way in _ways_of(p, arcs, ways) if way in ways[way[0]]], dtype=np.int64)


def arcs_through(p: Parameters, arcs: Arcs, lines: Collection[str], names: Collection[str]) -> Ints:
    """Return the arcs of some lines through the named sources and cooperatives."""
    found = (n for n, way in _ways_of(p, arcs, lines) if not {way[1], way[2]}.isdisjoint(names)) if names else ()
    return np.fromiter(found, dtype=np.int64)


def cheapest_ways(p: Parameters, arcs: Arcs, rest: Usage) -> list[Way]:
    """Return every way to serve the lines of a part, the cheapest first by what a base unit costs at first sight."""
    order = np.argsort(_prices(p, arcs, rest), kind="stable")
    demands = [demand.id for demand in p.problem.demands]
    found = dict(_ways_of(p, arcs, demands))
    return list(dict.fromkeys(found[n] for n in order.tolist()))


def _ways_of(p: Parameters, arcs: Arcs, lines: Collection[str]) -> Iterator[tuple[int, Way]]:
    """Yield every arc of the named lines with the way that it is."""
    names = list(p.source_index())
    bound = [n for n, demand in enumerate(p.problem.demands) if demand.id in lines]
    for n in np.flatnonzero(np.isin(arcs.demand, bound)).tolist():
        demand, cooperative = p.problem.demands[arcs.demand[n]].id, p.problem.cooperatives[arcs.cooperative[n]].id
        yield n, (demand, names[arcs.source[n]], cooperative)


def _prices(p: Parameters, arcs: Arcs, rest: Usage) -> Floats:
    """What covering a base unit costs on each arc, freight and a drop not yet made included."""
    is_new = rest.drop_lines[arcs.kitchen * p.day_count + arcs.day, arcs.cooperative] == 0
    drop = is_new * p.drop_cost[arcs.cooperative, arcs.kitchen] / np.maximum(1, p.demand_qty[arcs.demand])
    price: Floats = (arcs.cost + arcs.haul_cost) / (arcs.unit * arcs.covers_bp / BP) + drop
    return price
