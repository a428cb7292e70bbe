"""Compile the local search ahead of its first use: ``python -m service.matching.local_search``.

Compiled code is kept on disk, by machine type, so that the first week is planned as fast as every later one.
"""

from __future__ import annotations

import sys
import time
from dataclasses import fields
from typing import Any

from service.matching.problem import (
    BP,
    Cooperative,
    Demand,
    Item,
    Kitchen,
    Offer,
    PricedPolicy,
    Problem,
    ShortageStep,
    Stock,
    TierPrices,
    Wholesaler,
)
from service.matching.solve import Limits, solve


def smallest_problem() -> Problem:
    """Return one kitchen that wants one item of one cooperative on one day."""
    place: dict[str, Any] = {"kelurahan": "32.71.01.1001", "kecamatan": "32.71.01", "lat": -6.6, "lon": 106.8}
    prices = {f.name: 100 for f in fields(PricedPolicy) if f.type == "int"}
    return Problem(
        name="smallest",
        days=("2026-01-05",),
        policy=PricedPolicy(**prices, tier_idr_per_kg=TierPrices(0, 150, 400), shortage_steps=(ShortageStep(0, BP),)),
        items=(Item("RICE", "g", 1_000, 1_000, 1, cold=False, shortage_idr=50_000, leftover_bp=300),),
        kitchens=(
            Kitchen(
                "K1", **place, budget_idr={"food": 9_000_000}, max_drops_per_day=1, min_suppliers=1, max_share_bp=BP
            ),
        ),
        cooperatives=(
            Cooperative(
                "C1",
                **place,
                radius_m=5_000,
                capital_idr=9_000_000,
                handling_g=(900_000,),
                cold_g=(0,),
                markup_bp=400,
                fair_value_idr=0,
            ),
        ),
        wholesalers=(Wholesaler("W1", -6.6, 106.8, min_order_idr=100_000),),
        offers=(Offer("O1", "C1", "RICE", 40_000, 14_000, 0, 0, min_qty=1_000, cash_bp=0, supplier="P1"),),
        stocks=(Stock("S1", "W1", "RICE", 10, 25_000, 300_000, 0, 0, supplier="W1"),),
        demands=(Demand("D1", "K1", "RICE", 0, 90_000, 20_000, "food"),),
    )


def main() -> None:
    """Plan the smallest week, which runs every compiled function once."""
    started = time.monotonic()
    solve(smallest_problem(), Limits(time_limit_s=600.0))
    sys.stdout.write(f"optimiser compiled: {time.monotonic() - started:.0f} s\n")


if __name__ == "__main__":
    main()
