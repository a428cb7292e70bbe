"""The weekly matching problem of one region: immutable input of the optimiser.

All numbers are integers: quantities in base units (g, ml, pc), money in whole rupiah, distances in metres, weights in
grams, days as indices into ``Problem.days``, shares in basis points (``_bp``, 1/10,000). ``per`` is the number of base
units that a price speaks of (1,000 for g and ml, 1 for pc). A value is checked when the problem is read
(``reader.py``); everything after it may rely on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PROBLEM_FORMAT = "pasok-problem/1"

BP = 10_000
"""Basis points in a whole."""

Unit = Literal["g", "ml", "pc"]


@dataclass(frozen=True, slots=True)
class ShortageStep:
    """The part of a line's shortage above ``above_bp`` of it counts ``factor_bp`` of the item's shortage price."""

    above_bp: int
    factor_bp: int


@dataclass(frozen=True, slots=True)
class TierPrices:
    """Rupiah per kilogram for goods that come from the same kelurahan, the same kecamatan, elsewhere in the city."""

    kelurahan: int
    kecamatan: int
    city: int


@dataclass(frozen=True, slots=True)
class PricedPolicy:
    """What the city pays for each soft goal, in rupiah; the objective has no other weight."""

    drop_idr: int
    drop_idr_per_km: int
    carry_idr_per_kg_km: int
    freight_idr_per_kg_km: int
    tier_idr_per_kg: TierPrices
    wholesale_idr_per_kg: int
    fairness_bp: int
    share_bp: int
    supplier_gap_idr: int
    supplier_min_value_idr: int
    change_idr_per_kg: int
    shortage_steps: tuple[ShortageStep, ...]


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    unit: Unit
    per: int
    step: int
    weight_g: int
    cold: bool
    shortage_idr: int
    leftover_bp: int


@dataclass(frozen=True, slots=True)
class Kitchen:
    id: str
    kelurahan: str
    kecamatan: str
    lat: float
    lon: float
    budget_idr: dict[str, int]
    max_drops_per_day: int
    min_suppliers: int
    max_share_bp: int


@dataclass(frozen=True, slots=True)
class Cooperative:
    id: str
    kelurahan: str
    kecamatan: str
    lat: float
    lon: float
    radius_m: int
    capital_idr: int
    handling_g: tuple[int, ...]
    cold_g: tuple[int, ...]
    markup_bp: int
    fair_value_idr: int


@dataclass(frozen=True, slots=True)
class Wholesaler:
    id: str
    lat: float
    lon: float
    min_order_idr: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Goods a cooperative sells itself; ``min_qty`` is in total or nothing."""

    id: str
    cooperative: str
    item: str
    qty: int
    price_idr: int
    from_day: int
    to_day: int
    min_qty: int
    cash_bp: int
    supplier: str


@dataclass(frozen=True, slots=True)
class Stock:
    """Packs at a wholesaler that any cooperative may buy whole; ``price_idr`` is per pack."""

    id: str
    wholesaler: str
    item: str
    packs: int
    pack_qty: int
    price_idr: int
    from_day: int
    to_day: int
    supplier: str


@dataclass(frozen=True, slots=True)
class Substitute:
    item: str
    covers_bp: int
    max_price_idr: int
    penalty_idr: int


@dataclass(frozen=True, slots=True)
class Demand:
    id: str
    kitchen: str
    item: str
    day: int
    qty: int
    max_price_idr: int
    budget: str
    substitutes: tuple[Substitute, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One promised or planned delivery: demand, source (offer or stock), cooperative, item, quantity in base units."""

    demand: str
    source: str
    cooperative: str
    item: str
    qty: int


@dataclass(frozen=True, slots=True)
class Problem:
    name: str
    days: tuple[str, ...]
    policy: PricedPolicy
    items: tuple[Item, ...]
    kitchens: tuple[Kitchen, ...]
    cooperatives: tuple[Cooperative, ...]
    wholesalers: tuple[Wholesaler, ...]
    offers: tuple[Offer, ...]
    stocks: tuple[Stock, ...]
    demands: tuple[Demand, ...]
    fixed: tuple[Line, ...] = ()
    previous: tuple[Line, ...] = ()
