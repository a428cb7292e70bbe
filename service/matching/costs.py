"""The cost terms of a plan in rupiah, one function per term, from the plan's sums alone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from service.matching.geography import metres_between
from service.matching.problem import BP
from service.matching.rules import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.matching.plan import Plan
    from service.matching.problem import ShortageStep
    from service.matching.tally import Tally

_RUPIAH_SLACK = 1e-6


def costs(tally: Tally, plan: Plan) -> dict[Term, float]:
    """Compute every cost term.

    Parameters
    ----------
    tally
        The sums of the plan.
    plan
        The plan itself, for what it moves against the plan before.

    Returns
    -------
    dict[Term, float]
        Rupiah per term, all terms present, in the order of ``Term``.
    """
    found = _delivery_terms(tally)
    found[Term.SHORTAGE] = _shortage(tally)
    found[Term.DROPS] = _drops(tally)
    found[Term.FREIGHT], found[Term.LEFTOVER] = _packs(tally)
    found[Term.FAIRNESS] = _fairness(tally)
    found[Term.SHARE] = _share(tally)
    found[Term.SUPPLIERS] = _suppliers(tally)
    found[Term.CHANGE] = _change(tally, plan)
    return {term: found[term] for term in Term}


def shortage_qty(tally: Tally, demand_id: str) -> float:
    """Say what a line is short, in base units of the demanded item.

    Parameters
    ----------
    tally
        The sums of the plan.
    demand_id
        A demand line of its problem.

    Returns
    -------
    float
        At least 0; has a fraction where a substitute covers part of the line.
    """
    return max(0.0, tally.index.demands[demand_id].qty - tally.covered_bp.get(demand_id, 0) / BP)


def weighted_shortage(short: float, qty: int, steps: Sequence[ShortageStep]) -> float:
    """Weigh the shortage of one line: its part above each step counts at that step's factor.

    Parameters
    ----------
    short, qty
        Shortage and quantity of the line, in base units.
    steps
        Steps of the policy, increasing, the first beginning at 0.

    Returns
    -------
    float
        Base units, each counted as often as its step says.
    """
    edges = [step.above_bp / BP * qty for step in steps[1:]] + [qty]
    total, low = 0.0, 0.0
    for step, high in zip(steps, edges, strict=True):
        total += max(0.0, min(short, high) - low) * step.factor_bp / BP
        low = high
    return total


def _delivery_terms(tally: Tally) -> dict[Term, float]:
    """Goods, carry, locality and substitution, line by line."""
    policy = tally.index.problem.policy
    tier_idr = {name: getattr(policy.tier_idr_per_kg, name) for name in ("kelurahan", "kecamatan", "city")}
    goods = carry = locality = substitution = 0.0
    for delivery in tally.deliveries:
        kg = delivery.weight_g / 1000
        goods += delivery.value_idr
        carry += kg * delivery.metres / 1000 * policy.carry_idr_per_kg_km
        locality += kg * (tier_idr[delivery.tier] + (0 if delivery.is_own else policy.wholesale_idr_per_kg))
        substitution += delivery.qty * delivery.penalty_idr / delivery.item.per
    return {Term.GOODS: goods, Term.CARRY: carry, Term.LOCALITY: locality, Term.SUBSTITUTION: substitution}


def _shortage(tally: Tally) -> float:
    steps, total = tally.index.problem.policy.shortage_steps, 0.0
    for demand in tally.index.problem.demands:
        short = shortage_qty(tally, demand.id)
        if short:
            item = tally.index.items[demand.item]
            total += weighted_shortage(short, demand.qty, steps) * item.shortage_idr / item.per
    return total


def _drops(tally: Tally) -> float:
    policy, index, total = tally.index.problem.policy, tally.index, 0.0
    for (kitchen, _), visitors in tally.visitors.items():
        for cooperative in sorted(visitors):
            metres = index.delivery_m(index.cooperatives[cooperative], index.kitchens[kitchen])
            total += policy.drop_idr + metres / 1000 * policy.drop_idr_per_km
    return total


def _packs(tally: Tally) -> tuple[float, float]:
    """Freight of the packs bought, and what is left over in them."""
    index, freight, leftover = tally.index, 0.0, 0.0
    for (stock_id, cooperative), packs in tally.packs.items():
        stock = index.stocks[stock_id]
        item, bought = index.items[stock.item], packs * stock.pack_qty
        metres = metres_between(index.wholesalers[stock.wholesaler], index.cooperatives[cooperative])
        freight += bought * item.weight_g / 1000 * metres / 1000 * index.problem.policy.freight_idr_per_kg_km
        left = max(0, bought - tally.stock_qty.get((stock_id, cooperative), 0))
        leftover += left * stock.price_idr / stock.pack_qty * item.leftover_bp / BP
    return freight, leftover


def _fairness(tally: Tally) -> float:
    cooperatives = tally.index.problem.cooperatives
    lacking = sum(max(0.0, c.fair_value_idr - tally.value_idr.get(c.id, 0.0)) for c in cooperatives)
    return tally.index.problem.policy.fairness_bp / BP * lacking


def _share(tally: Tally) -> float:
    need_idr: defaultdict[str, float] = defaultdict(float)
    for demand in tally.index.problem.demands:
        need_idr[demand.kitchen] += demand.qty * demand.max_price_idr / tally.index.items[demand.item].per
    above = 0.0
    for (kitchen, _), value_idr in tally.pair_idr.items():
        above += max(0.0, value_idr - tally.index.kitchens[kitchen].max_share_bp / BP * need_idr[kitchen])
    return tally.index.problem.policy.share_bp / BP * above


def suppliers_per_kitchen(tally: Tally) -> dict[str, int]:
    """Count the suppliers that deliver enough value to each kitchen to count.

    Parameters
    ----------
    tally
        The sums of the plan.

    Returns
    -------
    dict[str, int]
        Number of suppliers by kitchen, every kitchen present.
    """
    least_idr = tally.index.problem.policy.supplier_min_value_idr - _RUPIAH_SLACK
    count = dict.fromkeys(tally.index.kitchens, 0)
    for (kitchen, _), value_idr in tally.supplier_idr.items():
        count[kitchen] += value_idr >= least_idr
    return count


def _suppliers(tally: Tally) -> float:
    count = suppliers_per_kitchen(tally)
    missing = sum(max(0, kitchen.min_suppliers - count[kitchen.id]) for kitchen in tally.index.problem.kitchens)
    return float(tally.index.problem.policy.supplier_gap_idr * missing)


def _change(tally: Tally, plan: Plan) -> float:
    """Weight moved against the plan before; what it named and is gone has moved too."""
    problem = tally.index.problem
    if not problem.previous:
        return 0.0
    moved: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    weight_g: dict[tuple[str, str, str], int] = {}
    for sign, lines in ((1, plan.allocations), (-1, problem.previous)):
        for line in lines:
            if line.item in tally.index.items:
                key = line.demand, line.source, line.cooperative
                moved[key] += sign * line.qty
                weight_g[key] = tally.index.items[line.item].weight_g
    kg = sum(abs(qty) * weight_g[key] / 1000 for key, qty in moved.items())
    return kg * problem.policy.change_idr_per_kg
