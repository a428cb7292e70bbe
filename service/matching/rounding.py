"""Makes a plan of whole steps, packs and orders out of the relaxation's fractional flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.insertion import Room, close_minimums, insert
from service.matching.usage import Flow

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.column_generation import Priced
    from service.matching.parameters import Ints, Parameters
    from service.matching.relaxation import Relaxation


def round_flow(r: Relaxation, priced: Priced) -> Flow:
    """Serve lines by the arcs in the order of the relaxation's flow, then close what misses its minimum, and refill."""
    arc, share = priced.columns.arc, priced.columns.share
    order = np.lexsort((arc, priced.bound.reduced_cost[arc], -share))
    fixed = np.flatnonzero(r.arcs.lower)
    return settle(r.p, r.arcs, Flow(fixed, r.arcs.lower[fixed]), arc[order])


def settle(p: Parameters, arcs: Arcs, flow: Flow, candidates: Ints) -> Flow:
    """Complete a flow with everything open, then close orders and offers below their minimum until none is left."""
    room = Room(p, arcs, flow)
    room.open_all()
    flow = insert(p, arcs, flow, candidates, room)
    while True:
        closed = close_minimums(p, arcs, flow)
        if len(closed.arc) == len(flow.arc) and (closed.steps == flow.steps).all():
            return flow
        flow = insert(p, arcs, closed, candidates)
