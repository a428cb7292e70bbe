"""Words for amounts: metric ones that mean the same everywhere, and local ones (karung, ikat, sisir) that do not.

How much a sack or a bunch holds depends on the item and on who says it, so each organisation's word is kept once it
was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables import Row
from service.domain.units import Unit

LONGEST_NAME = 40
MOST_FACTOR_QTY = 10**9
METRIC: Mapping[Unit, Mapping[str, int]] = {
    Unit.GRAM: {
        **dict.fromkeys(("g", "gr", "gram"), 1),
        **dict.fromkeys(("ons",), 100),
        **dict.fromkeys(("kg", "kilo", "kilogram"), 1_000),
        **dict.fromkeys(("kuintal", "kw"), 100_000),
        **dict.fromkeys(("ton",), 1_000_000),
    },
    Unit.MILLILITRE: {
        **dict.fromkeys(("ml", "mililiter", "millilitre"), 1),
        **dict.fromkeys(("l", "lt", "liter", "litre"), 1_000),
    },
    Unit.PIECE: dict.fromkeys(("pc", "pcs", "piece", "pieces", "buah", "butir", "biji", "unit"), 1),
}
"""Base units in one of each word, by the item's base unit."""


class LocalUnit(Row, table=True):
    """How many base units of an item an organisation means by a word; the last word told counts."""

    __table_args__ = (sa.CheckConstraint("factor_qty > 0", name="positive"),)
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    item_code: str = Field(primary_key=True, foreign_key="item.code")
    name: str = Field(primary_key=True, max_length=LONGEST_NAME)
    factor_qty: int = Field(sa_type=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class UnitFactor:
    """Base units of an item in one of a local unit."""

    item_code: str
    name: str
    factor_qty: int


def unit_name(word: str) -> str:
    """Return a unit's word as it is kept: lower case, single spaces, without a closing dot."""
    return " ".join(word.casefold().split()).rstrip(".")


def metric_factor(name: str, unit: Unit) -> int | None:
    """Return the base units in one of a metric unit, or ``None`` if it is none of the item's."""
    return METRIC[unit].get(name)


def whole_qty(number: Decimal, factor_qty: int) -> int | None:
    """Return a number of units in base units, or ``None`` where that is no whole number of them."""
    qty = number * factor_qty
    return int(qty) if qty == qty.to_integral_value() else None


def as_typed(qty: int, unit: Unit) -> tuple[int, str]:
    """Return a quantity as people write it, in whole numbers: kilograms or litres where they are whole."""
    large = {Unit.GRAM: "kg", Unit.MILLILITRE: "l"}.get(unit)
    if large is not None and qty % METRIC[unit][large] == 0:
        return qty // METRIC[unit][large], large
    return qty, "buah" if unit is Unit.PIECE else unit.value
