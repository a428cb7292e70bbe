"""Where one source could go at all: every line that takes its item, through every cooperative that may bring it.

Which rules keep each of these ways shut, and at what price the source would be worth taking there at first sight; the
sight only chooses what is then solved exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.problem import BP

if TYPE_CHECKING:
    from service.matching.parameters import Bools, Floats, Ints
    from service.matching.why.market import Market


@dataclass(frozen=True, slots=True)
class Reach:
    """Ways of one source: arrays over (cooperative, line) pairs, flattened; ``worth`` is in rupiah per ``per``.

    ``worth`` is the price to the kitchen at which a way would break even at first sight; ``lifted`` the same if nothing
    were promised to others. Each ``*_ok`` says whether a
    rule lets a way through by itself, whatever the plan.
    """

    cooperative: Ints
    demand: Ints
    limit_idr: Ints
    price_idr: Ints
    worth_idr: Floats
    lifted_idr: Floats
    far_idr: Floats
    day_ok: Bools
    near_ok: Bools
    price_ok: Bools
    cold_ok: Bools
    handling_ok: Bools
    qty_ok: Bools

    @property
    def is_open(self) -> Bools:
        """Ways that every rule but the price lets through."""
        return self.day_ok & self.near_ok & self.cold_ok & self.handling_ok & self.qty_ok

    def __len__(self) -> int:
        return len(self.demand)


class Ways:
    """Which lines take which item on which terms, and what serving a line otherwise costs now."""

    def __init__(self, market: Market) -> None:
        items = {item.id: n for n, item in enumerate(market.problem.items)}
        rows = []
        for n, d in enumerate(market.problem.demands):
            rows.append((items[d.item], n, BP, d.max_price_idr, 0))
            rows += [(items[s.item], n, s.covers_bp, s.max_price_idr, s.penalty_idr) for s in d.substitutes]
        table = np.array(rows, dtype=np.int64).reshape(-1, 5)
        table = table[np.argsort(table[:, 0], kind="stable")]
        first = np.searchsorted(table[:, 0], np.arange(len(items) + 1))
        self._of_item = [table[first[n] : first[n + 1], 1:] for n in range(len(items))]
        self.market = market
        self._worth = _worth(market, market.fixed_qty < market.steps * market.lines.unit)
        self._lifted = _worth(market, np.ones(len(market.steps), dtype=bool))

    def reach(self, source: int) -> Reach:
        """Look at every way of one source."""
        p = self.market.p
        item = int(p.source_item[source])
        lines, covers, limit, penalty = self._of_item[item].T
        coops = np.flatnonzero(p.source_price[source] >= 0)
        grams = int(p.step[item] * p.weight_g[item])
        at = np.ix_(coops, p.demand_kitchen[lines])
        day = p.demand_day[lines]
        capacity = np.ix_(coops, day)
        shape = len(coops), len(lines)
        far = self._far_idr(source, coops, lines)
        worth, lifted = (
            (each[lines] * covers / BP * p.per[item] - penalty)[None, :] - far for each in (self._worth, self._lifted)
        )
        price = p.source_price[source, coops]
        return Reach(
            cooperative=np.repeat(coops, shape[1]),
            demand=np.tile(lines, shape[0]),
            limit_idr=np.tile(limit, shape[0]),
            price_idr=np.repeat(price, shape[1]),
            worth_idr=worth.ravel(),
            lifted_idr=lifted.ravel(),
            far_idr=far.ravel(),
            day_ok=np.tile((day >= p.source_from[source]) & (day <= p.source_to[source]), shape[0]),
            near_ok=p.is_near[at].ravel(),
            price_ok=(price[:, None] <= limit[None, :]).ravel(),
            cold_ok=(p.cold_g[capacity] >= grams).ravel() if p.is_cold[item] else np.ones(worth.size, dtype=bool),
            handling_ok=(p.handling_g[capacity] >= grams).ravel(),
            qty_ok=np.full(worth.size, bool(p.source_limit_qty[source] >= p.step[item])),
        )

    def _far_idr(self, source: int, coops: Ints, lines: Ints) -> Floats:
        """What the way costs, in rupiah per ``per``: carrying, locality, freight, a drop not yet made."""
        p, policy = self.market.p, self.market.problem.policy
        item, kitchen = int(p.source_item[source]), p.demand_kitchen[lines]
        kg = p.per[item] * p.weight_g[item] / 1000
        at = np.ix_(coops, kitchen)
        cost = kg * (p.distance_m[at] / 1000 * policy.carry_idr_per_kg_km + p.tier_idr[at])
        if source >= p.offer_count:
            haul = p.haul_m[p.source_wholesaler[source], coops] / 1000 * policy.freight_idr_per_kg_km
            cost = cost + kg * (haul[:, None] + policy.wholesale_idr_per_kg)
        comes = self.market.usage.drop_lines[kitchen * p.day_count + p.demand_day[lines]][:, coops].T > 0
        lot = np.maximum(1, np.minimum(p.demand_qty[lines], p.source_limit_qty[source])) / p.per[item]
        found: Floats = cost + np.where(comes, 0.0, p.drop_cost[at] / lot[None, :])
        return found


def _worth(market: Market, free: Bools) -> Floats:
    """Rupiah per covered base unit of every line: of its dearest supply that may go, or of its shortage."""
    p, lines = market.p, market.lines
    policy, qty = market.problem.policy, market.steps * lines.unit
    kg = lines.grams / 1000
    cost = lines.value + kg * p.distance_m[lines.cooperative, lines.kitchen] / 1000 * policy.carry_idr_per_kg_km
    cost = cost + kg * p.tier_idr[lines.cooperative, lines.kitchen]
    stock = np.flatnonzero(lines.source >= p.offer_count)
    haul = p.haul_m[p.source_wholesaler[lines.source[stock]], lines.cooperative[stock]] / 1000
    cost[stock] += kg[stock] * (haul * policy.freight_idr_per_kg_km + policy.wholesale_idr_per_kg)
    alone = market.usage.drop_lines[lines.kitchen * p.day_count + lines.day, lines.cooperative] == 1
    drop = alone * p.drop_cost[lines.cooperative, lines.kitchen] / np.maximum(1, qty)
    covered = np.maximum(1, lines.unit * lines.covers_bp) / BP
    worth = np.zeros(p.demand_count)
    np.maximum.at(worth, lines.demand[free], (cost / covered + drop)[free])
    short = p.demand_qty * BP - market.usage.covered_bp > 0
    dear = p.shortage_cost[:, 0] if p.shortage_cost.size else worth
    return np.where(short, np.maximum(worth, dear), worth)
