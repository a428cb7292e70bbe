"""The hard rules of the file format, by their numbers; as far as they speak of one line, they are in ``ways.py``."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.draft import Draft, real, whole
from benchmarks.peers.model import Floats, Ints
from service.matching.problem import BP, Stock


def rule_1_coverage(d: Draft) -> None:
    """Covered stays less than one step above the quantity of the line."""
    step = {item.id: item.step for item in d.problem.items}
    d.rows("coverage", d.ways.demand, d.ways.covers, upper=real(x.qty + step[x.item] - 1 for x in d.problem.demands))


def rule_2_offers(d: Draft) -> None:
    """An offer gives at most its quantity, and nothing or at least its minimum."""
    offers, own = d.problem.offers, d.is_own
    qty, least = real(x.qty for x in offers), real(x.min_qty for x in offers)
    d.rows("offer quantity", d.ways.source, d.ways.unit, upper=qty, among=own)
    among = own & np.append(least > 0, np.zeros(len(d.problem.stocks), dtype=bool))[d.ways.source]
    used = d.add("offer used", np.unique(d.ways.source[among]), upper=1.0, is_integer=True)
    nothing = np.zeros(len(offers))
    most = d.rows("offer used", d.ways.source, d.ways.unit, upper=nothing, among=among)
    d.builder.add(most.at(used.keys), used.ids, -qty[used.keys])
    fewest = d.rows("offer minimum", d.ways.source, d.ways.unit, lower=nothing, among=among)
    d.builder.add(fewest.at(used.keys), used.ids, -least[used.keys])


def rule_3_packs(d: Draft) -> None:
    """Deliveries from a stock fit in the packs bought, no whole pack stays unused, and the stock has the packs.

    What is bought and not delivered (``left``) lies between nothing and a pack less one. Packs of which nothing can be
    delivered would be unused, so only pools with a way have a column.
    """
    stocks, offers = d.problem.stocks, len(d.problem.offers)
    pools = np.unique(d.pool[~d.is_own])
    size = real([0] * offers + [x.pack_qty for x in stocks])[pools // d.cooperatives]
    at_hand = real([0] * offers + [x.packs for x in stocks])
    packs = d.add("packs", pools, upper=at_hand[pools // d.cooperatives], is_integer=True)
    left = d.add("left", pools, upper=size - 1)
    span = np.zeros(len(d.sources) * d.cooperatives)
    bought = d.rows("packs bought", d.pool, d.ways.unit, lower=span, upper=span, among=~d.is_own)
    d.builder.add(bought.at(pools), packs.ids, -size)
    d.builder.add(bought.at(pools), left.ids, 1.0)
    shelves, at = np.unique(pools // d.cooperatives, return_inverse=True)
    rows = d.builder.add_rows("stock packs", shelves, upper=at_hand[shelves])
    d.builder.add(rows[at], packs.ids, 1.0)


def rule_5_minimum_order(d: Draft) -> None:
    """A cooperative buys nothing from a wholesaler, or at least the minimum order."""
    packs, least = d.columns["packs"], real(x.min_order_idr for x in d.problem.wholesalers)
    source = packs.keys // d.cooperatives
    order = d.source_wholesaler[source] * d.cooperatives + packs.keys % d.cooperatives
    asked = np.flatnonzero(least[order // d.cooperatives] > 0) if len(order) else order
    keys, at = np.unique(order[asked], return_inverse=True)
    ordered = d.add("ordered", keys, upper=1.0, is_integer=True)
    prices = real(getattr(x, "price_idr", 0) for x in d.sources)
    minimum = d.builder.add_rows("minimum order", keys, lower=0.0)
    d.builder.add(minimum[at], packs.ids[asked], prices[source[asked]])
    d.builder.add(minimum, ordered.ids, -least[keys // d.cooperatives])
    link = d.builder.add_rows("ordered", packs.keys[asked], upper=0.0)
    d.builder.add(link, packs.ids[asked], 1.0)
    d.builder.add(link, ordered.ids[at], -_packs_at_hand(d)[source[asked]])


def _packs_at_hand(d: Draft) -> Floats:
    return real(x.packs if isinstance(x, Stock) else 0 for x in d.sources)


def rule_6_handling_and_cold(d: Draft) -> None:
    """Weight per cooperative and day within what it can handle; the cold items' weight within its cold room."""
    load = d.ways.cooperative * d.days + d.ways.day
    is_cold = np.array([x.cold for x in d.problem.items], dtype=bool)[d.ways.item]
    handling = real(grams for c in d.problem.cooperatives for grams in c.handling_g)
    cold = real(grams for c in d.problem.cooperatives for grams in c.cold_g)
    d.rows("handling", load, d.ways.weight_g, upper=handling)
    d.rows("cold", load, d.ways.weight_g, upper=cold, among=is_cold)


def rule_7_capital(d: Draft) -> None:
    """Packs bought and the cash part of own offers delivered within the capital."""
    packs, everybody = d.columns["packs"], np.arange(len(d.problem.cooperatives))
    rows = d.builder.add_rows("capital", everybody, upper=real(c.capital_idr for c in d.problem.cooperatives))
    own = np.flatnonzero(d.is_own)
    cash_bp = real(x.cash_bp for x in d.problem.offers)
    d.builder.add(rows[d.ways.cooperative[own]], d.steps[own], d.ways.value_idr[own] * cash_bp[d.ways.source[own]] / BP)
    prices = real(x.price_idr for x in d.sources)
    d.builder.add(rows[packs.keys % d.cooperatives], packs.ids, prices[packs.keys // d.cooperatives])


def rule_8_budget(d: Draft) -> None:
    """Value delivered per kitchen and budget line within the budget."""
    budgets = {k.id: k.budget_idr for k in d.problem.kitchens}
    purses = sorted({(x.kitchen, x.budget) for x in d.problem.demands})
    number = {purse: n for n, purse in enumerate(purses)}
    purse = whole(number[x.kitchen, x.budget] for x in d.problem.demands)
    limit = real(budgets[kitchen].get(line, 0) for kitchen, line in purses)
    d.rows("budget", purse[d.ways.demand], d.ways.value_idr, upper=limit)


def rule_9_drops(d: Draft) -> None:
    """At most so many cooperatives per kitchen and day; who serves a line comes: covered <= (rule 1's most) x drop."""
    visits = np.unique(d.visit)
    drop = d.add("drop", visits, cost=_drop_cost(d, visits), upper=1.0, is_integer=True)
    days, at = np.unique(visits // d.cooperatives, return_inverse=True)
    most_drops = real(k.max_drops_per_day for k in d.problem.kitchens)
    rows = d.builder.add_rows("drops", days, upper=most_drops[days // d.days])
    d.builder.add(rows[at], drop.ids, 1.0)
    step = {item.id: item.step for item in d.problem.items}
    most = real(x.qty + step[x.item] - 1 for x in d.problem.demands)
    line = d.ways.demand * d.cooperatives + d.ways.cooperative
    keys, first = np.unique(line, return_index=True)
    served = d.rows("drop", line, d.ways.covers, upper=np.zeros(len(d.problem.demands) * d.cooperatives))
    d.builder.add(served.at(keys), drop.at(d.visit[first]), -most[keys // d.cooperatives])


def _drop_cost(d: Draft, visits: Ints) -> Floats:
    """Rupiah of each drop: ``drop_idr`` + km x ``drop_idr_per_km``."""
    km = d.distance_m[visits % d.cooperatives, visits // d.cooperatives // d.days] / 1000
    return d.problem.policy.drop_idr + km * d.problem.policy.drop_idr_per_km


def rule_10_fixed(d: Draft) -> None:
    """Promised lines are kept; one that is no way leaves a row that nothing can fill."""
    fixed = d.problem.fixed
    rows = d.builder.add_rows("fixed", np.arange(len(fixed)), lower=real(line.qty for line in fixed))
    ways = d.find(fixed)
    kept = np.flatnonzero(ways >= 0)
    d.builder.add(rows[kept], d.steps[ways[kept]], d.ways.unit[ways[kept]])


HARD_RULES = (
    rule_1_coverage,
    rule_2_offers,
    rule_3_packs,
    rule_5_minimum_order,
    rule_6_handling_and_cold,
    rule_7_capital,
    rule_8_budget,
    rule_9_drops,
    rule_10_fixed,
)
