"""Ways to serve demand lines, and where lines that are given by ids lie among a problem's parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.matching.problem import BP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.matching.parameters import Bools, Ints, Parameters


class Ways(NamedTuple):
    """Ways to serve lines: each with the item that does, sorted by that item."""

    demand: Ints
    item: Ints
    covers_bp: Ints
    limit_idr: Ints
    penalty_idr: Ints


def ways_of(p: Parameters) -> Ways:
    """Return, for each (demand, item that may serve it): demand, item, covers_bp, price limit, penalty."""
    index = {x.id: n for n, x in enumerate(p.problem.items)}
    rows = []
    for n, d in enumerate(p.problem.demands):
        rows.append((n, index[d.item], BP, d.max_price_idr, 0))
        rows += [(n, index[s.item], s.covers_bp, s.max_price_idr, s.penalty_idr) for s in d.substitutes]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return Ways(*table[np.argsort(table[:, 1], kind="stable")].T)


def way_by_which(p: Parameters, ways: Ways, source: Ints, demand: Ints) -> tuple[Ints, Bools]:
    """Return the way by which each source serves a demand line, and whether there is one."""
    item = p.source_item[source]
    way_key = ways.demand * len(p.step) + ways.item
    order = np.argsort(way_key)
    at = order[np.minimum(np.searchsorted(way_key[order], demand * len(p.step) + item), len(order) - 1)]
    return at, (ways.demand[at] == demand) & (ways.item[at] == item)


def places_of(p: Parameters, lines: Sequence[tuple[str, ...]]) -> tuple[Ints, Ints, Ints, Bools]:
    """Return the source, cooperative and demand line of each, 0 where there is no such one, and whether all exist."""
    demands = {d.id: n for n, d in enumerate(p.problem.demands)}
    coops = {c.id: n for n, c in enumerate(p.problem.cooperatives)}
    of = zip((demands, p.source_index(), coops), zip(*lines, strict=True), strict=False)
    found = [np.array([index.get(name, -1) for name in names], dtype=np.int64) for index, names in of]
    demand, source, coop = found or [np.zeros(0, dtype=np.int64)] * 3
    return (
        np.maximum(source, 0),
        np.maximum(coop, 0),
        np.maximum(demand, 0),
        (demand >= 0) & (source >= 0) & (coop >= 0),
    )
