"""The least plan that keeps the fixed lines: they alone, and what lifts them over minimums of orders and offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.insertion import Room, insert
from service.matching.linear_model import SolverLimits
from service.matching.rules import Rule
from service.matching.subproblem import Candidate, broken_rules, reoptimise
from service.matching.usage import Flow, usage_of

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.parameters import Ints, Parameters
    from service.matching.usage import Usage

_MINIMUMS = {Rule.MINIMUM_ORDER, Rule.OFFER_MINIMUM}


def fixed_flow(p: Parameters, arcs: Arcs, limits: SolverLimits) -> tuple[Flow, list[Rule]]:
    """Return a flow that keeps the fixed lines, and the rules that it has to break for that.

    Parameters
    ----------
    p, arcs
        The problem and all its arcs; fixed lines are their lower limits.
    limits
        Of the exact solve that decides if simple completion fails.

    Returns
    -------
    tuple[Flow, list[Rule]]
        No rules if the flow is allowed.
    """
    arc = np.flatnonzero(arcs.lower)
    flow = Flow(arc, arcs.lower[arc])
    used = usage_of(p, arcs, flow)
    broken = broken_rules(p, used)
    if not broken or not set(broken) <= _MINIMUMS:
        return flow, broken
    lifting = _lifting_arcs(p, arcs, used)
    room = Room(p, arcs, flow)
    room.open_all()
    lifted = insert(p, arcs, flow, lifting[np.argsort(arcs.cost[lifting], kind="stable")], room=room)
    if not broken_rules(p, usage_of(p, arcs, lifted)):
        return lifted, []
    exact = reoptimise(p, arcs, lifting, Candidate(flow, np.inf), limits)
    if np.isfinite(exact.total_idr):
        return exact.flow, []
    return flow, broken


def _lifting_arcs(p: Parameters, arcs: Arcs, used: Usage) -> Ints:
    """Return the arcs that could lift an order or offer over its minimum, those of the fixed lines included."""
    low_order = (used.order_idr > 0) & (used.order_idr < p.min_order_idr[:, None])
    low_offer = (used.pool_qty.sum(axis=1) > 0) & (used.pool_qty.sum(axis=1) < p.source_min_qty)
    wholesaler = p.source_wholesaler[arcs.source]
    lifts = low_offer[arcs.source] | (arcs.lower > 0)
    if len(p.min_order_idr):
        lifts |= (wholesaler >= 0) & low_order[wholesaler, arcs.cooperative]
    return np.flatnonzero(lifts)
