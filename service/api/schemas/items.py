"""The catalogue: items with packs, substitutes and the price caps in force."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from service.api.schemas.shapes import Resource
from service.domain.items import BudgetLine, ColdChain, ItemCategory, NeedClass
from service.domain.price_caps import CapKind
from service.domain.units import Unit


class PackOut(Resource):
    """A pack in which an item is sold."""

    pack_qty: int = Field(description="Base units in a pack", examples=[25_000])
    name_id: str = Field(examples=["karung 25 kg"])


class SubstituteOut(Resource):
    """An item that nutritionists accept instead."""

    substitute_code: str = Field(examples=["RICE-P"])
    covers_bp: int = Field(description="What one unit of it covers of the need, basis points", examples=[10_000])
    penalty_idr: int = Field(description="What the change counts, rupiah per kg, litre or piece", examples=[500])


class CapInForceOut(Resource):
    """A price cap in force on the asked day."""

    kind: CapKind = Field(description="HET: a ceiling; HAP: may be lifted by an exception", examples=["HET"])
    limit_idr: int = Field(description="Rupiah per kg, litre or piece, exceptions counted", examples=[13_500])
    source: str = Field(description="Legal source", examples=["Kepbadan 299/2025"])
    valid_from: date = Field(examples=["2025-08-22"])


class ItemOut(Resource):
    """A catalogue item."""

    code: str = Field(examples=["RICE-M"])
    name_id: str = Field(examples=["Beras medium"])
    name_en: str = Field(examples=["Medium rice"])
    category: ItemCategory = Field(examples=["sembako"])
    need_class: NeedClass = Field(description="Place in the order of sacrifice", examples=["staple"])
    unit: Unit = Field(description="Base unit of every quantity", examples=["g"])
    step_qty: int = Field(description="Quantities are multiples of it, base units", examples=[1_000])
    grams_per_unit: int = Field(examples=[1])
    cold_chain: ColdChain = Field(examples=["none"])
    shelf_life_days: int | None = Field(examples=[180])
    budget_line: BudgetLine = Field(examples=["ingredient"])
    edible_share_bp: int = Field(description="Edible part, basis points", examples=[10_000])
    portion_small_milli: int = Field(description="Usual small portion, thousandths of the unit", examples=[70_000])
    portion_large_milli: int = Field(description="Usual large portion, thousandths of the unit", examples=[100_000])
    price_low_idr: int = Field(description="Usual price, rupiah per kg, litre or piece", examples=[12_000])
    price_high_idr: int = Field(examples=[15_000])
    receipt_tolerance_bp: int = Field(
        description="How far the kitchen's scales may differ from the note, which counts then, basis points",
        examples=[100],
    )
    required_documents: list[str] = Field(description="Papers that its supplier needs", examples=[["nib"]])
    is_for_kitchens: bool = Field(examples=[True])
    refusal_reason: str | None = Field(description="Why kitchens may not get it", examples=[None])
    refusal_source: str | None = Field(examples=[None])
    packs: list[PackOut]
    substitutes: list[SubstituteOut]
    caps: list[CapInForceOut] = Field(description="In force on the asked day, lowest first")
