"""The fields of a problem's and of a plan's document, with their limits.

The limits keep every sum of products within 64 bits: single values here, a quantity times its price or weight in
``references.py``, and a list has at most 100,000 entries.
"""

from __future__ import annotations

import math
from typing import Final

from service.matching.fields import (
    Boolean,
    Degrees,
    Faults,
    Field,
    Fields,
    Integer,
    IsoDate,
    ListOf,
    MapOf,
    Text,
    kind_of,
)
from service.matching.plan import PLAN_FORMAT, PlanStatus
from service.matching.problem import BP, PROBLEM_FORMAT

MAX_DAYS: Final = 366
MAX_ENTRIES: Final = 100_000
MAX_QTY: Final = 10**9
MAX_PRICE_IDR: Final = 10**9
MAX_MONEY_IDR: Final = 10**13
MAX_TOTAL_IDR: Final = 10**18
MAX_WEIGHT_G: Final = 10**12
MAX_UNIT_WEIGHT_G: Final = 10**6
MAX_RADIUS_M: Final = 10**8
MAX_COUNT: Final = 10**4
MAX_MULTIPLE_BP: Final = 100 * BP
MAX_LINE_VALUE: Final = 5 * 10**13
"""Largest quantity x price of one line: 100,000 of them stay below 2^63."""

_TEXT = Text()
_SHARE = Integer(0, BP)
_MULTIPLE = Integer(0, MAX_MULTIPLE_BP)
_PRICE = Integer(0, MAX_PRICE_IDR)
_MONEY = Integer(0, MAX_MONEY_IDR)
_QTY = Integer(0, MAX_QTY)
_SOME_QTY = Integer(1, MAX_QTY)
_DAY = Integer(0, MAX_DAYS - 1)
_COUNT = Integer(0, MAX_COUNT)
_SPOT: Final[dict[str, Field]] = {"lat": Degrees(90), "lon": Degrees(180)}
_CODES: Final[dict[str, Field]] = {"kelurahan": _TEXT, "kecamatan": _TEXT}
_DAYS: Final[dict[str, Field]] = {"from_day": _DAY, "to_day": _DAY}
_WEIGHTS = ListOf(Integer(0, MAX_WEIGHT_G), 0, MAX_DAYS)

_TIERS = Fields({"kelurahan": _PRICE, "kecamatan": _PRICE, "city": _PRICE})
_STEP = Fields({"above_bp": _SHARE, "factor_bp": _MULTIPLE})
_POLICY = Fields(
    {
        "drop_idr": _PRICE,
        "drop_idr_per_km": _PRICE,
        "carry_idr_per_kg_km": _PRICE,
        "freight_idr_per_kg_km": _PRICE,
        "tier_idr_per_kg": _TIERS,
        "wholesale_idr_per_kg": _PRICE,
        "fairness_bp": _MULTIPLE,
        "share_bp": _MULTIPLE,
        "supplier_gap_idr": _PRICE,
        "supplier_min_value_idr": _MONEY,
        "change_idr_per_kg": _PRICE,
        "shortage_steps": ListOf(_STEP, 1, 100),
    }
)
_ITEM = Fields(
    {
        "id": _TEXT,
        "unit": Text(("g", "ml", "pc")),
        "per": Integer(1, 1000),
        "step": _SOME_QTY,
        "weight_g": Integer(0, MAX_UNIT_WEIGHT_G),
        "cold": Boolean(),
        "shortage_idr": _PRICE,
        "leftover_bp": _MULTIPLE,
    }
)
_KITCHEN = Fields(
    {
        "id": _TEXT,
        **_CODES,
        **_SPOT,
        "budget_idr": MapOf(_MONEY),
        "max_drops_per_day": _COUNT,
        "min_suppliers": _COUNT,
        "max_share_bp": _SHARE,
    }
)
_COOPERATIVE = Fields(
    {
        "id": _TEXT,
        **_CODES,
        **_SPOT,
        "radius_m": Integer(0, MAX_RADIUS_M),
        "capital_idr": _MONEY,
        "handling_g": _WEIGHTS,
        "cold_g": _WEIGHTS,
        "markup_bp": _MULTIPLE,
        "fair_value_idr": _MONEY,
    }
)
_WHOLESALER = Fields({"id": _TEXT, **_SPOT, "min_order_idr": _MONEY})
_OFFER = Fields(
    {
        "id": _TEXT,
        "cooperative": _TEXT,
        "item": _TEXT,
        "qty": _QTY,
        "price_idr": _PRICE,
        **_DAYS,
        "min_qty": _QTY,
        "cash_bp": _SHARE,
        "supplier": _TEXT,
    }
)
_STOCK = Fields(
    {
        "id": _TEXT,
        "wholesaler": _TEXT,
        "item": _TEXT,
        "packs": _QTY,
        "pack_qty": _SOME_QTY,
        "price_idr": _PRICE,
        **_DAYS,
        "supplier": _TEXT,
    }
)
_SUBSTITUTE = Fields({"item": _TEXT, "covers_bp": Integer(1, 10 * BP), "max_price_idr": _PRICE, "penalty_idr": _PRICE})
_DEMAND = Fields(
    {
        "id": _TEXT,
        "kitchen": _TEXT,
        "item": _TEXT,
        "day": _DAY,
        "qty": _SOME_QTY,
        "max_price_idr": _PRICE,
        "budget": _TEXT,
        "substitutes": ListOf(_SUBSTITUTE, 0, 100),
    }
)
_LINE = Fields({"demand": _TEXT, "source": _TEXT, "cooperative": _TEXT, "item": _TEXT, "qty": _SOME_QTY})
_LISTS: Final[dict[str, Field]] = {
    "items": _ITEM,
    "kitchens": _KITCHEN,
    "cooperatives": _COOPERATIVE,
    "wholesalers": _WHOLESALER,
    "offers": _OFFER,
    "stocks": _STOCK,
    "demands": _DEMAND,
    "fixed": _LINE,
    "previous": _LINE,
}
PROBLEM_DOCUMENT = Fields(
    {
        "format": Text((PROBLEM_FORMAT,)),
        "name": _TEXT,
        "days": ListOf(IsoDate(), 1, MAX_DAYS),
        "policy": _POLICY,
        **{name: ListOf(entry, 0, MAX_ENTRIES) for name, entry in _LISTS.items()},
    },
    optional=frozenset({"fixed", "previous"}),
)


def _any_of(fields: Fields) -> Fields:
    """Return the same object with every field optional."""
    return Fields(fields.fields, optional=frozenset(fields.fields))


_NAMES = ListOf(_TEXT, 0, MAX_ENTRIES)
_SCALE = Fields(
    {"kitchen": _TEXT, "item": _TEXT, "scale_bp": _MULTIPLE},
    optional=frozenset({"kitchen", "item"}),
)
SCENARIO_DOCUMENT = _any_of(
    Fields(
        {
            "policy": _any_of(Fields({**_POLICY.fields, "tier_idr_per_kg": _any_of(_TIERS)})),
            "shortage_idr": MapOf(_PRICE),
            "budget_idr": MapOf(MapOf(_MONEY)),
            "fair_value_idr": MapOf(_MONEY),
            "without": _NAMES,
            "suspended": _NAMES,
            "offers": ListOf(_OFFER, 0, 1000),
            "stocks": ListOf(_STOCK, 0, 1000),
            "demand": ListOf(_SCALE, 0, 1000),
        }
    )
)
"""What a what-if changes of a problem (``what_if.py``); what is left out stays as it is."""


class _Rupiah:
    """An amount that may have a fraction, or null."""

    def read(self, raw: object, at: str, faults: Faults) -> float | int | None:
        """Return the amount as it is, so that whole rupiah stay whole."""
        if raw is None:
            return None
        if type(raw) is not int and type(raw) is not float:
            faults.add(at, "wrong_type", f"must be a number, is {kind_of(raw)}")
        elif not -MAX_TOTAL_IDR <= raw <= MAX_TOTAL_IDR or not math.isfinite(raw):
            faults.add(at, "out_of_range", "must be a finite amount of rupiah")
        else:
            return raw
        return None


_ANY_QTY = Integer(-MAX_WEIGHT_G, MAX_WEIGHT_G)
_ALLOCATION = Fields({**_LINE.fields, "qty": _ANY_QTY}, is_open=True)
_PURCHASE = Fields({"stock": _TEXT, "cooperative": _TEXT, "packs": _ANY_QTY}, is_open=True)
PLAN_DOCUMENT = Fields(
    {
        "format": Text((PLAN_FORMAT,)),
        "allocations": ListOf(_ALLOCATION, 0, 100 * MAX_ENTRIES),
        "purchases": ListOf(_PURCHASE, 0, 100 * MAX_ENTRIES),
        "objective_idr": _Rupiah(),
        "bound_idr": _Rupiah(),
        "status": Text(tuple(status.value for status in PlanStatus)),
        "broken": ListOf(_TEXT, 0, 100 * MAX_ENTRIES),
    },
    optional=frozenset({"format", "bound_idr", "status", "broken"}),
    is_open=True,
)
