"""What the part of a plan that stays uses of everything, seen from a part of the problem.

A question about a plan frees a few demand lines; every other line is held exactly. The part of the problem around the
free lines has fewer kitchens, sources and purses than the whole, or, under a relaxed rule, sources that the whole has
not; what the held lines use is counted over the whole problem once and then read by id.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from service.matching.arcs import Arcs
from service.matching.deliveries import terms_of
from service.matching.objective import supplier_counts
from service.matching.usage import Flow, Usage, usage_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from service.matching.parameters import Bools, Floats, Ints, Parameters
    from service.matching.plan import Plan

_Array = TypeVar("_Array", bound=np.ndarray[Any, Any])


class PlanLines:
    """The lines of one plan as arrays over its problem.

    Parameters
    ----------
    p
        The whole problem.
    plan
        An allowed plan of it.
    """

    def __init__(self, p: Parameters, plan: Plan) -> None:
        self.p = p
        self.lines = plan.allocations
        self.arcs = _line_arcs(p, plan)
        self.steps = np.array([x.qty for x in self.lines], dtype=np.int64) // self.arcs.unit

    def usage(self, is_counted: Bools) -> Usage:
        """Add up what some of the lines use."""
        chosen = np.flatnonzero(is_counted)
        return usage_of(self.p, self.arcs.subset(chosen), Flow(np.arange(len(chosen)), self.steps[chosen]))

    def of_demands(self, names: Iterable[str]) -> Bools:
        """Say which lines serve one of the named demand lines."""
        wanted = set(names)
        return np.array([line.demand in wanted for line in self.lines], dtype=bool)


def _line_arcs(p: Parameters, plan: Plan) -> Arcs:
    """Return one arc per line of a plan, with what a step uses but without what it costs."""
    problem, lines = p.problem, plan.allocations
    demands = {d.id: n for n, d in enumerate(problem.demands)}
    coops = {c.id: n for n, c in enumerate(problem.cooperatives)}
    sources = p.source_index()
    demand = _positions(demands, (x.demand for x in lines))
    coop = _positions(coops, (x.cooperative for x in lines))
    source = _positions(sources, (x.source for x in lines))
    covers = [
        (terms_of(problem.demands[d], x.item) or (0, 0, 0))[0] for d, x in zip(demand.tolist(), lines, strict=True)
    ]
    item = p.source_item[source]
    unit = p.step[item]
    value = unit * p.source_price[source, coop] / p.per[item]
    nothing = np.zeros(len(lines))
    return Arcs(
        source=source,
        cooperative=coop,
        demand=demand,
        covers_bp=np.array(covers, dtype=np.int32),
        item=item.astype(np.int32),
        kitchen=p.demand_kitchen[demand].astype(np.int32),
        day=p.demand_day[demand].astype(np.int32),
        unit=unit,
        grams=unit * p.weight_g[item],
        value=value,
        cost=nothing,
        haul_cost=nothing,
        own_cash=value * p.source_cash_share[source],
        pack_cash=nothing,
        lower=np.zeros(len(lines), dtype=np.int64),
        upper=np.zeros(len(lines), dtype=np.int64),
    )


def _positions(index: dict[str, int], names: Iterable[str]) -> Ints:
    return np.fromiter((index[name] for name in names), dtype=np.int64)


def seen_from(part: Parameters, whole: Parameters, held: Usage) -> Usage:
    """Return what the held lines use as the constants of a part of the problem.

    Parameters
    ----------
    part
        Some demand lines with their kitchens and sources, and all cooperatives, wholesalers and days, of the whole
        problem or of a changed copy of it. None of its lines is held.
    whole, held
        The whole problem and what the held lines use of it.

    Returns
    -------
    Usage
        Over the sets of ``part``. Capital and orders include what is bought of sources outside the part.
    """
    kitchen = _shared([k.id for k in part.problem.kitchens], [k.id for k in whole.problem.kitchens])
    source = _shared(list(part.source_index()), list(whole.source_index()))
    supplier = _shared(part.supplier_ids, whole.supplier_ids)
    purse = _shared(_purses(part), _purses(whole))
    days, coops = part.day_count, part.cooperative_count
    pool = _rows(held.pool_qty, source)
    packs = _packs(part, pool)
    outside = np.ones(whole.source_count, dtype=bool)
    outside[source[source >= 0]] = False
    drop_lines = held.drop_lines.reshape(whole.kitchen_count, days, coops)[kitchen]
    return Usage(
        covered_bp=np.zeros(part.demand_count, dtype=np.int64),
        pool_qty=pool,
        handling_g=held.handling_g,
        cold_g=held.cold_g,
        own_cash_idr=held.own_cash_idr + whole.source_pack_idr[outside] @ held.packs[outside],
        spent_idr=_rows(held.spent_idr, purse),
        drop_lines=drop_lines.reshape(len(kitchen) * days, coops),
        coop_value_idr=held.coop_value_idr,
        pair_value_idr=held.pair_value_idr[kitchen],
        supplier_value_idr=_rows(held.supplier_value_idr[kitchen].T, supplier).T,
        arc_cost_idr=0.0,
        packs=packs,
        order_idr=_orders(whole, np.where(outside[:, None], held.packs, 0)) + _orders(part, packs),
    )


def with_outside_suppliers(part: Parameters, whole: Parameters, held: Usage) -> Parameters:
    """Lower what each kitchen lacks of suppliers by those of the held lines that no source of the part belongs to."""
    kitchen = _shared([k.id for k in part.problem.kitchens], [k.id for k in whole.problem.kitchens])
    inside = set(part.supplier_ids)
    outside = np.array([name not in inside for name in whole.supplier_ids], dtype=bool)
    count = supplier_counts(whole, held.supplier_value_idr)[kitchen][:, outside].sum(axis=1)
    return replace(part, min_suppliers=np.maximum(0, part.min_suppliers - count))


def together(p: Parameters, rest: Usage, more: Usage) -> Usage:
    """Return what the held and the free lines use; packs are bought for both at once."""
    pool = rest.pool_qty + more.pool_qty
    packs = _packs(p, pool)
    return Usage(
        covered_bp=rest.covered_bp + more.covered_bp,
        pool_qty=pool,
        handling_g=rest.handling_g + more.handling_g,
        cold_g=rest.cold_g + more.cold_g,
        own_cash_idr=rest.own_cash_idr + more.own_cash_idr,
        spent_idr=rest.spent_idr + more.spent_idr,
        drop_lines=rest.drop_lines + more.drop_lines,
        coop_value_idr=rest.coop_value_idr + more.coop_value_idr,
        pair_value_idr=rest.pair_value_idr + more.pair_value_idr,
        supplier_value_idr=rest.supplier_value_idr + more.supplier_value_idr,
        arc_cost_idr=rest.arc_cost_idr + more.arc_cost_idr,
        packs=packs,
        order_idr=rest.order_idr + _orders(p, packs - rest.packs),
    )


def _packs(p: Parameters, pool: Ints) -> Ints:
    packs: Ints = -(-pool // p.source_pack_qty[:, None])
    packs[: p.offer_count] = 0
    return packs


def _orders(p: Parameters, packs: Ints | Floats) -> Ints:
    """Rupiah of packs per wholesaler and cooperative."""
    order = np.zeros((len(p.min_order_idr), p.cooperative_count), dtype=np.int64)
    stocks = slice(p.offer_count, None)
    np.add.at(order, p.source_wholesaler[stocks], (packs * p.source_pack_idr[:, None]).astype(np.int64)[stocks])
    return order


def _purses(p: Parameters) -> list[tuple[str, str]]:
    """Kitchen and budget line of every purse, in the order of ``Parameters``."""
    kitchens = {k.id: n for n, k in enumerate(p.problem.kitchens)}
    found = sorted({(kitchens[d.kitchen], d.budget) for d in p.problem.demands})
    return [(p.problem.kitchens[k].id, line) for k, line in found]


def _shared(names: Sequence[Hashable], of: Sequence[Hashable]) -> Ints:
    """Return the position of each name in the other list, or -1."""
    index = {name: n for n, name in enumerate(of)}
    return np.array([index.get(name, -1) for name in names], dtype=np.int64)


def _rows(values: _Array, at: Ints) -> _Array:
    """Return the rows at some positions; zeros where there is no such row."""
    found = values[at] if len(values) else np.zeros((len(at), *values.shape[1:]), dtype=values.dtype)
    found[at < 0] = 0
    return cast("_Array", found)
