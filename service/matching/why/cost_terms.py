"""The cost terms of a part of a plan, one by one, so that two ways to serve a line can be compared term by term."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.objective import (
    drops_idr,
    fairness_idr,
    freight_idr,
    leftover_idr,
    share_idr,
    shortage_idr,
    suppliers_idr,
)
from service.matching.rules import Term

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.parameters import Floats, Parameters
    from service.matching.usage import Flow, Usage


def cost_terms(p: Parameters, arcs: Arcs, flow: Flow, used: Usage) -> dict[Term, float]:
    """Split the total of a flow into its terms.

    Parameters
    ----------
    p, arcs
        The problem or a part of it, and its arcs.
    flow
        What is delivered on them.
    used
        What the flow uses together with everything else of the plan.

    Returns
    -------
    dict[Term, float]
        Rupiah per term, all terms present, up to the same constants for every flow of the same part; the sum is
        ``objective.total_idr``.
    """
    by_line = {term: float(flow.steps @ cost) for term, cost in _step_terms(p, arcs.subset(flow.arc)).items()}
    found = by_line | {
        Term.SHORTAGE: shortage_idr(p, used),
        Term.DROPS: drops_idr(p, used),
        Term.FREIGHT: freight_idr(p, used),
        Term.LEFTOVER: leftover_idr(p, used),
        Term.FAIRNESS: fairness_idr(p, used),
        Term.SHARE: share_idr(p, used),
        Term.SUPPLIERS: suppliers_idr(p, used),
    }
    return {term: found[term] for term in Term}


def _step_terms(p: Parameters, arcs: Arcs) -> dict[Term, Floats]:
    """What one step of each arc costs in goods, carry, locality and substitution; the rest of its cost is change."""
    policy, kg = p.problem.policy, arcs.grams / 1000
    is_stock = arcs.source >= p.offer_count
    carry = kg * p.distance_m[arcs.cooperative, arcs.kitchen] / 1000 * policy.carry_idr_per_kg_km
    locality = kg * (p.tier_idr[arcs.cooperative, arcs.kitchen] + is_stock * policy.wholesale_idr_per_kg)
    substitution = arcs.unit * _penalties(p, arcs) / p.per[arcs.item]
    return {
        Term.GOODS: arcs.value,
        Term.CARRY: carry,
        Term.LOCALITY: locality,
        Term.SUBSTITUTION: substitution,
        Term.CHANGE: arcs.cost - arcs.value - carry - locality - substitution,
    }


def _penalties(p: Parameters, arcs: Arcs) -> Floats:
    """Penalty per ``per`` of the item that each arc brings to its line."""
    items = {item.id: n for n, item in enumerate(p.problem.items)}
    found = []
    for demand, item in zip(arcs.demand.tolist(), arcs.item.tolist(), strict=True):
        substitutes = p.problem.demands[demand].substitutes
        found.append(next((float(s.penalty_idr) for s in substitutes if items[s.item] == item), 0.0))
    return np.array(found, dtype=np.float64)
