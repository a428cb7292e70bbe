"""A plan in work as records, for compiled code: what the problem gives beside what the plan uses of it.

Every record holds the limits and prices of one thing (an arc, a line, a pool, ...) and, last, its sums in the plan.
Letters and units are those of ``parameters.py`` and ``arcs.py``: base units, grams, rupiah, steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from service.matching.parameters import Floats, Ints, SmallInts

Records = np.ndarray[Any, Any]


class State(NamedTuple):
    """All records of one search.

    ``arc``: ways to serve lines, sorted by line and then by preference. ``pool``: (source, cooperative) that arcs use.
    ``visit``: (kitchen, day). ``drop``: (visit, cooperative). ``pair``: (kitchen, cooperative). ``*_members`` list the
    arcs of pools, orders, drops and cooperatives, the lines of visits and items, from ``first`` to before ``last``. Of
    ``free_lines`` not all is fixed; ``misses`` counts the orders and offers in use below their minimum.
    """

    arc: Records
    line: Records
    free_lines: Ints
    pool: Records
    source: Records
    order: Records
    drop: Records
    visit: Records
    coop: Records
    coop_day: Records
    purse: Records
    pair: Records
    kitchen: Records
    item: Records
    supplier_value: Floats
    shortage_width: Floats
    shortage_cost: Floats
    pool_members: Ints
    order_members: Ints
    drop_members: Ints
    visit_members: Ints
    item_members: Ints
    coop_members: Ints
    rates: Floats
    misses: Ints


FAIRNESS, SHARE, SUPPLIER_GAP, SUPPLIER_VALUE, BELOW_MINIMUM = range(5)
"""Places in ``State.rates``: rupiah per rupiah lacking, per rupiah in excess, per supplier lacking; least value of a
supplier that counts; what a rupiah below a minimum counts during the search."""


def records(**columns: Ints | SmallInts | Floats) -> Records:
    """Return records of equally long columns, whole numbers and floats as they are."""
    arrays = {name: np.asarray(column) for name, column in columns.items()}
    kinds = [(name, np.float64 if array.dtype.kind == "f" else np.int64) for name, array in arrays.items()]
    table = np.zeros(len(next(iter(arrays.values()))), dtype=np.dtype(kinds, align=True))
    for name, array in arrays.items():
        table[name] = array
    return table


def grouped(group: Ints, count: int) -> tuple[Ints, dict[str, Ints]]:
    """List members group by group, and where each group begins and ends; members of group -1 are left out."""
    order = np.argsort(group, kind="stable")
    order = order[group[order] >= 0]
    return order, span(np.searchsorted(group[order], np.arange(count + 1)))


def span(edges: Ints) -> dict[str, Ints]:
    """Return where each group begins and ends."""
    return {"first": edges[:-1], "last": edges[1:]}
