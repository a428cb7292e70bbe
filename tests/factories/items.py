"""Catalogue items for tests: rice, chicken, and goods that kitchens may not get."""

from service.domain.items import BudgetLine, ColdChain, Item, ItemCategory, NeedClass, Pack
from service.domain.units import Unit


def new_item(code: str = "RICE-M", **changes: object) -> Item:
    fields = {
        "code": code,
        "name_id": "Beras medium",
        "name_en": "Medium rice",
        "category": ItemCategory.SEMBAKO,
        "need_class": NeedClass.STAPLE,
        "unit": Unit.GRAM,
        "step_qty": 1000,
        "grams_per_unit": 1,
        "cold_chain": ColdChain.NONE,
        "shelf_life_days": 180,
        "budget_line": BudgetLine.INGREDIENT,
        "edible_share_bp": 10_000,
        "portion_small_milli": 70_000,
        "portion_large_milli": 100_000,
        "price_low_idr": 12_000,
        "price_high_idr": 15_000,
        "leftover_bp": 500,
    }
    return Item(**{**fields, **changes})


def new_chicken(**changes: object) -> Item:
    fields = {
        "name_id": "Daging ayam",
        "name_en": "Chicken meat",
        "category": ItemCategory.PROTEIN,
        "need_class": NeedClass.ANIMAL,
        "cold_chain": ColdChain.CHILLED,
        "shelf_life_days": 2,
        "edible_share_bp": 5800,
        "price_low_idr": 35_000,
        "price_high_idr": 42_000,
        "required_documents": ["halal"],
    }
    return new_item("CHICKEN", **{**fields, **changes})


def new_household_gas(**changes: object) -> Item:
    fields = {
        "name_id": "LPG 3 kg",
        "name_en": "LPG 3 kg",
        "category": ItemCategory.SUPPLY,
        "need_class": NeedClass.SUPPLY,
        "unit": Unit.PIECE,
        "step_qty": 1,
        "grams_per_unit": 8000,
        "budget_line": BudgetLine.OPERATIONS,
        "is_for_kitchens": False,
        "refusal_reason": "subsidised for households",
        "refusal_source": "Perpres 104/2007",
    }
    return new_item("LPG-3", **{**fields, **changes})


def new_pack(item: Item, pack_qty: int = 25_000, name_id: str = "karung") -> Pack:
    return Pack(item_code=item.code, pack_qty=pack_qty, name_id=name_id)
