"""Plans of a problem as vectors of its statement, and back."""

from __future__ import annotations

from collections import Counter

import numpy as np

from benchmarks.peers.draft import Columns, Draft
from benchmarks.peers.model import Floats, Ints
from benchmarks.peers.statement import Statement
from service.matching.check import check
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.problem import BP, Line

RUPIAH_SLACK = 1e-6
"""A supplier counts from so little below the least value, as the format's checker has it."""


class Inexpressible(Exception):
    """A plan with a line or purchase that the format never allows, whatever else is in the plan."""


def plan_of(statement: Statement, x: Floats) -> Plan:
    """Return the plan of a solver's vector, whole numbers rounded, with the total that the check computes."""
    d, problem = statement.draft, statement.draft.problem
    steps = np.rint(x[d.steps]).astype(np.int64)
    ways = np.flatnonzero(steps > 0)
    lines = tuple(
        sorted(
            (
                Line(
                    demand=problem.demands[d.ways.demand[n]].id,
                    source=d.sources[d.ways.source[n]].id,
                    cooperative=problem.cooperatives[d.ways.cooperative[n]].id,
                    item=problem.items[d.ways.item[n]].id,
                    qty=int(steps[n] * d.ways.unit[n]),
                )
                for n in ways.tolist()
            ),
            key=lambda line: (line.demand, line.source, line.cooperative),
        )
    )
    packs = d.columns["packs"]
    bought = [
        PackPurchase(d.sources[key // d.cooperatives].id, problem.cooperatives[key % d.cooperatives].id, count)
        for key, count in zip(packs.keys.tolist(), np.rint(x[packs.ids]).astype(np.int64).tolist(), strict=True)
        if count > 0
    ]
    purchases = tuple(sorted(bought, key=lambda purchase: (purchase.stock, purchase.cooperative)))
    plan = Plan(lines, purchases, 0.0, None, PlanStatus.FEASIBLE)
    return Plan(lines, purchases, check(problem, plan).total_idr, None, PlanStatus.FEASIBLE)


def vector_of(statement: Statement, plan: Plan) -> Floats:
    """Return the vector of a plan, allowed or not: its steps and packs, everything else as cheap as they let it be.

    Raises
    ------
    Inexpressible
        If a line is no way, or no positive number of steps; if packs are bought of which nothing could be delivered.
    """
    d, x = statement.draft, np.zeros(len(statement.model.cost))
    _deliver(d, plan, x)
    _buy(d, plan, x)
    steps = x[d.steps]
    _switches(d, x, steps)
    _amounts(d, x, steps)
    _missing_suppliers(d, x)
    _moves(d, x, steps)
    return x


def _deliver(d: Draft, plan: Plan, x: Floats) -> None:
    lines = plan.allocations
    items = [item.id for item in d.problem.items]
    for line, way in zip(lines, d.find(lines).tolist(), strict=True):
        if way < 0 or items[d.ways.item[way]] != line.item or line.qty <= 0 or line.qty % d.ways.unit[way]:
            raise Inexpressible(f"{line} is never allowed")
        x[d.steps[way]] += line.qty // d.ways.unit[way]


def _buy(d: Draft, plan: Plan, x: Floats) -> None:
    sources = {source.id: n for n, source in enumerate(d.sources)}
    cooperatives = {c.id: n for n, c in enumerate(d.problem.cooperatives)}
    packs = d.columns["packs"]
    for purchase in plan.purchases:
        known = purchase.stock in sources and purchase.cooperative in cooperatives and purchase.packs > 0
        key = (
            np.array([sources[purchase.stock] * d.cooperatives + cooperatives[purchase.cooperative]]) if known else None
        )
        if key is None or not packs.has(key).all():
            raise Inexpressible(f"{purchase} is never allowed")
        x[packs.at(key)] += purchase.packs


def _total(columns: Columns, keys: Ints, values: Floats) -> Floats:
    """Sum values by the keys of columns; keys without a column are left out."""
    known = columns.has(keys)
    total: Floats = np.bincount(np.searchsorted(columns.keys, keys[known]), values[known], len(columns.keys)).astype(
        float
    )
    return total


def _switches(d: Draft, x: Floats, steps: Floats) -> None:
    """Set the binaries: a drop, an offer or an order is there if used, a supplier counts if it may."""
    visit, used, ordered, counts = (d.columns[name] for name in ("drop", "offer used", "ordered", "counts"))
    x[visit.ids] = _total(visit, d.visit, steps) > 0
    x[used.ids] = _total(used, d.ways.source, steps) > 0
    packs = d.columns["packs"]
    order = d.source_wholesaler[packs.keys // d.cooperatives] * d.cooperatives + packs.keys % d.cooperatives
    x[ordered.ids] = _total(ordered, order, x[packs.ids]) > 0
    value = _total(counts, d.account, steps * d.ways.value_idr)
    least = d.problem.policy.supplier_min_value_idr - RUPIAH_SLACK
    x[counts.ids] = (value >= least) & (_total(counts, d.account, steps) > 0)


def _amounts(d: Draft, x: Floats, steps: Floats) -> None:
    """Set what follows: goods left in packs, missing quantities, rupiah below the fair value and above the share."""
    packs, short, lack, excess = (d.columns[name] for name in ("packs", "short", "lack", "excess"))
    size = np.array([getattr(source, "pack_qty", 0) for source in d.sources], dtype=np.float64)
    delivered = _total(packs, d.pool, steps * d.ways.unit)
    x[d.columns["left"].ids] = x[packs.ids] * size[packs.keys // d.cooperatives] - delivered
    qty = np.array([demand.qty for demand in d.problem.demands], dtype=np.float64)
    missing = np.maximum(0.0, qty - np.bincount(d.ways.demand, steps * d.ways.covers, len(qty)))
    edges = np.array([*(step.above_bp for step in d.problem.policy.shortage_steps), BP]) / BP
    low, high = qty[:, None] * edges[:-1], qty[:, None] * edges[1:]
    x[short.ids] = np.clip(missing[:, None] - low, 0.0, high - low).ravel()
    value = steps * d.ways.value_idr
    fair = np.array([c.fair_value_idr for c in d.problem.cooperatives], dtype=np.float64)
    x[lack.ids] = np.maximum(0.0, fair - np.bincount(d.ways.cooperative, value, len(fair)))
    limit = d.share_limit_idr[excess.keys // d.cooperatives]
    x[excess.ids] = np.maximum(0.0, _total(excess, d.pair, value) - limit)


def _missing_suppliers(d: Draft, x: Floats) -> None:
    """Set how many suppliers each kitchen lacks."""
    counts, missing = d.columns["counts"], d.columns["missing"]
    counted = np.bincount(counts.keys // max(1, len(d.suppliers)), x[counts.ids], len(d.problem.kitchens))
    wanted = np.array([k.min_suppliers for k in d.problem.kitchens])
    x[missing.ids] = np.maximum(0, wanted - counted)[missing.keys]


def _moves(d: Draft, x: Floats, steps: Floats) -> None:
    """Set how far each line of the plan before is from what it was."""
    before = Counter[tuple[str, str, str]]()
    for line in d.problem.previous:
        before[line.demand, line.source, line.cooperative] += line.qty
    lines = {(line.demand, line.source, line.cooperative): line for line in d.problem.previous}
    ways = d.find(tuple(lines.values()))
    for key, way in zip(lines, ways.tolist(), strict=True):
        if way >= 0:
            x[d.columns["moved"].at(np.array([way]))] = abs(steps[way] * d.ways.unit[way] - before[key])
