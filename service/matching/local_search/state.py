"""Turns a flow over some arcs into records for the search, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.matching.arcs import open_arcs_of
from service.matching.local_search.records import State, grouped, records, span
from service.matching.objective import RUPIAH_SLACK, pack_freight_idr, unit_leftover_idr
from service.matching.problem import BP
from service.matching.usage import MONEY_TOLERANCE, Flow, usage_of

if TYPE_CHECKING:
    from service.matching.arcs import Arcs
    from service.matching.local_search.records import Records
    from service.matching.parameters import Floats, Ints, Parameters
    from service.matching.rents import Rents
    from service.matching.usage import Usage

SAFE = 1 + MONEY_TOLERANCE / 2
"""Money may pass its limit by float rounding, by less than the exact check allows."""
DUST_IDR = 1e-4
"""What float sums may leave of goods that were taken out again; whoever delivers no more than that delivers nothing."""


class _Keys(NamedTuple):
    """Numbers of what the arcs of a search touch."""

    visit: Ints
    drop: Ints
    pools: Ints
    pool: Ints
    pool_source: Ints
    order: Ints
    line_visit: Ints


def state_of(p: Parameters, arcs: Arcs, chosen: Ints, flow: Flow, rents: Rents | None = None) -> State:
    """Return a flow as records; ``chosen`` arcs are sorted by line, best first, and hold the whole flow."""
    a, used, coops = arcs.subset(chosen), usage_of(p, arcs, flow), p.cooperative_count
    keys = _keys(p, a)
    steps = np.zeros(len(arcs), dtype=np.int64)
    steps[flow.arc] = flow.steps
    pool_members, pool_span = grouped(keys.pool, len(keys.pools))
    order_members, order_span = grouped(keys.order[keys.pool], len(p.min_order_idr) * coops)
    drop_members, drop_span = grouped(keys.drop, p.kitchen_count * p.day_count * coops)
    visit_members, visit_span = grouped(keys.line_visit, p.kitchen_count * p.day_count)
    item_members, item_span = grouped(p.demand_item, len(p.step))
    coop_members, coop_span = grouped(a.cooperative, coops)
    return State(
        arc=_arc_records(p, a, keys, steps[chosen], rents.of_steps(chosen) if rents else np.zeros(len(chosen))),
        line=_line_records(p, a, keys, used),
        free_lines=np.unique(a.demand[open_arcs_of(p, a)]),
        pool=records(**pool_span, **_pool_columns(p, keys, used)),
        source=_source_records(p, used),
        order=records(**order_span, min_idr=np.repeat(p.min_order_idr, coops), idr=used.order_idr.ravel()),
        drop=records(
            **drop_span, cost=np.repeat(p.drop_cost.T, p.day_count, axis=0).ravel(), arcs=used.drop_lines.ravel()
        ),
        visit=records(**visit_span, most=np.repeat(p.max_drops, p.day_count), drops=(used.drop_lines > 0).sum(axis=1)),
        **_limit_records(p, used, coop_span, rents.capital if rents else np.zeros(coops)),
        item=records(**item_span),
        supplier_value=used.supplier_value_idr.ravel().copy(),
        shortage_width=np.ascontiguousarray(p.shortage_width),
        shortage_cost=np.ascontiguousarray(p.shortage_cost),
        pool_members=pool_members,
        order_members=order_members,
        drop_members=drop_members,
        visit_members=visit_members,
        item_members=item_members,
        coop_members=coop_members,
        rates=_rates(p),
        misses=np.array([_misses(p, used)], dtype=np.int64),
    )


def steps_to_flow(chosen: Ints, steps: Ints) -> Flow:
    """Return steps over chosen arcs as a flow."""
    at = np.flatnonzero(steps)
    order = at[np.argsort(chosen[at], kind="stable")]
    return Flow(chosen[order], steps[order])


def below_minimum_idr(state: State) -> float:
    """What counts for missed minimums in the state's present total: exact up to float rounding."""
    order, source, arc = state.order, state.source, state.arc
    missing = np.maximum(0, order["min_idr"] - order["idr"])[order["idr"] > 0].sum()
    lacking = np.where(source["used_qty"] > 0, np.maximum(0, source["min_qty"] - source["used_qty"]), 0)
    price = np.zeros(len(source))
    price[arc["source"]] = arc["value"] / arc["unit"]
    return float(missing + (lacking * price).sum()) * float(state.rates[-1])


def _keys(p: Parameters, a: Arcs) -> _Keys:
    coops = p.cooperative_count
    pools, pool = np.unique(a.source * coops + a.cooperative, return_inverse=True)
    source = pools // max(coops, 1)
    wholesaler = p.source_wholesaler[source]
    visit = a.kitchen * p.day_count + a.day
    return _Keys(
        visit=visit,
        drop=visit * coops + a.cooperative,
        pools=pools,
        pool=pool.astype(np.int64),
        pool_source=source,
        order=np.where(wholesaler >= 0, wholesaler * coops + pools % max(coops, 1), -1),
        line_visit=p.demand_kitchen * p.day_count + p.demand_day,
    )


def _arc_records(p: Parameters, a: Arcs, keys: _Keys, steps: Ints, rent: Floats) -> Records:
    return records(
        line=a.demand,
        pool=keys.pool,
        source=a.source,
        coop=a.cooperative,
        drop=keys.drop,
        visit=keys.visit,
        coop_day=a.cooperative * p.day_count + a.day,
        pair=a.kitchen * p.cooperative_count + a.cooperative,
        kitchen=a.kitchen,
        supplier=a.kitchen * len(p.supplier_ids) + p.source_supplier[a.source],
        unit=a.unit,
        covers_bp=a.unit * a.covers_bp,
        grams=a.grams,
        cold_g=a.grams * p.is_cold[a.item],
        lower=a.lower,
        upper=a.upper,
        value=a.value,
        cost=a.cost,
        own_cash=a.own_cash,
        least=(a.cost - p.problem.policy.fairness_bp / BP * a.value) / (a.unit * a.covers_bp),
        rent=rent,
        steps=steps,
    )


def _line_records(p: Parameters, a: Arcs, keys: _Keys, used: Usage) -> Records:
    return records(
        **span(np.searchsorted(a.demand, np.arange(p.demand_count + 1))),
        qty_bp=p.demand_qty * BP,
        limit_bp=p.demand_limit_qty * BP,
        purse=p.demand_purse,
        kitchen=p.demand_kitchen,
        visit=keys.line_visit,
        item=p.demand_item,
        free_qty=p.demand_qty - p.shortage_width.sum(axis=1),
        covered_bp=used.covered_bp,
    )


def _pool_columns(p: Parameters, keys: _Keys, used: Usage) -> dict[str, Ints | Floats]:
    source = keys.pool_source
    return {
        "order": keys.order,
        "pack_qty": np.where(keys.order >= 0, p.source_pack_qty[source], 0),
        "pack_idr": p.source_pack_idr[source],
        "freight": pack_freight_idr(p).ravel()[keys.pools],
        "left_cost": unit_leftover_idr(p)[source],
        "qty": used.pool_qty.ravel()[keys.pools],
        "packs": np.asarray(used.packs, dtype=np.int64).ravel()[keys.pools],
    }


def _source_records(p: Parameters, used: Usage) -> Records:
    return records(
        limit_qty=p.source_limit_qty,
        min_qty=p.source_min_qty,
        packs=p.source_packs,
        used_qty=used.pool_qty.sum(axis=1),
        used_packs=np.asarray(used.packs, dtype=np.int64).sum(axis=1),
    )


def _limit_records(p: Parameters, used: Usage, coop_span: dict[str, Ints], rent: Floats) -> dict[str, Records]:
    counts = used.supplier_value_idr >= _least_value(p)
    return {
        "coop": records(
            **coop_span,
            capital_idr=p.capital_idr * SAFE,
            fair_idr=p.fair_value_idr,
            rent=rent,
            used_idr=used.capital_used_idr(p),
            value=used.coop_value_idr,
        ),
        "coop_day": records(
            grams=p.handling_g.ravel(),
            cold_g=p.cold_g.ravel(),
            used_g=used.handling_g.ravel(),
            used_cold_g=used.cold_g.ravel(),
        ),
        "purse": records(idr=p.purse_idr * SAFE, spent_idr=used.spent_idr),
        "pair": records(limit_idr=np.repeat(p.share_limit_idr, p.cooperative_count), value=used.pair_value_idr.ravel()),
        "kitchen": records(min_suppliers=p.min_suppliers, suppliers=counts.sum(axis=1)),
    }


def _least_value(p: Parameters) -> float:
    return max(p.problem.policy.supplier_min_value_idr - RUPIAH_SLACK, DUST_IDR)


def _rates(p: Parameters) -> Floats:
    policy = p.problem.policy
    rates = (policy.fairness_bp / BP, policy.share_bp / BP, policy.supplier_gap_idr, _least_value(p), 0.0)
    return np.array(rates, dtype=np.float64)


def _misses(p: Parameters, used: Usage) -> int:
    low = (used.order_idr > 0) & (used.order_idr < p.min_order_idr[:, None])
    delivered = used.pool_qty.sum(axis=1)
    return int(low.sum() + ((delivered > 0) & (delivered < p.source_min_qty)).sum())
