"""Arcs: every way a demand line may be served, with what one step of it costs and uses.

An arc is (source, cooperative, demand line). Only arcs that break no rule by themselves exist: right item or
substitute, day, price limit, radius, a cold room for cold goods. A line of the previous plan splits its arc into up to
three copies (kept, across, beyond), so that ``change`` is linear and convex on each; a fixed line is a lower limit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from service.matching.problem import BP
from service.matching.ways import places_of, way_by_which, ways_of

if TYPE_CHECKING:
    from service.matching.parameters import Bools, Floats, Ints, Parameters, SmallInts
    from service.matching.problem import Line
    from service.matching.ways import Ways


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arrays over arcs; amounts are per step of the item delivered, money in rupiah.

    ``cost`` holds goods, carry, locality, substitution and change; ``haul_cost`` and ``pack_cash`` are the freight and
    the capital of the goods if packs could be split. ``lower`` and ``upper`` limit the steps of one arc.
    """

    source: Ints
    cooperative: Ints
    demand: Ints
    covers_bp: SmallInts
    item: SmallInts
    kitchen: SmallInts
    day: SmallInts
    unit: Ints
    grams: Ints
    value: Floats
    cost: Floats
    haul_cost: Floats
    own_cash: Floats
    pack_cash: Floats
    lower: Ints
    upper: Ints

    def __len__(self) -> int:
        return len(self.source)

    def keys(self, p: Parameters) -> Ints:
        """Number each (demand, cooperative, source); increasing, since arcs are sorted by them."""
        return _keys(p, self.source, self.cooperative, self.demand)

    def subset(self, chosen: Ints) -> Arcs:
        """Return some of the arcs, in the given order."""
        return Arcs(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


@dataclass(frozen=True, slots=True)
class Network:
    """All arcs of a problem, the constant part of ``change``, and fixed lines that no arc can carry."""

    arcs: Arcs
    change_constant_idr: float
    impossible: tuple[Line, ...]


def network_of(p: Parameters, *, without_filled: bool = False) -> Network:
    """List all arcs of a problem, sorted by demand, cooperative and source.

    Of a source that fixed lines use up only these have arcs; ``without_filled`` leaves out ways to serve lines that
    fixed lines fill already: most of a re-match.
    """
    ways = ways_of(p)
    source, coop, way = _pairs(p, ways, _used_up(p) if p.problem.fixed else {})
    if without_filled and p.problem.fixed:
        source, coop, way = _usable(p, ways, source, coop, way)
    order = np.lexsort((source, coop, ways.demand[way]))
    arcs = priced_arcs(p, source[order], coop[order], way[order], ways)
    arcs, constant = _split_by_previous(p, arcs)
    return _with_fixed(p, arcs, constant)


def _used_up(p: Parameters) -> dict[int, tuple[Ints, Ints]]:
    """Return the sources of which fixed lines leave nothing, with the cooperatives and demand lines of these."""
    keys, known, qty = _line_table(p, p.problem.fixed)
    pair, source = np.divmod(keys[known], p.source_count)
    demand, coop = np.divmod(pair, p.cooperative_count)
    left = p.source_limit_qty.copy()
    np.subtract.at(left, source, qty[known])
    full = np.unique(source[(left < p.step[p.source_item])[source]])
    return {s: (coop[source == s], demand[source == s]) for s in full.tolist()}


def _pairs(p: Parameters, ways: Ways, used_up: dict[int, tuple[Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    """Join ways with sources and cooperatives: source, cooperative, way; one source at a time to bound memory."""
    first = np.searchsorted(ways.item, np.arange(len(p.step) + 1))
    kitchen, day = p.demand_kitchen[ways.demand], p.demand_day[ways.demand]
    found = [np.zeros((3, 0), dtype=np.int64)]
    for s in range(p.source_count):
        item = p.source_item[s]
        w = np.arange(first[item], first[item + 1])
        w = w[(day[w] >= p.source_from[s]) & (day[w] <= p.source_to[s])]
        coops, grams = np.flatnonzero(p.source_price[s] >= 0), p.step[item] * p.weight_g[item]
        if s in used_up:
            coops, w = np.intersect1d(coops, used_up[s][0]), w[np.isin(ways.demand[w], used_up[s][1])]
        fits = (p.source_price[s, coops][:, None] <= ways.limit_idr[w]) & p.is_near[np.ix_(coops, kitchen[w])]
        fits &= (p.source_limit_qty[s] >= p.step[item]) & (p.handling_g[np.ix_(coops, day[w])] >= grams)
        if p.is_cold[item]:
            fits &= p.cold_g[np.ix_(coops, day[w])] >= grams
        at_coop, at_way = np.nonzero(fits)
        found.append(np.stack([np.full(len(at_coop), s), coops[at_coop], w[at_way]]))
    source, coop, way = np.concatenate(found, axis=1)
    return source, coop, way


def _usable(p: Parameters, ways: Ways, source: Ints, coop: Ints, way: Ints) -> tuple[Ints, Ints, Ints]:
    """Leave out ways to serve lines that fixed lines fill, but for the fixed ones."""
    keys, known, qty = _line_table(p, p.problem.fixed)
    filled = _filled(p, ways, keys[known], qty[known])
    demand = ways.demand[way]
    stays = ~filled[demand] | np.isin(_keys(p, source, coop, demand), keys[known])
    return source[stays], coop[stays], way[stays]


def _filled(p: Parameters, ways: Ways, keys: Ints, qty: Ints) -> Bools:
    """Say which demand lines fixed lines cover whole."""
    demand = keys // (p.cooperative_count * p.source_count)
    at, is_way = way_by_which(p, ways, keys % p.source_count, demand)
    covered_bp = np.zeros(p.demand_count, dtype=np.int64)
    np.add.at(covered_bp, demand[is_way], (qty * ways.covers_bp[at])[is_way])
    filled: Bools = covered_bp >= p.demand_qty * BP
    return filled


def priced_arcs(p: Parameters, source: Ints, coop: Ints, way: Ints, ways: Ways) -> Arcs:
    """Return the arcs of sources through cooperatives by ways, one each, without what the plan before changes."""
    demand, covers, penalty = ways.demand[way], ways.covers_bp[way], ways.penalty_idr[way]
    policy, item, kitchen = p.problem.policy, p.source_item[source], p.demand_kitchen[demand]
    unit = p.step[item]
    grams = unit * p.weight_g[item]
    kg, is_stock = grams / 1000, source >= p.offer_count
    value = unit * p.source_price[source, coop] / p.per[item]
    local = p.tier_idr[coop, kitchen] + is_stock * policy.wholesale_idr_per_kg
    cost = value + kg * (p.distance_m[coop, kitchen] / 1000 * policy.carry_idr_per_kg_km + local)
    cost += unit * penalty / p.per[item]
    haul = np.zeros(len(source))
    haul[is_stock] = p.haul_m[p.source_wholesaler[source[is_stock]], coop[is_stock]] / 1000
    most = np.minimum(p.demand_limit_qty[demand] * BP // (covers * unit), p.source_limit_qty[source] // unit)
    return Arcs(
        source=source,
        cooperative=coop,
        demand=demand,
        covers_bp=covers.astype(np.int32),  # millions of arcs: every byte is megabytes
        item=item.astype(np.int32),
        kitchen=kitchen.astype(np.int32),
        day=p.demand_day[demand].astype(np.int32),
        unit=unit,
        grams=grams,
        value=value,
        cost=cost,
        haul_cost=haul * kg * policy.freight_idr_per_kg_km,
        own_cash=value * p.source_cash_share[source],
        pack_cash=unit * p.source_pack_idr[source] / p.source_pack_qty[source],
        lower=np.zeros(len(source), dtype=np.int64),
        upper=most,
    )


def _keys(p: Parameters, source: Ints, coop: Ints, demand: Ints) -> Ints:
    return (demand * p.cooperative_count + coop) * p.source_count + source


def _line_table(p: Parameters, lines: tuple[Line, ...]) -> tuple[Ints, Bools, Ints]:
    """Return for each line: its arc key, whether all its ids exist, its quantity."""
    *columns, known = places_of(p, [(x.demand, x.source, x.cooperative) for x in lines])
    return _keys(p, *columns), known, np.array([x.qty for x in lines], dtype=np.int64)


def _find(p: Parameters, arcs: Arcs, keys: Ints, known: Bools) -> Ints:
    """Return the first arc of each key, or -1."""
    ours = arcs.keys(p)
    at = np.searchsorted(ours, keys)
    inside = np.minimum(at, max(len(ours) - 1, 0))
    hit = known & (at < len(ours)) & ((ours[inside] == keys) if len(ours) else False)
    return np.where(hit, inside, -1)


def _split_by_previous(p: Parameters, arcs: Arcs) -> tuple[Arcs, float]:
    """Split the arcs of previous lines at the previous quantity; return them and the constant of ``change``."""
    lines, price = p.problem.previous, p.problem.policy.change_idr_per_kg
    if not lines:
        return arcs, 0.0
    weight = {x.id: x.weight_g for x in p.problem.items}
    keys, known, qty = _line_table(p, lines)
    constant = float(sum(x.qty * weight[x.item] for x in lines)) / 1000 * price
    at = _find(p, arcs, keys, known)
    before = np.zeros(len(arcs), dtype=np.int64)
    np.add.at(before, at[at >= 0], qty[at >= 0])
    kept, rest = before // arcs.unit, before % arcs.unit
    first = np.flatnonzero((kept > 0) & (arcs.upper > 0))
    across = np.flatnonzero((rest > 0) & (arcs.upper > kept))
    beyond = np.flatnonzero((arcs.upper > kept + (rest > 0)) | (before == 0))
    source_of = np.concatenate([first, across, beyond])
    unit_weight = p.weight_g[arcs.item] * price / 1000
    slope = unit_weight * arcs.unit
    extra = np.concatenate([-slope[first], unit_weight[across] * (arcs.unit - 2 * rest)[across], slope[beyond]])
    used = np.minimum(kept, arcs.upper)
    most = np.concatenate([used[first], np.ones(len(across), dtype=np.int64), (arcs.upper - kept - (rest > 0))[beyond]])
    order = np.lexsort((np.repeat([0, 1, 2], [len(first), len(across), len(beyond)]), source_of))
    split = arcs.subset(source_of[order])
    split.cost[:] += extra[order]
    split.upper[:] = most[order]
    return split, constant


def _with_fixed(p: Parameters, arcs: Arcs, constant: float) -> Network:
    """Set the lower limits of fixed lines, filling the copies of an arc in order; name what no arc can carry."""
    lines = p.problem.fixed
    keys, known, qty = _line_table(p, lines)
    at = _find(p, arcs, keys, known)
    impossible = []
    for n, line in enumerate(lines):
        arc, need = int(at[n]), 0
        if arc >= 0:
            need = -(-int(qty[n]) // int(arcs.unit[arc]))
        ours = keys[n]
        while arc >= 0 and need > 0 and arc < len(arcs):
            if _keys(p, arcs.source[arc], arcs.cooperative[arc], arcs.demand[arc]) != ours:
                break
            arcs.lower[arc] = max(int(arcs.lower[arc]), min(need, int(arcs.upper[arc])))
            need -= int(arcs.lower[arc])
            arc += 1
        if at[n] < 0 or need > 0:
            impossible.append(line)
    return Network(arcs, constant, tuple(impossible))


def open_arcs_of(p: Parameters, arcs: Arcs) -> Ints:
    """Return the arcs of lines that fixed lines alone do not fill."""
    fixed_bp = np.zeros(p.demand_count, dtype=np.int64)
    np.add.at(fixed_bp, arcs.demand, arcs.lower * arcs.unit * arcs.covers_bp)
    return np.flatnonzero((fixed_bp < p.demand_qty * BP)[arcs.demand])
