"""The hard rules of the exact model, one function per rule, and what ties the priced variables to the flow.

==================  ==================================================================
rule                function
==================  ==================================================================
coverage            :func:`coverage`
offer_qty           :func:`offer_qty`
offer_minimum       :func:`offer_minimum`
packs_bought        :func:`packs_bought` (with whole_pack_unused: ``left`` < one pack)
stock_packs         :func:`stock_packs`
minimum_order       :func:`minimum_order`
handling, cold      :func:`handling`, :func:`cold`
capital             :func:`capital`
budget              :func:`budget`
drops               :func:`drops`, :func:`drop_link`
fairness            :func:`fairness` (priced)
share               :func:`share` (priced)
suppliers           :func:`suppliers`, :func:`supplier_value` (priced)
==================  ==================================================================

Item, owner, days, price limit and radius hold because arcs that break them do not exist; fixed lines are lower limits
of the flow; change is the cost of an arc. Money is in millions of rupiah and weight in tonnes inside the rows, so that
the solver's absolute tolerance is small against every amount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from service.matching.problem import BP
from service.matching.rules import Rule, Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.parameters import Floats, Ints
    from service.matching.variables import Restriction

MILLION = 1e6


def _left(limit: Ints | Floats, used: Ints | Floats) -> Floats:
    """What the rest leaves of a limit; a rough rest may have used more than all of it."""
    return np.maximum(limit - used, 0).astype(np.float64)


def coverage(r: Restriction) -> None:
    """Covered + shortage >= Q, and covered < Q + one step, in parts of the line."""
    p, free = r.p, r.free
    qty = p.demand_qty[r.demands].astype(np.float64)
    base = r.rest.covered_bp[r.demands] / BP
    at = np.searchsorted(r.demands, free.demand)
    amount = free.unit * free.covers_bp / BP / qty[at]
    rows = r.model.add_rows(len(qty), lower=(qty - base) / qty)
    r.model.add_entries(rows[at], r.flow, amount)
    steps = r.shortage.shape[1]
    r.model.add_entries(np.repeat(rows, steps), r.shortage.ravel(), np.repeat(1 / qty, steps))
    rows = r.model.add_rows(len(qty), upper=np.maximum(0.0, p.demand_limit_qty[r.demands] - base + 0.5 / BP) / qty)
    r.model.add_entries(rows[at], r.flow, amount)


def offer_qty(r: Restriction) -> None:
    """Delivered of an offer <= its quantity, in parts of it."""
    own = np.flatnonzero(r.free.source < r.p.offer_count)
    keys, at = np.unique(r.free.source[own], return_inverse=True)
    limit = np.maximum(r.p.source_limit_qty[keys], 1).astype(np.float64)
    rows = r.model.add_rows(
        len(keys), upper=_left(r.p.source_limit_qty[keys], r.rest.pool_qty.sum(axis=1)[keys]) / limit
    )
    r.model.add_entries(rows[at], r.flow[own], r.free.unit[own] / limit[at])


def offer_minimum(r: Restriction) -> None:
    """Delivered of an offer is nothing or at least its minimum."""
    p, free = r.p, r.free
    arcs = np.flatnonzero(p.source_min_qty[free.source] > 0)
    keys, at = np.unique(free.source[arcs], return_inverse=True)
    least, most = p.source_min_qty[keys].astype(np.float64), p.source_limit_qty[keys].astype(np.float64)
    base = r.rest.pool_qty.sum(axis=1)[keys]
    is_open = r.minimum.has(keys)
    rows = r.model.add_rows(len(keys), lower=np.where(is_open, 0.0, (least - base) / least))
    r.model.add_entries(rows[at], r.flow[arcs], free.unit[arcs] / least[at])
    r.model.add_entries(rows[is_open], r.minimum.at(keys[is_open]), -1.0)
    rows = r.model.add_rows(len(keys), upper=np.where(is_open, 0.0, np.inf))
    r.model.add_entries(rows[at], r.flow[arcs], free.unit[arcs] / most[at])
    r.model.add_entries(rows[is_open], r.minimum.at(keys[is_open]), -1.0)


def packs_bought(r: Restriction) -> None:
    """Packs x size = delivered + left over, per stock and cooperative, in packs."""
    arcs = np.flatnonzero(r.free.source >= r.p.offer_count)
    size = r.p.source_pack_qty[r.packs.keys // max(r.p.cooperative_count, 1)].astype(np.float64)
    base = r.rest.pool_qty.ravel()[r.packs.keys] / size
    rows = r.model.add_rows(len(size), lower=base, upper=base)
    at = np.searchsorted(r.packs.keys, r.pool_key[arcs])
    r.model.add_entries(rows, r.packs.columns, 1.0)
    r.model.add_entries(rows, r.left.columns, -1 / size)
    r.model.add_entries(rows[at], r.flow[arcs], -r.free.unit[arcs] / size[at])


def stock_packs(r: Restriction) -> None:
    """Packs of a stock over all cooperatives <= what the wholesaler has."""
    coops = max(r.p.cooperative_count, 1)
    keys, at = np.unique(r.packs.keys // coops, return_inverse=True)
    others = r.rest.packs.copy()
    others.ravel()[r.packs.keys] = 0
    rows = r.model.add_rows(len(keys), upper=_left(r.p.source_packs[keys], others.sum(axis=1)[keys]))
    r.model.add_entries(rows[at], r.packs.columns, 1.0)


def minimum_order(r: Restriction) -> None:
    """A cooperative's purchases from a wholesaler are nothing or at least the minimum."""
    p, coops = r.p, max(r.p.cooperative_count, 1)
    order = p.source_wholesaler[r.packs.keys // coops] * coops + r.packs.keys % coops
    asks = np.flatnonzero(p.min_order_idr[order // coops] > 0)
    at = np.searchsorted(r.order.keys, order[asks])
    price = p.source_pack_idr[r.packs.keys[asks] // coops].astype(np.float64)
    least = p.min_order_idr[r.order.keys // coops].astype(np.float64)
    most = np.bincount(at, price * p.source_packs[r.packs.keys[asks] // coops], len(least))
    base = r.rest.order_idr.ravel()[r.order.keys].astype(np.float64)
    np.subtract.at(base, at, price * r.rest.packs.ravel()[r.packs.keys[asks]])
    rows = r.model.add_rows(len(least), lower=-base / least)
    r.model.add_entries(rows[at], r.packs.columns[asks], price / least[at])
    r.model.add_entries(rows, r.order.columns, -1.0)
    most = np.maximum(np.minimum(most, p.capital_idr[r.order.keys % coops]) + base, 1.0)
    rows = r.model.add_rows(len(least), upper=-base / most)
    r.model.add_entries(rows[at], r.packs.columns[asks], price / most[at])
    r.model.add_entries(rows, r.order.columns, -1.0)


def handling(r: Restriction) -> None:
    """Weight a cooperative delivers on a day <= what it can handle."""
    _weight(r, np.arange(len(r.flow)), r.p.handling_g, r.rest.handling_g)


def cold(r: Restriction) -> None:
    """Weight of cold items a cooperative delivers on a day <= its cold room."""
    _weight(r, np.flatnonzero(r.p.is_cold[r.free.item]), r.p.cold_g, r.rest.cold_g)


def _weight(r: Restriction, arcs: Ints, limit_g: Ints, used_g: Ints) -> None:
    keys, at = np.unique(r.free.cooperative[arcs] * r.p.day_count + r.free.day[arcs], return_inverse=True)
    rows = r.model.add_rows(len(keys), upper=_left(limit_g.ravel()[keys], used_g.ravel()[keys]) / MILLION)
    r.model.add_entries(rows[at], r.flow[arcs], r.free.grams[arcs] / MILLION)


def capital(r: Restriction) -> None:
    """Pack prices paid + the cash part of own offers <= capital."""
    coops = max(r.p.cooperative_count, 1)
    keys = np.unique(r.free.cooperative)
    others = r.rest.packs.copy()
    others.ravel()[r.packs.keys] = 0
    room = _left(r.p.capital_idr, r.rest.own_cash_idr + r.p.source_pack_idr @ others)
    rows = r.model.add_rows(len(keys), upper=room[keys] / MILLION)
    own = np.flatnonzero(r.free.own_cash > 0)
    r.model.add_entries(
        rows[np.searchsorted(keys, r.free.cooperative[own])], r.flow[own], r.free.own_cash[own] / MILLION
    )
    at = np.searchsorted(keys, r.packs.keys % coops)
    r.model.add_entries(rows[at], r.packs.columns, r.p.source_pack_idr[r.packs.keys // coops] / MILLION)


def budget(r: Restriction) -> None:
    """Value delivered to a kitchen's budget line <= the budget."""
    keys, at = np.unique(r.p.demand_purse[r.free.demand], return_inverse=True)
    rows = r.model.add_rows(len(keys), upper=_left(r.p.purse_idr[keys], r.rest.spent_idr[keys]) / MILLION)
    r.model.add_entries(rows[at], r.flow, r.free.value / MILLION)


def drops(r: Restriction) -> None:
    """At most so many cooperatives come to a kitchen on a day."""
    coops = max(r.p.cooperative_count, 1)
    keys, at = np.unique(r.drop.keys // coops, return_inverse=True)
    used = (r.rest.drop_lines > 0).sum(axis=1)
    rows = r.model.add_rows(len(keys), upper=_left(r.p.max_drops[keys // max(r.p.day_count, 1)], used[keys]))
    r.model.add_entries(rows[at], r.drop.columns, 1.0)


def drop_link(r: Restriction) -> None:
    """A cooperative serves a line only if it comes: covered <= (Q + step - 1) x drop, per line and cooperative."""
    arcs = np.flatnonzero(r.drop.has(r.drop_key))
    pair = r.free.demand[arcs] * r.p.cooperative_count + r.free.cooperative[arcs]
    keys, first, at = np.unique(pair, return_index=True, return_inverse=True)
    most = r.p.demand_limit_qty[keys // max(r.p.cooperative_count, 1)].astype(np.float64)
    rows = r.model.add_rows(len(keys), upper=0.0)
    r.model.add_entries(rows[at], r.flow[arcs], r.free.unit[arcs] * r.free.covers_bp[arcs] / BP / most[at])
    r.model.add_entries(rows, r.drop.at(r.drop_key[arcs[first]]), -1.0)


def fairness(r: Restriction) -> None:
    """Value delivered + lack >= fair value."""
    arcs = np.flatnonzero(r.lack.has(r.free.cooperative))
    at = np.searchsorted(r.lack.keys, r.free.cooperative[arcs])
    gap = (r.p.fair_value_idr - r.rest.coop_value_idr)[r.lack.keys]
    rows = r.model.add_rows(len(gap), lower=gap / MILLION)
    r.model.add_entries(rows, r.lack.columns, 1 / MILLION)
    r.model.add_entries(rows[at], r.flow[arcs], r.free.value[arcs] / MILLION)


def share(r: Restriction) -> None:
    """Value of a cooperative at a kitchen - excess <= the kitchen's limit."""
    pair = r.free.kitchen * r.p.cooperative_count + r.free.cooperative
    arcs = np.flatnonzero(r.excess.has(pair))
    at = np.searchsorted(r.excess.keys, pair[arcs])
    limit = r.p.share_limit_idr[r.excess.keys // max(r.p.cooperative_count, 1)]
    rows = r.model.add_rows(len(limit), upper=(limit - r.rest.pair_value_idr.ravel()[r.excess.keys]) / MILLION)
    r.model.add_entries(rows, r.excess.columns, -1 / MILLION)
    r.model.add_entries(rows[at], r.flow[arcs], r.free.value[arcs] / MILLION)


def supplier_value(r: Restriction) -> None:
    """A supplier counts only with the least value: value >= least x supplier."""
    arcs = np.flatnonzero(r.supplier.has(r.supplier_key))
    at = np.searchsorted(r.supplier.keys, r.supplier_key[arcs])
    least = float(max(r.p.problem.policy.supplier_min_value_idr, 1))
    base = r.rest.supplier_value_idr.ravel()[r.supplier.keys]
    rows = r.model.add_rows(len(base), lower=-base / least)
    r.model.add_entries(rows, r.supplier.columns, -1.0)
    r.model.add_entries(rows[at], r.flow[arcs], r.free.value[arcs] / least)


def suppliers(r: Restriction) -> None:
    """Suppliers that count + gap >= the kitchen's least number."""
    count = _counted(r)
    rows = r.model.add_rows(len(count), lower=r.p.min_suppliers[r.supplier_gap.keys] - count)
    r.model.add_entries(rows, r.supplier_gap.columns, 1.0)
    at = np.searchsorted(r.supplier_gap.keys, r.supplier.keys // max(len(r.p.supplier_ids), 1))
    r.model.add_entries(rows[at], r.supplier.columns, 1.0)


def _counted(r: Restriction) -> Floats:
    """Suppliers of the free kitchens that count by the rest alone."""
    least = r.p.problem.policy.supplier_min_value_idr - 1e-6
    value = r.rest.supplier_value_idr[r.supplier_gap.keys]
    counted: Floats = ((value >= least) & (value > 0)).sum(axis=1).astype(np.float64)
    return counted


RULES: Final[dict[Rule | Term, tuple[Callable[[Restriction], None], ...]]] = {
    Rule.COVERAGE: (coverage,),
    Rule.OFFER_QTY: (offer_qty,),
    Rule.OFFER_MINIMUM: (offer_minimum,),
    Rule.PACKS_BOUGHT: (packs_bought,),
    Rule.STOCK_PACKS: (stock_packs,),
    Rule.MINIMUM_ORDER: (minimum_order,),
    Rule.HANDLING: (handling,),
    Rule.COLD: (cold,),
    Rule.CAPITAL: (capital,),
    Rule.BUDGET: (budget,),
    Rule.DROPS: (drops, drop_link),
    Term.FAIRNESS: (fairness,),
    Term.SHARE: (share,),
    Term.SUPPLIERS: (supplier_value, suppliers),
}


def add_rules(r: Restriction, *, without: frozenset[Rule | Term] = frozenset()) -> None:
    """Add every rule to the model, but for those left out."""
    for name, functions in RULES.items():
        if name not in without:
            for add_rule in functions:
                add_rule(r)
