"""Insertion: completes a plan greedily, arc by arc, and never breaks a rule.

Pure bookkeeping of what is left of every limit; it repairs rounded flows and makes the first plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.matching.problem import BP
from service.matching.usage import MONEY_TOLERANCE, Flow, usage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.matching.arcs import Arcs
    from service.matching.parameters import Ints, Parameters
    from service.matching.usage import Usage


class Room:
    """What is left of every limit while arcs are added; ``open_orders`` and ``open_offers`` may still be used."""

    def __init__(self, p: Parameters, arcs: Arcs, flow: Flow) -> None:
        self.p, self.coops, self.days = p, p.cooperative_count, p.day_count
        self._set(usage_of(p, arcs, flow))
        self.open_offers = {
            s for s, least in enumerate(p.source_min_qty.tolist()) if least == 0 or self.delivered[s] >= least
        }
        self.open_orders = {
            key
            for key, value in enumerate(self.order_idr)
            if value >= self.min_order[key // self.coops] or self.min_order[key // self.coops] == 0
        }

    def open_all(self) -> None:
        """Open every order and offer; the flow may then miss minimums until ``close_minimums``."""
        self.open_orders = set(range(len(self.order_idr)))
        self.open_offers = set(range(len(self.delivered)))

    def _set(self, used: Usage) -> None:
        p = self.p
        self.covered_bp: list[int] = used.covered_bp.tolist()
        self.delivered: list[int] = used.pool_qty.sum(axis=1).tolist()
        self.pool: list[int] = used.pool_qty.ravel().tolist()
        self.packs_left: list[int] = (p.source_packs - used.packs.sum(axis=1)).tolist()
        self.capital: list[float] = (p.capital_idr * (1 + MONEY_TOLERANCE) - used.capital_used_idr(p)).tolist()
        self.handling: list[int] = (p.handling_g - used.handling_g).ravel().tolist()
        self.cold: list[int] = (p.cold_g - used.cold_g).ravel().tolist()
        self.purse: list[float] = (p.purse_idr * (1 + MONEY_TOLERANCE) - used.spent_idr).tolist()
        self.drop_lines: list[int] = used.drop_lines.ravel().tolist()
        self.drops: list[int] = (used.drop_lines > 0).sum(axis=1).tolist()
        self.max_drops: list[int] = p.max_drops.tolist()
        self.order_idr: list[int] = used.order_idr.ravel().tolist()
        self.min_order: list[int] = p.min_order_idr.tolist()
        self.limit_qty: list[int] = p.source_limit_qty.tolist()
        self.pack_qty: list[int] = p.source_pack_qty.tolist()
        self.pack_idr: list[int] = p.source_pack_idr.tolist()
        self.wholesaler: list[int] = p.source_wholesaler.tolist()
        self.demand_qty: list[int] = p.demand_qty.tolist()
        self.demand_limit: list[int] = p.demand_limit_qty.tolist()
        self.demand_purse: list[int] = p.demand_purse.tolist()

    def book(self, a: _Row, steps: int, packs: int) -> None:
        """Take what some steps of an arc use, and the packs bought for them."""
        coop_day, kitchen_day = a.coop * self.days + a.day, a.kitchen * self.days + a.day
        drop = kitchen_day * self.coops + a.coop
        self.covered_bp[a.demand] += steps * a.unit * a.covers_bp
        self.delivered[a.source] += steps * a.unit
        self.pool[a.source * self.coops + a.coop] += steps * a.unit
        self.packs_left[a.source] -= packs
        self.capital[a.coop] -= packs * self.pack_idr[a.source] + steps * a.own_cash
        self.handling[coop_day] -= steps * a.grams
        self.cold[coop_day] -= steps * a.grams * a.is_cold
        self.purse[self.demand_purse[a.demand]] -= steps * a.value
        self.drops[kitchen_day] += not self.drop_lines[drop]
        self.drop_lines[drop] += 1


def insert(
    p: Parameters,
    arcs: Arcs,
    flow: Flow,
    candidates: Ints,
    *,
    room: Room | None = None,
    most: Ints | None = None,
) -> Flow:
    """Serve what lines still miss, by the candidates in their order, as far as every rule allows.

    Parameters
    ----------
    p, arcs
        The problem and all its arcs.
    flow
        A flow that breaks no rule but may miss the minimums of orders and offers.
    candidates
        Arcs to use, in order of preference.
    room
        What is left and what is open; by default the orders and offers that already reach their minimum are open.

    most
        Steps per candidate at most; by default the arcs' own upper limits.

    Returns
    -------
    Flow
        The completed flow.
    """
    room = room or Room(p, arcs, flow)
    steps = dict(zip(flow.arc.tolist(), flow.steps.tolist(), strict=True))
    limits = arcs.upper[candidates] if most is None else most
    for arc, limit, row in zip(candidates.tolist(), limits.tolist(), _rows(p, arcs.subset(candidates)), strict=True):
        if room.demand_qty[row.demand] * BP > room.covered_bp[row.demand]:
            added = _add(room, row, limit - steps.get(arc, 0))
            if added:
                steps[arc] = steps.get(arc, 0) + added
    arc_ids = np.array(sorted(steps), dtype=np.int64)
    return Flow(arc_ids, np.array([steps[n] for n in arc_ids.tolist()], dtype=np.int64))


class _Row(NamedTuple):
    """One arc's fields as plain numbers, for speed."""

    source: int
    coop: int
    demand: int
    kitchen: int
    day: int
    unit: int
    covers_bp: int
    grams: int
    is_cold: bool
    value: float
    own_cash: float


def _rows(p: Parameters, part: Arcs) -> Iterator[_Row]:
    columns = (part.source, part.cooperative, part.demand, part.kitchen, part.day, part.unit, part.covers_bp)
    others = (part.grams, p.is_cold[part.item], part.value, part.own_cash)
    return map(_Row._make, zip(*(column.tolist() for column in (*columns, *others)), strict=True))


def _add(x: Room, a: _Row, most: int) -> int:
    """Add as many steps of one arc as the line needs and every rule allows; return how many."""
    wholesaler, kitchen_day = x.wholesaler[a.source], a.kitchen * x.days + a.day
    drop = kitchen_day * x.coops + a.coop
    if a.source not in x.open_offers or (wholesaler >= 0 and wholesaler * x.coops + a.coop not in x.open_orders):
        return 0
    if not x.drop_lines[drop] and x.drops[kitchen_day] >= x.max_drops[a.kitchen]:
        return 0
    steps, packs = min(most, _line_room(x, a)), 0
    if wholesaler >= 0:
        steps, packs = _packed(x, a, steps)
    if steps <= 0:
        return 0
    x.book(a, steps, packs)
    return steps


def _line_room(x: Room, a: _Row) -> int:
    """Steps that the line needs, and that coverage, weights, budget and the offer allow."""
    per_step, missing_bp = a.unit * a.covers_bp, x.demand_qty[a.demand] * BP - x.covered_bp[a.demand]
    coop_day = a.coop * x.days + a.day
    steps = min(-(-missing_bp // per_step), (x.demand_limit[a.demand] * BP - x.covered_bp[a.demand]) // per_step)
    if a.grams:
        steps = min(steps, x.handling[coop_day] // a.grams)
        if a.is_cold:
            steps = min(steps, x.cold[coop_day] // a.grams)
    if a.value > 0:
        steps = min(steps, int(x.purse[x.demand_purse[a.demand]] // a.value))
    if x.wholesaler[a.source] < 0:
        steps = min(steps, (x.limit_qty[a.source] - x.delivered[a.source]) // a.unit)
        if a.own_cash > 0:
            steps = min(steps, int(x.capital[a.coop] // a.own_cash))
    return steps


def _packed(x: Room, a: _Row, steps: int) -> tuple[int, int]:
    """Limit the steps by the packs that can be bought; return them and the packs to buy."""
    size, price, pool = x.pack_qty[a.source], x.pack_idr[a.source], x.pool[a.source * x.coops + a.coop]
    bought = -(-pool // size)
    more = x.packs_left[a.source]
    if price > 0:
        more = min(more, max(0, int(x.capital[a.coop] // price)))
    steps = min(steps, ((bought + more) * size - pool) // a.unit)
    return steps, max(0, -(-(pool + steps * a.unit) // size) - bought)


def close_minimums(p: Parameters, arcs: Arcs, flow: Flow) -> Flow:
    """Take out of a flow every order and offer that does not reach its minimum; fixed lines stay."""
    used = usage_of(p, arcs, flow)
    low = (used.order_idr > 0) & (used.order_idr < p.min_order_idr[:, None])
    small = (used.pool_qty.sum(axis=1) > 0) & (used.pool_qty.sum(axis=1) < p.source_min_qty)
    source = arcs.source[flow.arc]
    wholesaler = p.source_wholesaler[source]
    is_out = small[source]
    if len(p.min_order_idr):
        is_out |= (wholesaler >= 0) & low[wholesaler, arcs.cooperative[flow.arc]]
    steps = np.where(is_out, np.minimum(flow.steps, arcs.lower[flow.arc]), flow.steps)
    return Flow(flow.arc[steps > 0], steps[steps > 0])


def shrink(p: Parameters, arcs: Arcs, flow: Flow) -> Flow:
    """Insert a flow's own lines anew, largest first, so that what passes a limit is cut; fixed lines come first."""
    fixed = np.minimum(flow.steps, arcs.lower[flow.arc])
    base = Flow(flow.arc[fixed > 0], fixed[fixed > 0])
    room = Room(p, arcs, base)
    room.open_all()
    order = np.lexsort((flow.arc, -flow.steps * arcs.value[flow.arc]))
    return insert(p, arcs, base, flow.arc[order], room=room, most=flow.steps[order])


def settle(p: Parameters, arcs: Arcs, flow: Flow, candidates: Ints) -> Flow:
    """Close orders and offers below their minimum until none is left, and serve what they served by the candidates."""
    while True:
        closed = close_minimums(p, arcs, flow)
        if len(closed.arc) == len(flow.arc) and (closed.steps == flow.steps).all():
            return flow
        flow = insert(p, arcs, closed, candidates)
