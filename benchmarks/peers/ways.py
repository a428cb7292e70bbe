"""Every delivery that the file format allows by itself, with its coefficients: rules 2, 3, 4 and 6 line by line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.peers.model import Bools, Floats, Ints
from service.matching.problem import BP, Cooperative, Demand, Item, Kitchen, Problem, Stock, Wholesaler

EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Ways:
    """Deliveries (demand, source, cooperative) as positions in the problem's lists; offers come before stocks.

    A way is counted in steps of the item delivered: ``unit`` base units, covering ``covers`` base units of the item
    demanded, worth ``value_idr``, weighing ``weight_g``, for ``cost_idr``; at most ``most`` steps.
    """

    demand: Ints
    source: Ints
    cooperative: Ints
    kitchen: Ints
    day: Ints
    item: Ints
    unit: Ints
    covers: Floats
    value_idr: Floats
    weight_g: Ints
    cost_idr: Floats
    most: Ints

    def __len__(self) -> int:
        """Return the number of ways."""
        return len(self.demand)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Who could deliver an item from where: a row for every offer, and for every stock through every cooperative."""

    source: Ints
    cooperative: Ints
    price_idr: Ints
    from_day: Ints
    to_day: Ints
    most_qty: Ints


def metres(a: Cooperative | Wholesaler, b: Kitchen | Cooperative) -> int:
    """Haversine distance in whole metres."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h))))


def distances(origins: Sequence[Cooperative | Wholesaler], targets: Sequence[Kitchen | Cooperative]) -> Ints:
    """Metres from each origin to each target."""
    rows = [[metres(origin, target) for target in targets] for origin in origins]
    return np.array(rows, dtype=np.int64).reshape(len(origins), len(targets))


def positions(things: Sequence[Item | Kitchen | Cooperative | Wholesaler | Demand]) -> dict[str, int]:
    """Return the place of each id in its list."""
    return {thing.id: n for n, thing in enumerate(things)}


def ways_of(problem: Problem) -> Ways:
    """List the ways, line by line."""
    items, kitchens = positions(problem.items), positions(problem.kitchens)
    shelves = [_shelf(problem, item) for item in problem.items]
    distance_m = distances(problem.cooperatives, problem.kitchens)
    radius_m = np.array([c.radius_m for c in problem.cooperatives], dtype=np.int64)
    is_near = distance_m <= radius_m[:, None]
    parts: list[tuple[Ints, ...]] = []
    for n, demand in enumerate(problem.demands):
        for name, covers_bp, limit_idr, penalty_idr in _terms(demand):
            item, kitchen = problem.items[items[name]], kitchens[demand.kitchen]
            shelf = shelves[items[name]]
            step = problem.items[items[demand.item]].step
            most = np.minimum((demand.qty + step - 1) * BP // (covers_bp * item.step), shelf.most_qty // item.step)
            taken = np.flatnonzero(_is_allowed(shelf, demand, limit_idr, is_near[:, kitchen]) & (most > 0))
            same = (n, kitchen, demand.day, items[name], covers_bp, penalty_idr)
            alike = tuple(np.full(len(taken), value, dtype=np.int64) for value in same)
            parts.append((*alike, shelf.source[taken], shelf.cooperative[taken], shelf.price_idr[taken], most[taken]))
    columns = [np.concatenate(part) for part in zip(*parts, strict=True)] if parts else [np.zeros(0, np.int64)] * 10
    return _priced(problem, columns, distance_m)


def _terms(demand: Demand) -> Iterator[tuple[str, int, int, int]]:
    """Item, what it covers in bp, price limit, penalty: the demanded item first."""
    yield demand.item, BP, demand.max_price_idr, 0
    for other in demand.substitutes:
        yield other.item, other.covers_bp, other.max_price_idr, other.penalty_idr


def _is_allowed(shelf: Shelf, demand: Demand, limit_idr: int, is_near: Bools) -> Bools:
    """Rules 2 and 3 (days), 4 (price limit), 6 (radius)."""
    in_time = (shelf.from_day <= demand.day) & (demand.day <= shelf.to_day)
    return in_time & (shelf.price_idr <= limit_idr) & is_near[shelf.cooperative]


def _shelf(problem: Problem, item: Item) -> Shelf:
    """Rules 2 and 3: an offer goes by its own cooperative, a stock by any, at its price to the kitchen."""
    cooperatives = positions(problem.cooperatives)
    rows = [
        (n, cooperatives[offer.cooperative], offer.price_idr, offer.from_day, offer.to_day, offer.qty)
        for n, offer in enumerate(problem.offers)
        if offer.item == item.id
    ]
    for n, stock in enumerate(problem.stocks, start=len(problem.offers)):
        if stock.item == item.id:
            for c, cooperative in enumerate(problem.cooperatives):
                price_idr = _price_idr(stock, item, cooperative)
                rows.append((n, c, price_idr, stock.from_day, stock.to_day, stock.packs * stock.pack_qty))
    columns = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    return Shelf(*columns)


def _price_idr(stock: Stock, item: Item, cooperative: Cooperative) -> int:
    """Rule 3: the pack price with the mark-up, per ``per``, rounded up."""
    return -(-stock.price_idr * item.per * (BP + cooperative.markup_bp) // (stock.pack_qty * BP))


def _priced(problem: Problem, columns: Sequence[Ints], distance_m: Ints) -> Ways:
    """Add what a step is worth, weighs and costs: goods, carry, locality, substitution."""
    demand, kitchen, day, item, covers_bp, penalty_idr, source, cooperative, price_idr, most = columns
    policy = problem.policy
    unit = np.array([x.step for x in problem.items], dtype=np.int64)[item]
    per = np.array([x.per for x in problem.items], dtype=np.int64)[item]
    weight_g = unit * np.array([x.weight_g for x in problem.items], dtype=np.int64)[item]
    kg, km = weight_g / 1000, distance_m[cooperative, kitchen] / 1000
    wholesale = np.where(source < len(problem.offers), 0, policy.wholesale_idr_per_kg)
    goods, substitution = unit * price_idr / per, unit * penalty_idr / per
    carry = kg * km * policy.carry_idr_per_kg_km
    locality = kg * (_tiers(problem)[cooperative, kitchen] + wholesale)
    return Ways(
        demand=demand,
        source=source,
        cooperative=cooperative,
        kitchen=kitchen,
        day=day,
        item=item,
        unit=unit,
        covers=unit * covers_bp / BP,
        value_idr=goods,
        weight_g=weight_g,
        cost_idr=goods + carry + locality + substitution,
        most=most,
    )


def _tiers(problem: Problem) -> Ints:
    """Rupiah per kg by how near each cooperative is to each kitchen."""
    prices = problem.policy.tier_idr_per_kg

    def tier(c: Cooperative, k: Kitchen) -> int:
        if c.kelurahan == k.kelurahan:
            return prices.kelurahan
        return prices.kecamatan if c.kecamatan == k.kecamatan else prices.city

    rows = [[tier(c, k) for k in problem.kitchens] for c in problem.cooperatives]
    return np.array(rows, dtype=np.int64).reshape(len(problem.cooperatives), len(problem.kitchens))
