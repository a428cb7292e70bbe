"""Small matching problems: every part has plain defaults, a test says only what its rule is about.

By default one kitchen and one cooperative stand on the same spot, so that distances cost nothing unless a test moves
one of them; 1,000 m north is ``NORTH_1_KM``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from service.matching.problem import (
    Cooperative,
    Demand,
    Item,
    Kitchen,
    Line,
    Offer,
    PricedPolicy,
    Problem,
    ShortageStep,
    Stock,
    Substitute,
    TierPrices,
    Wholesaler,
)

HERE = {"lat": -6.6, "lon": 106.8}
NORTH_1_KM = {"lat": -6.6 + 0.008993203, "lon": 106.8}
ONE_STEP = (ShortageStep(above_bp=0, factor_bp=10_000),)
FREE_POLICY = PricedPolicy(
    drop_idr=0,
    drop_idr_per_km=0,
    carry_idr_per_kg_km=0,
    freight_idr_per_kg_km=0,
    tier_idr_per_kg=TierPrices(kelurahan=0, kecamatan=0, city=0),
    wholesale_idr_per_kg=0,
    fairness_bp=0,
    share_bp=0,
    supplier_gap_idr=0,
    supplier_min_value_idr=0,
    change_idr_per_kg=0,
    shortage_steps=ONE_STEP,
)
"""Only goods and shortage cost anything."""


def policy(**changes: Any) -> PricedPolicy:
    return replace(FREE_POLICY, **changes)


def item(name: str = "RICE", **changes: Any) -> Item:
    values = {"unit": "g", "per": 1000, "step": 1000, "weight_g": 1, "cold": False, "shortage_idr": 100_000}
    return Item(id=name, **{**values, "leftover_bp": 0, **changes})


def kitchen(name: str = "K1", **changes: Any) -> Kitchen:
    values = {"kelurahan": "V1", "kecamatan": "D1", **HERE, "budget_idr": {"ingredient": 10**9}}
    return Kitchen(id=name, **{**values, "max_drops_per_day": 9, "min_suppliers": 0, "max_share_bp": 10_000, **changes})


def cooperative(name: str = "C1", *, days: int = 2, **changes: Any) -> Cooperative:
    values = {"kelurahan": "V1", "kecamatan": "D1", **HERE, "radius_m": 5_000, "capital_idr": 10**9}
    values |= {"handling_g": (10**9,) * days, "cold_g": (10**9,) * days, "markup_bp": 0, "fair_value_idr": 0}
    return Cooperative(id=name, **{**values, **changes})


def wholesaler(name: str = "W1", **changes: Any) -> Wholesaler:
    return Wholesaler(id=name, **{**HERE, "min_order_idr": 0, **changes})


def offer(name: str = "O1", **changes: Any) -> Offer:
    values = {"cooperative": "C1", "item": "RICE", "qty": 100_000, "price_idr": 10_000, "from_day": 0, "to_day": 1}
    return Offer(id=name, **{**values, "min_qty": 0, "cash_bp": 0, "supplier": "C1", **changes})


def stock(name: str = "S1", **changes: Any) -> Stock:
    values = {"wholesaler": "W1", "item": "RICE", "packs": 10, "pack_qty": 10_000, "price_idr": 90_000}
    return Stock(id=name, **{**values, "from_day": 0, "to_day": 1, "supplier": "W1", **changes})


def demand(name: str = "D1", **changes: Any) -> Demand:
    values = {"kitchen": "K1", "item": "RICE", "day": 0, "qty": 20_000, "max_price_idr": 15_000, "budget": "ingredient"}
    return Demand(id=name, **{**values, "substitutes": (), **changes})


def substitute(name: str = "NOODLE", **changes: Any) -> Substitute:
    return Substitute(item=name, **{"covers_bp": 10_000, "max_price_idr": 15_000, "penalty_idr": 0, **changes})


def line(**changes: Any) -> Line:
    values = {"demand": "D1", "source": "O1", "cooperative": "C1", "item": "RICE", "qty": 20_000}
    return Line(**{**values, **changes})


def problem(**parts: Any) -> Problem:
    """One kitchen, one cooperative, one wholesaler, one line of 20 kg, two days; no supply unless given."""
    values: dict[str, Any] = {
        "name": "small",
        "days": ("2026-11-30", "2026-12-01"),
        "policy": FREE_POLICY,
        "items": (item(),),
        "kitchens": (kitchen(),),
        "cooperatives": (cooperative(),),
        "wholesalers": (wholesaler(),),
        "offers": (),
        "stocks": (),
        "demands": (demand(),),
    }
    return Problem(**{**values, **parts})
