"""The items of the drawn problems: prices, portions and packs as in the catalogue, and what may stand in for what."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final, NamedTuple


class Goods(NamedTuple):
    """An item as the problems know it; prices per kg, litre or piece, portions in grams, packs likewise."""

    unit: str
    step: int
    weight_g: int
    is_cold: bool
    low_idr: int
    high_idr: int
    edible_percent: int
    large_g: int
    small_g: int
    packs: tuple[int, ...]
    kind: str

    @property
    def per(self) -> int:
        """Base units that a price speaks of."""
        return 1 if self.unit == "pc" else 1000

    @property
    def middle_idr(self) -> float:
        """The middle of the price range."""
        return (self.low_idr + self.high_idr) / 2

    @property
    def keeps(self) -> bool:
        """Whether it is sold on any day."""
        return self.kind in {"staple", "supply"}


def read_items() -> dict[str, Goods]:
    """Return the items in the order of their file, which is part of every problem."""
    with Path(__file__).with_name("items.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: read_goods(row) for row in csv.DictReader(file)}


def read_goods(row: dict[str, str]) -> Goods:
    """Return one line of the file."""
    numbers = ("step", "weight_g", "low_idr", "high_idr", "edible_percent", "large_g", "small_g")
    return Goods(
        unit=row["unit"],
        is_cold=row["is_cold"] == "1",
        packs=tuple(int(pack) for pack in row["packs"].split()),
        kind=row["kind"],
        **{name: int(row[name]) for name in numbers},
    )


ITEMS: Final = read_items()
SHORTAGE: Final = {
    "staple": 8,
    "animal": 6,
    "plant": 5,
    "vegetable": 4,
    "fruit": 3,
    "spice": 5,
    "supply": 4,
}
LEFTOVER_BP: Final = {
    "staple": 300,
    "supply": 300,
    "spice": 2500,
    "animal": 7000,
    "plant": 8000,
    "vegetable": 6000,
    "fruit": 6000,
}
SWAPS: Final = {
    "CHICK": "EGG",
    "FISH-P": "FISH-L",
    "TEMPE": "TOFU",
    "TOFU": "TEMPE",
    "BEANS": "LBEAN",
    "LBEAN": "BEANS",
    "MUSTARD": "CABBAGE",
    "CARROT": "CHAYOTE",
    "ORANGE": "BANANA",
    "MELON": "PAPAYA",
    "WMELON": "PAPAYA",
    "PAPAYA": "WMELON",
}
ANIMAL: Final = ["CHICK", "EGG", "FISH-P", "FISH-L", "BEEF"]
PLANT: Final = ["TEMPE", "TOFU"]
FRUIT: Final = ["BANANA", "ORANGE", "WMELON", "PAPAYA", "MELON"]
VEGETABLES: Final = ["CARROT", "BEANS", "CABBAGE", "POTATO", "MUSTARD", "CHAYOTE", "LBEAN", "TOMATO"]
DRY: Final = ["RICE-P", "OIL", "SUGAR", "SALT", "SOYSAUCE", "SHALLOT", "GARLIC", "CHILI-K"]
POLICY: Final = {
    "drop_idr": 60000,
    "drop_idr_per_km": 5000,
    "carry_idr_per_kg_km": 60,
    "freight_idr_per_kg_km": 20,
    "tier_idr_per_kg": {"kelurahan": 0, "kecamatan": 150, "city": 400},
    "wholesale_idr_per_kg": 200,
    "fairness_bp": 300,
    "share_bp": 500,
    "supplier_gap_idr": 50000,
    "supplier_min_value_idr": 150000,
    "change_idr_per_kg": 500,
    "shortage_steps": [
        {"above_bp": 0, "factor_bp": 10000},
        {"above_bp": 2000, "factor_bp": 13000},
        {"above_bp": 5000, "factor_bp": 17000},
    ],
}
