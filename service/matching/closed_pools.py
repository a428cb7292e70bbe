"""Stocks of which a cooperative can buy no pack beside those that its fixed lines need.

What is left in those packs is paid for and nobody else's, so a new line that takes it needs no capital and no more of
the stock; but it takes it from the same opened packs as the others. In a re-match most pools are closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.room import packs_left
from service.matching.usage import Flow, usage_of

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.parameters import Bools, Floats, Ints, Parameters


@dataclass(frozen=True, slots=True)
class Goods:
    """What arcs draw on: the open part of every source, and then every closed pool.

    ``row`` and ``is_closed`` are by arc, ``limit_qty`` in base units by row; ``capital_idr`` is what the packs of
    closed pools leave of each cooperative's capital.
    """

    row: Ints
    limit_qty: Ints
    is_closed: Bools
    capital_idr: Floats


def goods_of(p: Parameters, arcs: Arcs) -> Goods:
    """Find the closed pools of a problem; without fixed lines there are none."""
    fixed = np.flatnonzero(arcs.lower)
    if not len(fixed):
        return Goods(arcs.source, p.source_limit_qty, np.broadcast_to(np.False_, len(arcs)), p.capital_idr)
    used = usage_of(p, arcs, Flow(fixed, arcs.lower[fixed]))
    is_closed = (packs_left(p, used) == 0) & (used.packs > 0)
    packs = np.where(is_closed, used.packs, 0)
    pools = np.flatnonzero(is_closed)
    pool, of_closed = arcs.source * p.cooperative_count + arcs.cooperative, is_closed[arcs.source, arcs.cooperative]
    pool_qty = packs * p.source_pack_qty[:, None]
    return Goods(
        row=np.where(of_closed, p.source_count + np.searchsorted(pools, pool), arcs.source),
        limit_qty=np.concatenate([p.source_limit_qty - pool_qty.sum(axis=1), pool_qty.ravel()[pools]]),
        is_closed=of_closed,
        capital_idr=np.maximum(0.0, p.capital_idr - p.source_pack_idr @ packs),
    )
