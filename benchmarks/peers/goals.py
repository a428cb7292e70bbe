"""The soft goals of the file format, in rupiah; goods, carry, locality and substitution are the ways' own cost."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.draft import Draft, real
from benchmarks.peers.ways import distances
from service.matching.problem import BP, Stock


def shortage(d: Draft) -> None:
    """What is missing falls into steps; later ones are dearer, so a cheapest plan fills them in order by itself."""
    problem, items = d.problem, {item.id: item for item in d.problem.items}
    steps = problem.policy.shortage_steps
    qty = real(x.qty for x in problem.demands)
    price_idr = real(items[x.item].shortage_idr / items[x.item].per for x in problem.demands)
    width = np.diff(real([*(step.above_bp for step in steps), BP])) / BP
    factor = real(step.factor_bp for step in steps) / BP
    keys = np.arange(len(qty) * len(steps))
    cost, most = price_idr[:, None] * factor, qty[:, None] * width
    short = d.add("short", keys, cost=cost.ravel(), upper=most.ravel())
    rows = d.builder.add_rows("shortage", np.arange(len(qty)), lower=qty)
    d.builder.add(rows[keys // len(steps)], short.ids, 1.0)
    d.builder.add(rows[d.ways.demand], d.steps, d.ways.covers)


def freight_and_leftover(d: Draft) -> None:
    """Whole packs from the wholesaler to the cooperative, and the goods in them that no kitchen gets."""
    problem, items = d.problem, {item.id: item for item in d.problem.items}
    packs, left = d.columns["packs"], d.columns["left"]
    source, cooperative = packs.keys // d.cooperatives, packs.keys % d.cooperatives
    km = distances(problem.wholesalers, problem.cooperatives)[d.source_wholesaler[source], cooperative] / 1000
    pack_kg, unit_idr = np.zeros(len(d.sources)), np.zeros(len(d.sources))
    for n, x in enumerate(d.sources):
        if isinstance(x, Stock):
            pack_kg[n] = x.pack_qty * items[x.item].weight_g / 1000
            unit_idr[n] = x.price_idr / x.pack_qty * items[x.item].leftover_bp / BP
    d.builder.add_cost(packs.ids, pack_kg[source] * km * problem.policy.freight_idr_per_kg_km)
    d.builder.add_cost(left.ids, unit_idr[source])


def fairness(d: Draft) -> None:
    """Value delivered + lack >= fair value."""
    fair_idr = real(c.fair_value_idr for c in d.problem.cooperatives)
    everybody = np.arange(len(fair_idr))
    lack = d.add("lack", everybody, cost=d.problem.policy.fairness_bp / BP, upper=fair_idr)
    rows = d.builder.add_rows("fairness", everybody, lower=fair_idr)
    d.builder.add(rows, lack.ids, 1.0)
    d.builder.add(rows[d.ways.cooperative], d.steps, d.ways.value_idr)


def share(d: Draft) -> None:
    """Value of one cooperative at a kitchen <= its share of the kitchen's need + excess."""
    limit = np.repeat(d.share_limit_idr, d.cooperatives)
    pairs, at = np.unique(d.pair, return_inverse=True)
    most = np.bincount(at, d.ways.value_idr * d.ways.most, len(pairs))
    excess = d.add("excess", pairs, cost=d.problem.policy.share_bp / BP, upper=most)
    rows = d.rows("share", d.pair, d.ways.value_idr, upper=limit)
    d.builder.add(rows.at(excess.keys), excess.ids, -1.0)


def suppliers(d: Draft) -> None:
    """A supplier counts with the least value, and with some delivery; those that count + missing >= wanted."""
    wanted = real(k.min_suppliers for k in d.problem.kitchens)
    least, names = d.problem.policy.supplier_min_value_idr, max(1, len(d.suppliers))
    among = wanted[d.ways.kitchen] > 0
    nothing = np.zeros(len(wanted) * names)
    counts = d.add("counts", np.unique(d.account[among]), upper=1.0, is_integer=True)
    value = d.rows("supplier value", d.account, d.ways.value_idr, lower=nothing, among=among)
    d.builder.add(value.at(counts.keys), counts.ids, -float(least))
    if least == 0:
        some = d.rows("supplier", d.account, 1.0, lower=nothing, among=among)
        d.builder.add(some.at(counts.keys), counts.ids, -1.0)
    asking = np.flatnonzero(wanted > 0)
    missing = d.add("missing", asking, cost=d.problem.policy.supplier_gap_idr, upper=wanted[asking])
    rows = d.builder.add_rows("suppliers", asking, lower=wanted[asking])
    d.builder.add(rows, missing.ids, 1.0)
    d.builder.add(rows[np.searchsorted(asking, counts.keys // names)], counts.ids, 1.0)


def change(d: Draft) -> None:
    """Weight moved against the plan before: new where nothing was, gone where nothing can be, else a column for it."""
    previous, price_idr = d.problem.previous, d.problem.policy.change_idr_per_kg
    if not previous:
        return
    grams = {item.id: item.weight_g for item in d.problem.items}
    before: dict[tuple[str, str, str], int] = {}
    weight_g: dict[tuple[str, str, str], int] = {}
    lines = {(x.demand, x.source, x.cooperative): x for x in previous}
    for x in previous:
        key = x.demand, x.source, x.cooperative
        before[key] = before.get(key, 0) + x.qty
        weight_g[key] = grams[x.item]
    ways = d.find(tuple(lines.values()))
    qty, idr = real(before[key] for key in lines), real(weight_g[key] for key in lines) / 1000 * price_idr
    d.builder.offset += float((qty * idr)[ways < 0].sum())
    new = np.ones(len(d.ways), dtype=bool)
    new[ways[ways >= 0]] = False
    d.builder.add_cost(d.steps[new], d.ways.weight_g[new] / 1000 * price_idr)
    kept = np.flatnonzero(ways >= 0)
    kept = kept[np.argsort(ways[kept])]
    most = np.maximum(qty[kept], d.ways.unit[ways[kept]] * d.ways.most[ways[kept]])
    moved = d.add("moved", ways[kept], cost=idr[kept], upper=most)
    for sign in (1.0, -1.0):
        rows = d.builder.add_rows("change", ways[kept], lower=-sign * qty[kept])
        d.builder.add(rows, moved.ids, 1.0)
        d.builder.add(rows, d.steps[ways[kept]], -sign * d.ways.unit[ways[kept]].astype(np.float64))


GOALS = (shortage, freight_and_leftover, fairness, share, suppliers, change)
