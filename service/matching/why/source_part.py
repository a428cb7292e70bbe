"""The small part of a plan around one source: some lines as they are served now, and the source that wants in.

Cut out of the arrays of the whole plan, so that a question takes milliseconds even in a city: the freed lines may keep,
lose or raise what they have now, or take from the source; everything else of the plan is held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from service.matching.arcs import network_of
from service.matching.objective import supplier_counts, total_idr
from service.matching.problem import BP
from service.matching.usage import Flow, Usage, usage_of
from service.matching.why.part import Part

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.linear_model import SolverLimits
    from service.matching.parameters import Floats, Ints, Parameters
    from service.matching.problem import Problem
    from service.matching.why.market import Market

_BY_DEMAND = ("demand_item", "demand_day", "demand_qty", "demand_limit_qty", "shortage_width", "shortage_cost")
_BY_SOURCE = (
    "source_item",
    "source_limit_qty",
    "source_min_qty",
    "source_from",
    "source_to",
    "source_cash_share",
    "source_wholesaler",
    "source_pack_qty",
    "source_pack_idr",
    "source_packs",
)
CLEAN_IDR = 1e-6
"""Money below this, left over by taking floats from each other, is nothing."""


@dataclass(frozen=True, slots=True)
class SourcePart:
    """Freed lines with the arcs in use and those of one source, as they are at a price of 0.

    ``row`` is the source's position in the part, ``own`` are its arcs, ``limit_idr`` their price limits; ``start`` is
    what the source has to beat: the plan as it is, or better. ``pack_qty`` is what a stock's price speaks of, and
    ``asked_idr`` the price that the source asks.
    """

    part: Part
    row: int
    own: Ints
    limit_idr: Ints
    start: Flow
    pack_qty: int
    asked_idr: int

    def at(self, price_idr: int) -> Part:
        """The part with the source at a price: per ``per`` base units for an offer, per pack for a stock."""
        p, arcs = self.part.p, self.part.arcs
        paid, own = self._to_kitchen(price_idr), self.own
        value, cost, cash, upper = arcs.value.copy(), arcs.cost.copy(), arcs.own_cash.copy(), arcs.upper.copy()
        value[own] = arcs.unit[own] * paid / p.per[arcs.item[own]]
        cost[own] += value[own]
        cash[own] = value[own] * p.source_cash_share[self.row]
        upper[own] = np.where(paid <= self.limit_idr, np.maximum(arcs.lower, arcs.upper)[own], arcs.lower[own])
        if self.row >= p.offer_count:
            packs = p.source_pack_idr.copy()
            packs[self.row] = price_idr * int(p.source_pack_qty[self.row]) // self.pack_qty
            p = replace(p, source_pack_idr=packs)
        arcs = replace(arcs, value=value, cost=cost, own_cash=cash, upper=upper)
        return Part(p, arcs, self.part.rest)

    @property
    def price_qty(self) -> int:
        """Base units that a price of the source speaks of."""
        p = self.part.p
        return self.pack_qty if self.row >= p.offer_count else int(p.per[p.source_item[self.row]])

    @property
    def cost_idr(self) -> float:
        """What the lines' deliveries cost by themselves, as they are to be beaten; shortage and drops not counted."""
        start = self.start
        return float((start.steps * self.at(self.asked_idr).arcs.cost[start.arc]).sum())

    def _to_kitchen(self, price_idr: int) -> Ints:
        p, arcs = self.part.p, self.part.arcs
        if self.row < p.offer_count:
            return np.full(len(self.own), price_idr, dtype=np.int64)
        markup = np.array([c.markup_bp for c in p.problem.cooperatives], dtype=np.int64)[arcs.cooperative[self.own]]
        per = p.per[arcs.item[self.own]]
        paid: Ints = -(-price_idr * per * (BP + markup) // (self.pack_qty * BP))
        return paid

    def taken_qty(self, flow: Flow) -> int:
        """What a flow takes of the source, in base units."""
        inside = np.isin(flow.arc, self.own)
        return int((flow.steps * self.part.arcs.unit[flow.arc])[inside].sum())

    def gain_idr(self, flow: Flow, price_idr: int) -> float:
        """Rupiah by which a flow is cheaper than what it has to beat, with the source at a price."""
        part = self.at(price_idr)
        return total_idr(part.p, part.used(self.start)) - total_idr(part.p, part.used(flow))

    def is_allowed(self, flow: Flow, price_idr: int) -> bool:
        """Whether a flow breaks no rule with the source at a price."""
        return self.at(price_idr).allows(flow)

    def best(self, price_idr: int, limits: SolverLimits) -> tuple[Flow, bool]:
        """The cheapest flow with the source at a price, and whether it is proven to be."""
        part = self.at(price_idr)
        flow, is_proven = part.optimised(np.arange(len(part.arcs)), self.start, limits)
        if flow is None or not part.allows(flow):
            return self.start, False
        return (flow if self.gain_idr(flow, price_idr) > 0 else self.start), is_proven


def source_part(market: Market, source: int, demands: Ints, cooperatives: Ints) -> SourcePart:
    """Cut the part of some lines and one source out of a plan.

    Parameters
    ----------
    market
        The plan.
    source
        Position of the source.
    demands
        The freed lines, increasing.
    cooperatives
        Through which cooperatives the source may come beside those it comes through already.
    """
    served = np.flatnonzero(np.isin(market.lines.demand, demands))
    p, sources = _cut(market, source, demands, np.unique(np.append(market.lines.source[served], source)))
    row = int(np.searchsorted(sources, source))
    arcs = network_of(p).arcs
    at_demand = np.searchsorted(demands, market.lines.demand[served])
    at_source = np.searchsorted(sources, market.lines.source[served])
    used_keys = (at_demand * p.cooperative_count + market.lines.cooperative[served]) * p.source_count + at_source
    keys = arcs.keys(p)
    is_own = (arcs.source == row) & np.isin(arcs.cooperative, cooperatives)
    arcs = arcs.subset(np.flatnonzero(np.isin(keys, used_keys) | is_own))
    start = _start(p, arcs, used_keys, market.steps[served])
    own = np.flatnonzero(arcs.source == row)
    part = Part(
        p, arcs, _rest(market, p, sources, demands, usage_of(p, _at_own_price(market, arcs, own, source), start))
    )
    return SourcePart(
        part, row, own, _limits(p, arcs, own), start, int(p.source_pack_qty[row]), _asked_idr(market, source)
    )


def _asked_idr(market: Market, source: int) -> int:
    """What the source asks: per ``per`` for an offer, per pack for a stock."""
    problem, offers = market.problem, market.p.offer_count
    return problem.offers[source].price_idr if source < offers else problem.stocks[source - offers].price_idr


def _at_own_price(market: Market, arcs: Arcs, own: Ints, source: int) -> Arcs:
    """The arcs with the source at the price it asks: what the plan's sums hold of it."""
    value, cash = arcs.value.copy(), arcs.own_cash.copy()
    price = market.p.source_price[source, arcs.cooperative[own]]
    value[own] = arcs.unit[own] * price / market.p.per[arcs.item[own]]
    cash[own] = value[own] * market.p.source_cash_share[source]
    return replace(arcs, value=value, own_cash=cash)


def _start(p: Parameters, arcs: Arcs, used_keys: Ints, steps: Ints) -> Flow:
    """The plan's lines as a flow, filling the copies of an arc in order."""
    left = dict(zip(used_keys.tolist(), steps.tolist(), strict=True))
    given = np.zeros(len(arcs), dtype=np.int64)
    for n, key in enumerate(arcs.keys(p).tolist()):
        if key in left:
            given[n] = min(left[key], int(arcs.upper[n]))
            left[key] -= int(given[n])
    used = np.flatnonzero(given)
    return Flow(used, given[used])


def _limits(p: Parameters, arcs: Arcs, own: Ints) -> Ints:
    """Price limit of each of some arcs."""
    found = []
    for demand, item in zip(arcs.demand[own].tolist(), arcs.item[own].tolist(), strict=True):
        line, name = p.problem.demands[demand], p.problem.items[item].id
        limits = {line.item: line.max_price_idr} | {
            x.item: x.max_price_idr for x in line.substitutes if x.item != line.item
        }
        found.append(limits[name])
    return np.array(found, dtype=np.int64)


def _cut(market: Market, source: int, demands: Ints, sources: Ints) -> tuple[Parameters, Ints]:
    """The parameters of some lines and sources, the one asked about at a price of 0."""
    p = market.p
    kitchens, at_kitchen = np.unique(p.demand_kitchen[demands], return_inverse=True)
    purses, at_purse = np.unique(p.demand_purse[demands], return_inverse=True)
    suppliers, at_supplier = np.unique(p.source_supplier[sources], return_inverse=True)
    outside = np.ones(len(p.supplier_ids), dtype=bool)
    outside[suppliers] = False
    counted = supplier_counts(p, market.usage.supplier_value_idr[kitchens])[:, outside].sum(axis=1)
    price = p.source_price[sources]
    row = np.searchsorted(sources, source)
    price[row] = np.minimum(price[row], 0)
    fields: dict[str, Any] = {name: getattr(p, name)[sources] for name in _BY_SOURCE}
    fields |= {name: getattr(p, name)[demands] for name in _BY_DEMAND}
    fields |= {name: getattr(p, name)[kitchens] for name in ("max_drops", "share_limit_idr")}
    fields |= {name: getattr(p, name)[:, kitchens] for name in ("distance_m", "is_near", "tier_idr", "drop_cost")}
    fields |= {
        "problem": _cut_problem(market, kitchens, demands, sources),
        "source_price": price,
        "source_supplier": at_supplier,
        "supplier_ids": tuple(p.supplier_ids[n] for n in suppliers.tolist()),
        "min_suppliers": np.maximum(0, p.min_suppliers[kitchens] - counted),
        "demand_kitchen": at_kitchen,
        "demand_purse": at_purse,
        "purse_kitchen": np.searchsorted(kitchens, p.purse_kitchen[purses]),
        "purse_idr": p.purse_idr[purses],
        "offer_count": int((sources < p.offer_count).sum()),
    }
    return replace(p, **fields), sources


def _cut_problem(market: Market, kitchens: Ints, demands: Ints, sources: Ints) -> Problem:
    """The problem's own records of the part, in the same order."""
    problem, offer_count = market.problem, market.p.offer_count
    names = [problem.demands[n].id for n in demands.tolist()]
    return replace(
        problem,
        kitchens=tuple(problem.kitchens[n] for n in kitchens.tolist()),
        demands=tuple(problem.demands[n] for n in demands.tolist()),
        offers=tuple(problem.offers[n] for n in sources[sources < offer_count].tolist()),
        stocks=tuple(problem.stocks[n - offer_count] for n in sources[sources >= offer_count].tolist()),
        fixed=tuple(line for name in names for line in market.fixed_of.get(name, ())),
        previous=tuple(line for name in names for line in market.previous_of.get(name, ())),
    )


def _rest(market: Market, p: Parameters, sources: Ints, demands: Ints, freed: Usage) -> Usage:
    """What the held lines use: the plan's sums less those of the freed lines."""
    whole, used = market.p, market.usage
    kitchens = np.unique(whole.demand_kitchen[demands])
    purses = np.unique(whole.demand_purse[demands])
    suppliers = np.unique(whole.source_supplier[sources])
    days = np.arange(whole.day_count)
    rows = (kitchens[:, None] * whole.day_count + days).ravel()
    pool = used.pool_qty[sources] - freed.pool_qty
    packs = -(-pool // p.source_pack_qty[:, None])
    packs[: p.offer_count] = 0
    inside = np.zeros_like(used.order_idr)
    stocks = slice(p.offer_count, None)
    change = (packs - used.packs[sources]) * market.p.source_pack_idr[sources][:, None]
    np.add.at(inside, p.source_wholesaler[stocks], change[stocks].astype(inside.dtype))
    bought = whole.source_pack_idr @ used.packs - whole.source_pack_idr[sources] @ used.packs[sources]
    return Usage(
        covered_bp=np.zeros(len(demands), dtype=np.int64),
        pool_qty=pool,
        handling_g=used.handling_g - freed.handling_g,
        cold_g=used.cold_g - freed.cold_g,
        own_cash_idr=_clean(used.own_cash_idr + bought - freed.own_cash_idr),
        spent_idr=_clean(used.spent_idr[purses] - freed.spent_idr),
        drop_lines=used.drop_lines[rows] - freed.drop_lines,
        coop_value_idr=_clean(used.coop_value_idr - freed.coop_value_idr),
        pair_value_idr=_clean(used.pair_value_idr[kitchens] - freed.pair_value_idr),
        supplier_value_idr=_clean(used.supplier_value_idr[np.ix_(kitchens, suppliers)] - freed.supplier_value_idr),
        arc_cost_idr=0.0,
        packs=packs,
        order_idr=used.order_idr + inside,
    )


def _clean(money: Floats) -> Floats:
    cleaned: Floats = np.where(np.abs(money) < CLEAN_IDR, 0.0, money)
    return cleaned
