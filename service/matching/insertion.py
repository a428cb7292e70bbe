"""Insertion: completes a plan greedily, arc by arc, and never breaks a rule.

Pure bookkeeping of what is left of every limit; it repairs rounded flows and makes the first plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.problem import BP
from service.matching.usage import MONEY_TOLERANCE, Flow, usage_of

if TYPE_CHECKING:
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


def insert(p: Parameters, arcs: Arcs, flow: Flow, candidates: Ints, room: Room | None = None, *, most: Ints | None = None) -> Flow:
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
    part = arcs.subset(candidates)
    cold = p.is_cold[part.item]
    table = zip(
        candidates.tolist(),
        part.source.tolist(),
        part.cooperative.tolist(),
        part.demand.tolist(),
        part.kitchen.tolist(),
        part.day.tolist(),
        part.unit.tolist(),
        part.covers_bp.tolist(),
        part.grams.tolist(),
        cold.tolist(),
        part.value.tolist(),
        part.own_cash.tolist(),
        (part.upper if most is None else most).tolist(),
        strict=True,
    )
    steps = dict(zip(flow.arc.tolist(), flow.steps.tolist(), strict=True))
    for arc, *row, limit in table:
        if room.demand_qty[row[2]] * BP > room.covered_bp[row[2]]:
            added = _add(room, *row, limit - steps.get(arc, 0))
            if added:
                steps[arc] = steps.get(arc, 0) + added
    arc = np.array(sorted(steps), dtype=np.int64)
    return Flow(arc, np.array([steps[n] for n in arc.tolist()], dtype=np.int64))


def _add(  # noqa: PLR0913  (one arc's fields, unpacked for speed)
    x: Room,
    source: int,
    coop: int,
    demand: int,
    kitchen: int,
    day: int,
    unit: int,
    covers_bp: int,
    grams: int,
    is_cold: bool,  # noqa: FBT001
    value: float,
    own_cash: float,
    most: int,
) -> int:
    """Add as many steps of one arc as the line needs and every rule allows; return how many."""
    wholesaler, coop_day, pool = x.wholesaler[source], coop * x.days + day, source * x.coops + coop
    kitchen_day = kitchen * x.days + day
    drop = kitchen_day * x.coops + coop
    if source not in x.open_offers or (wholesaler >= 0 and wholesaler * x.coops + coop not in x.open_orders):
        return 0
    if not x.drop_lines[drop] and x.drops[kitchen_day] >= x.max_drops[kitchen]:
        return 0
    per_step = unit * covers_bp
    need = -(-(x.demand_qty[demand] * BP - x.covered_bp[demand]) // per_step)
    steps = min(most, need, (x.demand_limit[demand] * BP - x.covered_bp[demand]) // per_step)
    if grams:
        steps = min(steps, x.handling[coop_day] // grams, x.cold[coop_day] // grams if is_cold else steps)
    purse = x.demand_purse[demand]
    if value > 0:
        steps = min(steps, int(x.purse[purse] // value))
    packs = 0
    if wholesaler < 0:
        steps = min(steps, (x.limit_qty[source] - x.delivered[source]) // unit)
        if own_cash > 0:
            steps = min(steps, int(x.capital[coop] // own_cash))
    elif steps > 0:
        steps, packs = _packed(x, source, coop, pool, unit, steps)
    if steps <= 0:
        return 0
    x.covered_bp[demand] += steps * per_step
    x.delivered[source] += steps * unit
    x.pool[pool] += steps * unit
    x.packs_left[source] -= packs
    x.capital[coop] -= packs * x.pack_idr[source] + steps * own_cash
    x.handling[coop_day] -= steps * grams
    x.cold[coop_day] -= steps * grams * is_cold
    x.purse[purse] -= steps * value
    x.drops[kitchen_day] += not x.drop_lines[drop]
    x.drop_lines[drop] += 1
    if wholesaler >= 0:
        x.order_idr[wholesaler * x.coops + coop] += packs * x.pack_idr[source]
    return steps


def _packed(x: Room, source: int, coop: int, pool: int, unit: int, steps: int) -> tuple[int, int]:
    """Limit the steps by the packs that can be bought; return them and the packs to buy."""
    size, price = x.pack_qty[source], x.pack_idr[source]
    bought = -(-x.pool[pool] // size)
    more = x.packs_left[source]
    if price > 0:
        more = min(more, int(x.capital[coop] // price)) if x.capital[coop] >= 0 else 0
    steps = min(steps, ((bought + more) * size - x.pool[pool]) // unit)
    return steps, max(0, -(-(x.pool[pool] + steps * unit) // size) - bought)


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
