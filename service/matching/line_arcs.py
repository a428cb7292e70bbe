"""The arcs of given lines, whether or not rules let them be: to measure a plan under another problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.matching.arcs import priced_arcs
from service.matching.ways import places_of, way_by_which, ways_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.matching.arcs import Arcs
    from service.matching.parameters import Bools, Ints, Parameters


class LineArcs(NamedTuple):
    """The arcs of given lines: which line each is of, and whether no rule forbids the line by itself."""

    arcs: Arcs
    line: Ints
    is_allowed: Bools


def arcs_of_lines(p: Parameters, lines: Sequence[tuple[str, ...]]) -> LineArcs:
    """Return the arcs of lines of any plan, also of those that price, day or distance forbid now.

    Parameters
    ----------
    p
        The problem; what its plan before was and what is fixed is left out.
    lines
        Demand, source, cooperative and item of each, by id. A line has no arc if there is no such part, the source is
        of another item, the demand line does not take it, or the cooperative cannot deliver the source.
    """
    ways = ways_of(p)
    source, coop, demand, known = places_of(p, lines)
    if not len(ways.demand) or not p.source_count or not p.cooperative_count:
        known[:] = False
    line = np.flatnonzero(known)
    source, coop, demand = source[line], coop[line], demand[line]
    way, is_way = way_by_which(p, ways, source, demand)
    items = {item.id: n for n, item in enumerate(p.problem.items)}
    is_way &= np.array([items.get(lines[n][3], -1) for n in line.tolist()], dtype=np.int64) == p.source_item[source]
    is_way &= p.source_price[source, coop] >= 0
    line, source, coop, way = line[is_way], source[is_way], coop[is_way], way[is_way]
    arcs = priced_arcs(p, source, coop, way, ways)
    fits = (p.source_price[source, coop] <= ways.limit_idr[way]) & p.is_near[coop, arcs.kitchen]
    fits &= (arcs.day >= p.source_from[source]) & (arcs.day <= p.source_to[source])
    return LineArcs(arcs, line, fits)
