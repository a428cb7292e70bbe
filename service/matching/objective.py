"""The objective: every term of the total, in rupiah, of a flow's usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.problem import BP

if TYPE_CHECKING:
    from service.matching.parameters import Bools, Floats, Parameters
    from service.matching.usage import Usage
    from service.matching.variables import Restriction

RUPIAH_SLACK = 1e-6


def total_idr(p: Parameters, used: Usage) -> float:
    """Total of a plan without the constant of ``change``.

    Parameters
    ----------
    p
        Sets and parameters.
    used
        Sums of the plan's flow.

    Returns
    -------
    float
        Rupiah; the sum of all terms.
    """
    return (
        used.arc_cost_idr
        + shortage_idr(p, used)
        + drops_idr(p, used)
        + freight_idr(p, used)
        + leftover_idr(p, used)
        + fairness_idr(p, used)
        + share_idr(p, used)
        + suppliers_idr(p, used)
    )


def shortage_idr(p: Parameters, used: Usage) -> float:
    """Missing quantity of each line, counted at the factor of the step it falls in."""
    missing = np.maximum(0.0, p.demand_qty - used.covered_bp / BP)
    low = np.cumsum(p.shortage_width, axis=1) - p.shortage_width
    # What lies below the first step, if it starts above zero, is free; the steps start at their own edge.
    low = low + _first_edge(p)[:, None]
    part = np.clip(missing[:, None] - low, 0.0, p.shortage_width)
    return float((part * p.shortage_cost).sum())


def _first_edge(p: Parameters) -> Floats:
    edge: Floats = p.demand_qty - p.shortage_width.sum(axis=1)
    return edge


def drops_idr(p: Parameters, used: Usage) -> float:
    """Each cooperative that comes to a kitchen on a day."""
    cost = np.repeat(p.drop_cost.T, p.day_count, axis=0)
    return float(cost[used.drop_lines > 0].sum())


def pack_freight_idr(p: Parameters) -> Floats:
    """Freight of one pack of each stock to each cooperative; 0 for offers."""
    kg = p.source_pack_qty * p.weight_g[p.source_item] / 1000
    km = p.haul_m[p.source_wholesaler[p.offer_count :]] / 1000
    freight = np.zeros((p.source_count, p.cooperative_count))
    freight[p.offer_count :] = kg[p.offer_count :, None] * km * p.problem.policy.freight_idr_per_kg_km
    return freight


def freight_idr(p: Parameters, used: Usage) -> float:
    """Whole packs from the wholesaler to the cooperative."""
    return float((used.packs * pack_freight_idr(p)).sum())


def unit_leftover_idr(p: Parameters) -> Floats:
    """What one base unit left over of each stock costs."""
    return p.source_pack_idr / p.source_pack_qty * p.leftover_share[p.source_item]


def leftover_idr(p: Parameters, used: Usage) -> float:
    """Goods in bought packs that no kitchen gets."""
    left = used.packs * p.source_pack_qty[:, None] - used.pool_qty
    left[: p.offer_count] = 0
    return float((left * unit_leftover_idr(p)[:, None]).sum())


def fairness_idr(p: Parameters, used: Usage) -> float:
    """What cooperatives lack to their fair value."""
    lack = np.maximum(0.0, p.fair_value_idr - used.coop_value_idr)
    return float(lack.sum()) * p.problem.policy.fairness_bp / BP


def share_idr(p: Parameters, used: Usage) -> float:
    """One cooperative's value at a kitchen above the kitchen's limit."""
    excess = np.maximum(0.0, used.pair_value_idr - p.share_limit_idr[:, None])
    return float(excess[used.pair_value_idr > 0].sum()) * p.problem.policy.share_bp / BP


def suppliers_idr(p: Parameters, used: Usage) -> float:
    """Suppliers that a kitchen lacks."""
    count = (supplier_counts(p, used.supplier_value_idr)).sum(axis=1)
    return float(np.maximum(0, p.min_suppliers - count).sum()) * p.problem.policy.supplier_gap_idr


def supplier_counts(p: Parameters, value: Floats) -> Bools:
    """Say which suppliers deliver enough to a kitchen to count; a supplier without deliveries never does."""
    counts: Bools = (value >= p.problem.policy.supplier_min_value_idr - RUPIAH_SLACK) & (value > 0)
    return counts


def add_prices(r: Restriction) -> None:
    """Give every variable of a restriction its price; the terms are those of ``total_idr``."""
    p, model, policy, coops = r.p, r.model, r.p.problem.policy, max(r.p.cooperative_count, 1)
    model.add_cost(r.flow, r.free.cost)
    model.add_cost(r.shortage.ravel(), p.shortage_cost[r.demands].ravel())
    model.add_cost(r.drop.columns, p.drop_cost[r.drop.keys % coops, r.drop.keys // coops // max(p.day_count, 1)])
    model.add_cost(r.packs.columns, pack_freight_idr(p).ravel()[r.packs.keys])
    model.add_cost(r.left.columns, unit_leftover_idr(p)[r.left.keys // coops])
    model.add_cost(r.lack.columns, policy.fairness_bp / BP)
    model.add_cost(r.excess.columns, policy.share_bp / BP)
    model.add_cost(r.supplier_gap.columns, policy.supplier_gap_idr)
