"""Splits the cost of every possible drop over the lines it could carry, so that the relaxation's bound is high.

With the prices of everything shared fixed, each kitchen and day is a small facility location problem: cooperatives
that come cost a drop, lines choose one of them. Dual ascent (Erlenkotter 1978) raises what each line is willing to pay
step by step; what lines pay above an arc's own cost pays for that cooperative's drop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.matching.relaxation import ROWS

if TYPE_CHECKING:
    from service.matching.parameters import Floats, Ints
    from service.matching.relaxation import Bound, Relaxation

PASSES = 15


def split_drops(r: Relaxation, duals: Floats, bound: Bound) -> Bound:
    """Set the relaxation's split from its duals, unless the old split proves more; return the bound."""
    before = r.split
    if not r.p.cooperative_count:  # nobody comes to any kitchen
        return bound
    r.set_split(best_split(r, r.signed(duals)))
    after = r.bound(duals)
    if after.idr >= bound.idr:
        return after
    r.set_split(0.5 * before + 0.5 * r.split)
    after = r.bound(duals)
    if after.idr >= bound.idr:
        return after
    r.set_split(before)
    return bound


def best_split(r: Relaxation, duals: Floats) -> Floats:
    """Return parts of each drop per line and cooperative, by dual ascent."""
    p = r.p
    cost = _cheapest(r, duals)
    kitchen_day = r.kitchen_day
    extra = -duals[r.first["drops"] : r.first["fairness"]].reshape(p.kitchen_count, p.day_count)
    drop = (p.drop_cost.T[:, None, :] + extra[:, :, None]).reshape(extra.size, p.cooperative_count)
    reach = r.reach[:, None]
    pays = _ascend(cost, drop, kitchen_day, reach, p.shortage_cost[:, 0] * p.demand_qty)
    return completed(r, np.maximum(0.0, pays[:, None] - cost) / reach / np.maximum(drop[kitchen_day], 1e-9))


def completed(r: Relaxation, part: Floats) -> Floats:
    """Return parts of each drop that add up to 1 over a kitchen's lines of a day.

    What no line pays for is spread evenly, so that arcs out of use are not free of drops in the next round.
    """
    days = r.p.kitchen_count * r.p.day_count
    total = np.zeros((days, r.p.cooperative_count))
    np.add.at(total, r.kitchen_day, part)
    lines = np.maximum(np.bincount(r.kitchen_day, minlength=days), 1)
    rest = (1 - np.minimum(total, 1.0)) / lines[:, None]
    split: Floats = part / np.maximum(total, 1.0)[r.kitchen_day] + rest[r.kitchen_day]
    return split


def _cheapest(r: Relaxation, duals: Floats) -> Floats:
    """Cost of each line through each cooperative at the shared prices, without drop; infinite where there is no arc."""
    p, at_drop = r.p, ROWS.index("drops")
    prices = duals.copy()
    prices[: p.demand_count] = 0
    drop = r.p.drop_cost[r.arcs.cooperative, r.arcs.kitchen] - prices[r.rows[at_drop]]
    own = r.reduced_cost(prices) - drop * r.entries[at_drop]
    cheapest = np.full(p.demand_count * p.cooperative_count, np.inf)
    np.minimum.at(cheapest, r.arcs.demand * p.cooperative_count + r.arcs.cooperative, own)
    return cheapest.reshape(p.demand_count, p.cooperative_count)


def _ascend(cost: Floats, drop: Floats, kitchen_day: Ints, reach: Floats, most: Floats) -> Floats:
    """Raise what lines pay to the next cooperative's cost, pass by pass, while the drops' costs are not used up."""
    slack = drop.copy()
    pays: Floats = np.minimum(cost.min(axis=1, initial=np.inf), most)
    layers = _layers(kitchen_day)
    for n in range(PASSES):
        for layer in layers:
            own, now, day = cost[layer], pays[layer][:, None], kitchen_day[layer]
            level = np.maximum(own, now)
            limit = (level + slack[day] * reach[layer]).min(axis=1)
            following = np.where(own > now + 1, own, np.inf).min(axis=1) if n < PASSES - 1 else np.inf
            target = np.maximum(np.minimum(np.minimum(limit, most[layer]), following), pays[layer])
            with np.errstate(invalid="ignore"):
                paid = np.nan_to_num(np.maximum(own, target[:, None]) - level, posinf=0.0) / reach[layer]
            slack[day] = np.maximum(0.0, slack[day] - paid)
            pays[layer] = target
    return pays


def _layers(kitchen_day: Ints) -> list[Ints]:
    """Return the first lines of all kitchen-days, then the second ones, and so on."""
    order = np.argsort(kitchen_day, kind="stable")
    if not len(order):
        return []
    day = kitchen_day[order]
    first = np.flatnonzero(np.r_[True, np.diff(day) != 0])
    rank = np.arange(len(order)) - np.repeat(first, np.diff(np.r_[first, len(order)]))
    return [order[rank == n] for n in range(int(rank.max()) + 1)]
