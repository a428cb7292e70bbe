"""The relaxation: a linear programme over priced-in arcs whose duals prove a bound for the whole problem.

It keeps coverage, source quantities, capital, handling, cold, budgets, number of drops, fairness, and share for the
cooperatives that come near their limit at a kitchen; packs may be split, minimums and the terms leftover, suppliers and
the other shares (never negative) are left out. A drop is paid in parts: its
cost is split over the lines it may carry (``split``: parts of one drop, summing to at most 1 over a kitchen's lines of
a day), which is valid for every split, and ``drop_split.py`` looks for the best one. Flow is measured in parts of a
line, so a column is 1 where it serves its line alone.

The bound is not the solver's word. For any duals with the right signs, weak duality gives

    sum(dual x right-hand side) + sum over ALL arcs of min(0, reduced cost) x upper limit

(and the same for the shortage and fairness columns), which is computed here over every arc of the problem.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.closed_pools import goods_of
from service.matching.linear_model import LinearModel, SolverLimits, approximate
from service.matching.problem import BP
from service.matching.variables import drop_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.matching.arcs import Arcs
    from service.matching.closed_pools import Goods
    from service.matching.parameters import Floats, Ints, Parameters, SmallInts

ROWS = ("cover", "source", "capital", "handling", "cold", "budget", "share", "drops", "fairness")
WATCHED_FROM = 0.9
"""Part of a kitchen's share limit from which the share term of a cooperative there is part of the programme."""
SAFETY = 1e-9
"""Share of the bound taken off against rounding of float sums."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Chosen arcs with their flow (parts of a line), and the other columns' values, as a starting point."""

    arc: Ints
    share: Floats
    others: Floats


@dataclass(frozen=True, slots=True)
class Bound:
    """A proven lower bound (rupiah, without the constant of ``change``) and the reduced cost of every arc."""

    idr: float
    reduced_cost: Floats


class Relaxation:
    """The linear programme's rows and every arc's entries in them.

    ``rows`` and ``entries`` have one line per kind of row (``ROWS``) and one column per arc. ``reach`` is the part of
    the most that a line may get which covers it, ``kitchen_day`` the kitchen and day of every line as one number.
    """

    def __init__(self, p: Parameters, arcs: Arcs) -> None:
        self.p, self.arcs = p, arcs
        self.whole_steps = p.demand_qty[arcs.demand] * BP / (arcs.unit * arcs.covers_bp)
        self.upper = arcs.upper / self.whole_steps
        self.drop_key = drop_keys(p, arcs)
        self.lower = arcs.lower / self.whole_steps if arcs.lower.any() else _all(0.0, len(arcs))
        goods = goods_of(p, arcs)
        self._set_rows(goods)
        self.rows, self.entries = self._matrix(goods)
        self.base_cost = (arcs.cost + arcs.haul_cost) * self.whole_steps
        self.reach = p.demand_qty / np.maximum(p.demand_limit_qty, 1)
        self.kitchen_day = p.demand_kitchen * p.day_count + p.demand_day
        lines = np.bincount(self.kitchen_day, minlength=p.kitchen_count * p.day_count)
        even = 1 / np.maximum(lines, 1)[self.kitchen_day]
        self.set_split(np.repeat(even[:, None], p.cooperative_count, axis=1))

    def _set_rows(self, goods: Goods) -> None:
        p = self.p
        most_drops = np.repeat(p.max_drops, p.day_count).astype(np.float64)
        limits = {
            "cover": np.ones(p.demand_count),
            "source": _one(goods.limit_qty),
            "capital": _one(goods.capital_idr),
            "handling": _one(p.handling_g.ravel()),
            "cold": _one(p.cold_g.ravel()),
            "budget": _one(p.purse_idr),
            "share": np.repeat(_one(p.share_limit_idr), p.cooperative_count),
            "drops": most_drops,
            "fairness": _one(p.fair_value_idr),
        }
        sizes = [len(limits[name]) for name in ROWS]
        self.first = dict(zip(ROWS, np.cumsum([0, *sizes]).tolist(), strict=False))
        self.limit = np.concatenate([limits[name] for name in ROWS])
        self.is_at_least = np.zeros(len(self.limit), dtype=bool)
        self.is_at_least[: p.demand_count] = True
        self.is_at_least[self.first["fairness"] :] = True

    def _matrix(self, goods: Goods) -> tuple[SmallInts, list[Floats]]:
        p, a, q = self.p, self.arcs, self.whole_steps
        coop_day, purse = a.cooperative * p.day_count + a.day, p.demand_purse[a.demand]
        cash = a.own_cash + a.pack_cash
        cash[goods.is_closed] = 0.0
        parts = {
            "cover": (a.demand, _all(1.0, len(a))),
            "source": (goods.row, q * a.unit / _some(goods.limit_qty)[goods.row]),
            "capital": (a.cooperative, q * cash / _some(goods.capital_idr)[a.cooperative]),
            "handling": (coop_day, q * a.grams / _some(p.handling_g.ravel())[coop_day]),
            "cold": (coop_day, q * a.grams * p.is_cold[a.item] / _some(p.cold_g.ravel())[coop_day]),
            "budget": (purse, q * a.value / _some(p.purse_idr)[purse]),
            "share": (a.kitchen * p.cooperative_count + a.cooperative, _all(0.0, len(a))),
            "drops": (a.kitchen * p.day_count + a.day, _all(0.0, len(a))),
            "fairness": (a.cooperative, q * a.value / _some(p.fair_value_idr)[a.cooperative]),
        }
        rows = np.empty((len(ROWS), len(a)), dtype=np.int32)  # millions of arcs: every byte is megabytes
        for n, name in enumerate(ROWS):
            rows[n] = self.first[name] + parts[name][0]
        return rows, [parts[name][1] for name in ROWS]

    def set_split(self, split: Floats) -> None:
        """Split each drop's cost over lines; shape (lines, cooperatives)."""
        self.split = split
        a = self.arcs
        part = split[a.demand, a.cooperative] * self.reach[a.demand]
        self.cost = self.base_cost + self.p.drop_cost[a.cooperative, a.kitchen] * part
        self.entries[ROWS.index("drops")] = part

    def set_drop_price(self, price_idr: Floats) -> None:
        """Pay drops by a price per part of a line instead, one per arc: a heuristic that proves no bound."""
        self.cost = self.base_cost + price_idr
        self.entries[ROWS.index("drops")] = _all(0.0, len(self.arcs))

    def clone(self) -> Relaxation:
        """Return the same relaxation, whose costs may then be set apart from this one's."""
        other = copy(self)
        other.entries = list(self.entries)
        return other

    def watch_shares(self, columns: Columns) -> None:
        """Let the share term count for cooperatives near or above their limit at a kitchen, besides those before."""
        p, a, at = self.p, self.arcs, ROWS.index("share")
        pair = self.rows[at] - self.first["share"]
        worth = a.value * self.whole_steps / _some(np.repeat(p.share_limit_idr, p.cooperative_count))[pair]
        part = np.bincount(pair[columns.arc], worth[columns.arc] * columns.share, p.kitchen_count * p.cooperative_count)
        is_watched = (part >= WATCHED_FROM)[pair] | (self.entries[at] > 0)
        self.entries[at] = np.where(is_watched, worth, 0.0)

    def _excess_cost(self) -> Floats:
        """Rupiah per part of a kitchen's share limit in excess, of each kitchen and cooperative."""
        p = self.p
        cost: Floats = np.repeat(_some(p.share_limit_idr), p.cooperative_count) * (p.problem.policy.share_bp / BP)
        return cost

    def signed(self, duals: Floats) -> Floats:
        """Return the duals with those of the wrong sign set to 0."""
        signed: Floats = np.where(self.is_at_least, np.maximum(duals, 0.0), np.minimum(duals, 0.0))
        share = slice(self.first["share"], self.first["drops"])
        signed[share] = np.maximum(signed[share], -self._excess_cost())  # excess has no limit, so it must not pay
        return signed

    def reduced_cost(self, duals: Floats) -> Floats:
        """Cost of every arc less what its rows pay, rupiah per whole line."""
        reduced: Floats = self.cost - duals[self.rows[0]]
        for row, entry in zip(self.rows[1:], self.entries[1:], strict=True):
            paid = duals[row]
            paid *= entry  # millions of arcs: one copy less
            reduced -= paid
        return reduced

    def bound(self, duals: Floats) -> Bound:
        """Prove a lower bound from any duals."""
        duals = self.signed(duals)
        reduced, total, size = self.reduced_cost(duals), 0.0, 0.0
        for part in self._proven(duals, reduced):
            total += float(part.sum())
            size += float(np.abs(part, out=part).sum())
        return Bound(total - SAFETY * size, reduced)

    def _proven(self, duals: Floats, reduced: Floats) -> Iterator[Floats]:
        """Yield what rows, arcs, shortages and lacking value add to the bound, one array after the other."""
        p = self.p
        yield duals * self.limit
        yield reduced * np.where(reduced < 0, self.upper, self.lower)
        short = p.shortage_cost * p.demand_qty[:, None] - duals[: p.demand_count, None]
        yield np.minimum(0.0, short) * p.shortage_width / p.demand_qty[:, None]
        lack = p.problem.policy.fairness_bp / BP * p.fair_value_idr - duals[self.first["fairness"] :]
        yield np.minimum(0.0, lack)

    def model(self, chosen: Ints) -> LinearModel:
        """Return the linear programme over the chosen arcs."""
        p, model = self.p, LinearModel()
        upper = np.where(self.is_at_least, np.inf, self.limit)
        rows = model.add_rows(len(self.limit), lower=np.where(self.is_at_least, self.limit, -np.inf), upper=upper)
        flow = model.add_columns(len(chosen), lower=self.lower[chosen], upper=self.upper[chosen])
        model.add_cost(flow, self.cost[chosen])
        for row, entry in zip(self.rows, self.entries, strict=True):
            model.add_entries(row[chosen].astype(np.int64), flow, entry[chosen])
        width = p.shortage_width / p.demand_qty[:, None]
        short = model.add_columns(width.size, upper=width.ravel())
        model.add_cost(short, (p.shortage_cost * p.demand_qty[:, None]).ravel())
        model.add_entries(np.repeat(rows[: p.demand_count], width.shape[1]), short, 1.0)
        lack = model.add_columns(p.cooperative_count, upper=1.0)
        model.add_cost(lack, p.problem.policy.fairness_bp / BP * p.fair_value_idr)
        model.add_entries(rows[self.first["fairness"] :], lack, 1.0)
        shares = rows[self.first["share"] : self.first["drops"]]
        excess = model.add_columns(len(shares))
        model.add_cost(excess, self._excess_cost())
        model.add_entries(shares, excess, -1.0)
        return model

    def solve(self, start: Columns, duals: Floats, limits: SolverLimits, *, iterations: int) -> tuple[Columns, Floats]:
        """Solve roughly over the start's arcs; return the columns with their new flow, and the duals."""
        values = np.concatenate([start.share, start.others])
        answer = approximate(self.model(start.arc), limits, iterations=iterations, values=values, duals=duals)
        return self.columns(start, answer.values), answer.duals

    def columns(self, start: Columns, values: Floats) -> Columns:
        """Return the same arcs and other columns with the values that a solver gave the columns of ``model``."""
        count = len(start.arc)
        return Columns(start.arc, np.maximum(values[:count], 0.0), values[count : count + len(start.others)])

    def start(self, chosen: Ints) -> tuple[Columns, Floats]:
        """Return columns without flow, all lines short, and duals of zero."""
        p = self.p
        short = (p.shortage_width / p.demand_qty[:, None]).ravel()
        others = np.concatenate([short, np.ones(p.cooperative_count), np.zeros(p.kitchen_count * p.cooperative_count)])
        return Columns(chosen, self.lower[chosen], others), np.zeros(len(self.limit))


def _all(value: float, count: int) -> Floats:
    """Return one value for every arc, in the room of one."""
    return np.broadcast_to(np.float64(value), count)


def _one(limit: Ints | Floats) -> Floats:
    """Return 1 where there is a limit to measure by, else 0."""
    return (limit > 0).astype(np.float64)


def _some(limit: Ints | Floats) -> Floats:
    return np.maximum(limit, 1).astype(np.float64)
