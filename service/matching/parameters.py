"""Sets and parameters of the model as arrays; the letters are those of ``README.md``.

Every list of the problem is sorted by id first, so the order of the input never changes a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from service.matching.canonical import canonical
from service.matching.geography import locality_tier, metres_matrix
from service.matching.prices import price_to_kitchen
from service.matching.problem import BP

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from service.matching.problem import Offer, Problem, Stock

Ints = np.ndarray[Any, np.dtype[np.int64]]
SmallInts = np.ndarray[Any, np.dtype[np.int32]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Parameters:
    """One problem as arrays over its sets.

    Sets: items, kitchens, cooperatives, wholesalers, sources (offers, then stocks), demands (lines), days, purses
    (a kitchen's budget lines in use) and suppliers. ``source_*`` of a field that only one kind of source has is 0 (or
    -1 for an index) for the other kind.
    """

    problem: Problem
    day_count: int
    step: Ints
    per: Ints
    weight_g: Ints
    is_cold: Bools
    leftover_share: Floats
    demand_kitchen: Ints
    demand_item: Ints
    demand_day: Ints
    demand_qty: Ints
    demand_purse: Ints
    demand_limit_qty: Ints
    shortage_width: Floats
    shortage_cost: Floats
    purse_kitchen: Ints
    purse_idr: Floats
    max_drops: Ints
    min_suppliers: Ints
    share_limit_idr: Floats
    capital_idr: Floats
    handling_g: Ints
    cold_g: Ints
    fair_value_idr: Floats
    distance_m: Ints
    haul_m: Ints
    is_near: Bools
    tier_idr: Ints
    drop_cost: Floats
    offer_count: int
    source_item: Ints
    source_supplier: Ints
    source_limit_qty: Ints
    source_min_qty: Ints
    source_from: Ints
    source_to: Ints
    source_cash_share: Floats
    source_wholesaler: Ints
    source_pack_qty: Ints
    source_pack_idr: Ints
    source_packs: Ints
    source_price: Ints
    min_order_idr: Ints
    supplier_ids: tuple[str, ...]

    @property
    def source_count(self) -> int:
        """Number of offers and stocks."""
        return len(self.source_item)

    @property
    def cooperative_count(self) -> int:
        """Number of cooperatives."""
        return len(self.capital_idr)

    @property
    def kitchen_count(self) -> int:
        """Number of kitchens."""
        return len(self.max_drops)

    @property
    def demand_count(self) -> int:
        """Number of demand lines."""
        return len(self.demand_qty)

    def source_index(self) -> dict[str, int]:
        """Return the position of every source by its id."""
        names = [offer.id for offer in self.problem.offers] + [stock.id for stock in self.problem.stocks]
        return {name: n for n, name in enumerate(names)}


def parameters_of(problem: Problem) -> Parameters:
    """Turn a valid problem, in any order, into arrays: rupiah, base units, grams and metres."""
    problem = canonical(problem)
    item_index = _positions(problem.items)
    kitchen_index = _positions(problem.kitchens)
    return Parameters(
        problem=problem,
        day_count=len(problem.days),
        **_item_fields(problem),
        **_demand_fields(problem, item_index, kitchen_index),
        **_kitchen_fields(problem),
        **_cooperative_fields(problem),
        **_distance_fields(problem),
        **_source_fields(problem, item_index),
    )


def integers(values: Iterable[int]) -> Ints:
    """Return whole numbers as an array."""
    return np.fromiter(values, dtype=np.int64)


def _positions(records: Sequence[Any]) -> dict[str, int]:
    return {record.id: n for n, record in enumerate(records)}


def _item_fields(problem: Problem) -> dict[str, Any]:
    return {
        "step": integers(x.step for x in problem.items),
        "per": integers(x.per for x in problem.items),
        "weight_g": integers(x.weight_g for x in problem.items),
        "is_cold": np.array([x.cold for x in problem.items], dtype=bool),
        "leftover_share": integers(x.leftover_bp for x in problem.items) / BP,
    }


def _demand_fields(problem: Problem, items: dict[str, int], kitchens: dict[str, int]) -> dict[str, Any]:
    demands, steps = problem.demands, problem.policy.shortage_steps
    item = integers(items[d.item] for d in demands)
    qty = integers(d.qty for d in demands)
    step = integers(x.step for x in problem.items)
    price = np.array([x.shortage_idr / x.per for x in problem.items], dtype=np.float64)
    purses = sorted({(kitchens[d.kitchen], d.budget) for d in demands})
    purse_index = {purse: n for n, purse in enumerate(purses)}
    edges = np.array([s.above_bp / BP for s in steps] + [1.0])
    factor = np.array([s.factor_bp / BP for s in steps])
    return {
        "demand_kitchen": integers(kitchens[d.kitchen] for d in demands),
        "demand_item": item,
        "demand_day": integers(d.day for d in demands),
        "demand_qty": qty,
        "demand_purse": integers(purse_index[kitchens[d.kitchen], d.budget] for d in demands),
        "demand_limit_qty": qty + step[item] - 1 if len(item) else qty,
        "shortage_width": np.outer(qty, np.maximum(np.diff(edges), 0.0)),
        "shortage_cost": np.outer(price[item] if len(item) else np.zeros(0), factor),
        "purse_kitchen": integers(kitchen for kitchen, _ in purses),
        "purse_idr": np.array([problem.kitchens[k].budget_idr.get(line, 0) for k, line in purses], dtype=np.float64),
    }


def _kitchen_fields(problem: Problem) -> dict[str, Any]:
    per = {x.id: x.per for x in problem.items}
    need = dict.fromkeys((k.id for k in problem.kitchens), 0.0)
    for d in problem.demands:
        need[d.kitchen] += d.qty * d.max_price_idr / per[d.item]
    return {
        "max_drops": integers(k.max_drops_per_day for k in problem.kitchens),
        "min_suppliers": integers(k.min_suppliers for k in problem.kitchens),
        "share_limit_idr": np.array([k.max_share_bp / BP * need[k.id] for k in problem.kitchens], dtype=np.float64),
    }


def _cooperative_fields(problem: Problem) -> dict[str, Any]:
    shape = len(problem.cooperatives), len(problem.days)
    return {
        "capital_idr": np.array([c.capital_idr for c in problem.cooperatives], dtype=np.float64),
        "handling_g": np.array([c.handling_g for c in problem.cooperatives], dtype=np.int64).reshape(shape),
        "cold_g": np.array([c.cold_g for c in problem.cooperatives], dtype=np.int64).reshape(shape),
        "fair_value_idr": np.array([c.fair_value_idr for c in problem.cooperatives], dtype=np.float64),
    }


def _distance_fields(problem: Problem) -> dict[str, Any]:
    policy, coops, kitchens = problem.policy, problem.cooperatives, problem.kitchens
    distance = metres_matrix(coops, kitchens)
    tiers = policy.tier_idr_per_kg
    tier = [[getattr(tiers, locality_tier(c, k).value) for k in kitchens] for c in coops]
    return {
        "distance_m": distance,
        "haul_m": metres_matrix(problem.wholesalers, coops),
        "is_near": distance <= integers(c.radius_m for c in coops)[:, None],
        "tier_idr": np.array(tier, dtype=np.int64).reshape(distance.shape),
        "drop_cost": policy.drop_idr + distance / 1000 * policy.drop_idr_per_km,
        "min_order_idr": integers(w.min_order_idr for w in problem.wholesalers),
    }


def _source_fields(problem: Problem, items: dict[str, int]) -> dict[str, Any]:
    offers, stocks = problem.offers, problem.stocks
    sources: tuple[Offer | Stock, ...] = (*offers, *stocks)
    blank, wholesalers = [0] * len(stocks), _positions(problem.wholesalers)
    supplier_ids = tuple(sorted({x.supplier for x in sources}))
    supplier_index = {name: n for n, name in enumerate(supplier_ids)}
    return {
        "offer_count": len(offers),
        "source_item": integers(items[x.item] for x in sources),
        "source_supplier": integers(supplier_index[x.supplier] for x in sources),
        "source_limit_qty": integers([o.qty for o in offers] + [s.packs * s.pack_qty for s in stocks]),
        "source_min_qty": integers([o.min_qty for o in offers] + blank),
        "source_from": integers(x.from_day for x in sources),
        "source_to": integers(x.to_day for x in sources),
        "source_cash_share": integers([o.cash_bp for o in offers] + blank) / BP,
        "source_wholesaler": integers([-1] * len(offers) + [wholesalers[s.wholesaler] for s in stocks]),
        "source_pack_qty": integers([1] * len(offers) + [s.pack_qty for s in stocks]),
        "source_pack_idr": integers([0] * len(offers) + [s.price_idr for s in stocks]),
        "source_packs": integers([0] * len(offers) + [s.packs for s in stocks]),
        "source_price": _prices(problem, items),
        "supplier_ids": supplier_ids,
    }


def _prices(problem: Problem, items: dict[str, int]) -> NDArray[np.int64]:
    """Price to the kitchen of every source through every cooperative; -1 where the cooperative cannot deliver it."""
    coops = _positions(problem.cooperatives)
    price = np.full((len(problem.offers) + len(problem.stocks), len(coops)), -1, dtype=np.int64)
    for n, offer in enumerate(problem.offers):
        price[n, coops[offer.cooperative]] = offer.price_idr
    markups: dict[int, list[int]] = {}
    for n, coop in enumerate(problem.cooperatives):
        markups.setdefault(coop.markup_bp, []).append(n)
    for n, stock in enumerate(problem.stocks, start=len(problem.offers)):
        for members in markups.values():
            first = problem.cooperatives[members[0]]
            price[n, members] = price_to_kitchen(stock, problem.items[items[stock.item]], first)
    return price
