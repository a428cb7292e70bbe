"""The catalogue: what kitchens order, in which units and packs, what stands in for what, what they may not get."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.domain.errors import ItemNotForKitchens
from service.domain.tables import Row, one_of
from service.domain.units import Unit


class ItemCategory(StrEnum):
    SEMBAKO = "sembako"
    PROTEIN = "protein"
    FRESH = "fresh"
    SUPPLY = "supply"


class NeedClass(StrEnum):
    """Place in the order of sacrifice when goods are short; the policy prices each class."""

    STAPLE = "staple"
    ANIMAL = "animal"
    PLANT = "plant"
    SPICE = "spice"
    VEGETABLE = "vegetable"
    FRUIT = "fruit"
    SUPPLY = "supply"


class ColdChain(StrEnum):
    NONE = "none"
    CHILLED = "chilled"
    FROZEN = "frozen"


class BudgetLine(StrEnum):
    """Which of the kitchen's budgets pays: food at cost, or operations (gas, soap, gloves)."""

    INGREDIENT = "ingredient"
    OPERATIONS = "operations"


LARGEST_TOLERANCE_BP = 1000


class Item(Row, table=True):
    """A catalogue item. Quantities in its base unit, portions in thousandths of it, prices per kg, litre or piece."""

    __table_args__ = (
        sa.CheckConstraint("step_qty > 0 AND grams_per_unit > 0", name="positive"),
        sa.CheckConstraint("edible_share_bp BETWEEN 1 AND 10000", name="edible_share_range"),
        sa.CheckConstraint("price_low_idr <= price_high_idr", name="price_order"),
        sa.CheckConstraint(
            f"receipt_tolerance_bp BETWEEN 0 AND {LARGEST_TOLERANCE_BP}", name="receipt_tolerance_range"
        ),
    )
    code: str = Field(primary_key=True, max_length=16)
    name_id: str = Field(max_length=80)
    name_en: str = Field(max_length=80)
    category: ItemCategory = Field(sa_type=one_of(ItemCategory))
    need_class: NeedClass = Field(sa_type=one_of(NeedClass))
    unit: Unit = Field(sa_type=one_of(Unit))
    step_qty: int
    grams_per_unit: int
    cold_chain: ColdChain = Field(sa_type=one_of(ColdChain))
    shelf_life_days: int | None = None
    budget_line: BudgetLine = Field(sa_type=one_of(BudgetLine))
    edible_share_bp: int = 10_000
    portion_small_milli: int = 0
    portion_large_milli: int = 0
    price_low_idr: int
    price_high_idr: int
    leftover_bp: int
    """Share of the price that is lost when goods stay over at the cooperative."""
    receipt_tolerance_bp: int | None = None
    """How far scales may differ from a note, in basis points of what was shipped; empty: the usual of its unit."""
    required_documents: list[str] = Field(default_factory=list, sa_type=JSONB)
    is_for_kitchens: bool = True
    refusal_reason: str | None = Field(default=None, max_length=200)
    refusal_source: str | None = Field(default=None, max_length=200)


class Pack(Row, table=True):
    """A pack in which an item is sold, with its Indonesian name (karung, tray, dus)."""

    __table_args__ = (sa.CheckConstraint("pack_qty > 0", name="positive"),)
    item_code: str = Field(primary_key=True, foreign_key="item.code")
    pack_qty: int = Field(primary_key=True)
    name_id: str = Field(max_length=40)


class Substitution(Row, table=True):
    """An item that nutritionists accept in place of another: how much it covers, what the change costs."""

    __table_args__ = (
        sa.CheckConstraint("item_code <> substitute_code", name="another_item"),
        sa.CheckConstraint("covers_bp BETWEEN 1 AND 20000 AND penalty_idr >= 0", name="range"),
    )
    item_code: str = Field(primary_key=True, foreign_key="item.code")
    substitute_code: str = Field(primary_key=True, foreign_key="item.code")
    covers_bp: int
    penalty_idr: int


def require_for_kitchens(item: Item) -> None:
    """Refuse goods that are subsidised for households.

    Raises
    ------
    ItemNotForKitchens
        With the reason and its legal source.
    """
    if not item.is_for_kitchens:
        raise ItemNotForKitchens(
            f"{item.name_en} may not be supplied to kitchens: {item.refusal_reason} ({item.refusal_source}).",
            item_code=item.code,
            reason=item.refusal_reason,
            source=item.refusal_source,
        )
