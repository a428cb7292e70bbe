"""What a choice of arcs uses of everything that is limited or priced: exact sums over lines, kitchens, cooperatives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.parameters import Bools, Floats, Ints, Parameters

MONEY_TOLERANCE = 1e-10
"""Share of an amount by which float sums of money may pass a limit."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A choice: the arcs used, increasing, and the steps delivered on each, positive."""

    arc: Ints
    steps: Ints


@dataclass(frozen=True, slots=True)
class PartialFlow:
    """A flow in parts of steps: what a relaxation says."""

    arc: Ints
    steps: Floats


NO_FLOW = Flow(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Usage:
    """Sums of one flow. ``pool_qty`` is what a cooperative delivers of a source; packs are that, rounded up."""

    covered_bp: Ints
    pool_qty: Ints
    handling_g: Ints
    cold_g: Ints
    own_cash_idr: Floats
    spent_idr: Floats
    drop_lines: Ints
    coop_value_idr: Floats
    pair_value_idr: Floats
    supplier_value_idr: Floats
    arc_cost_idr: float
    packs: Ints | Floats
    order_idr: Ints

    def capital_used_idr(self, p: Parameters) -> Floats:
        """Cash that each cooperative lays out."""
        return self.own_cash_idr + p.source_pack_idr @ self.packs


def usage_of(p: Parameters, arcs: Arcs, flow: Flow | PartialFlow) -> Usage:
    """Add up what a flow uses; of a partial flow, also quantities come in parts."""
    a, q = flow.arc, cast("Ints", flow.steps)
    c, k, t, d, s = arcs.cooperative[a], arcs.kitchen[a], arcs.day[a], arcs.demand[a], arcs.source[a]
    coops, kitchens, days = p.cooperative_count, p.kitchen_count, p.day_count
    value, grams = q * arcs.value[a], q * arcs.grams[a]
    pool = _total(s * coops + c, q * arcs.unit[a], p.source_count * coops).reshape(p.source_count, coops)
    packs = -(-pool // p.source_pack_qty[:, None])
    packs[: p.offer_count] = 0
    order = np.zeros((len(p.min_order_idr), coops), dtype=packs.dtype)
    np.add.at(order, p.source_wholesaler[p.offer_count :], (packs * p.source_pack_idr[:, None])[p.offer_count :])
    return Usage(
        covered_bp=_total(d, q * arcs.unit[a] * arcs.covers_bp[a], p.demand_count),
        pool_qty=pool,
        handling_g=_total(c * days + t, grams, coops * days).reshape(coops, days),
        cold_g=_total(c * days + t, grams * p.is_cold[arcs.item[a]], coops * days).reshape(coops, days),
        own_cash_idr=sums(c, q * arcs.own_cash[a], coops),
        spent_idr=sums(p.demand_purse[d], value, len(p.purse_idr)),
        drop_lines=np.bincount((k * days + t) * coops + c, minlength=kitchens * days * coops).reshape(
            kitchens * days, coops
        ),
        coop_value_idr=sums(c, value, coops),
        pair_value_idr=sums(k * coops + c, value, kitchens * coops).reshape(kitchens, coops),
        supplier_value_idr=sums(
            k * len(p.supplier_ids) + p.source_supplier[s], value, kitchens * len(p.supplier_ids)
        ).reshape(kitchens, len(p.supplier_ids)),
        # No BLAS product: its rounding depends on the processor, and a rupiah's last bit decides between equal plans.
        arc_cost_idr=float((q * arcs.cost[a]).sum()),
        packs=packs,
        order_idr=order,
    )


def sums(index: Ints, amount: Floats, size: int) -> Floats:
    """Sums of amounts by index, as floats also where there is nothing to add."""
    return np.bincount(index, amount, size).astype(np.float64)


def _total(index: Ints, amount: Ints, size: int) -> Ints:
    """Exact integer sums by index."""
    total = np.zeros(size, dtype=amount.dtype)
    np.add.at(total, index, amount)
    return total


def within(amount: Floats, limit: Floats) -> Bools:
    """Say where money stays within its limit."""
    return amount <= limit * (1 + MONEY_TOLERANCE)
