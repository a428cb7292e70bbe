"""Household goods are refused with the reason and the law."""

import pytest

from service.domain.errors import ItemNotForKitchens
from service.domain.items import BudgetLine, ColdChain, Item, ItemCategory, NeedClass, require_for_kitchens
from service.domain.units import Unit


def gas(*, is_for_kitchens: bool) -> Item:
    return Item(
        code="LPG-3",
        name_id="LPG 3 kg",
        name_en="LPG 3 kg",
        category=ItemCategory.SUPPLY,
        need_class=NeedClass.SUPPLY,
        unit=Unit.PIECE,
        step_qty=1,
        grams_per_unit=8000,
        cold_chain=ColdChain.NONE,
        budget_line=BudgetLine.OPERATIONS,
        price_low_idr=18_000,
        price_high_idr=22_000,
        leftover_bp=300,
        is_for_kitchens=is_for_kitchens,
        refusal_reason="subsidised for households",
        refusal_source="juknis 401.1/2025",
    )


def test_goods_subsidised_for_households_are_refused_with_their_source() -> None:
    with pytest.raises(ItemNotForKitchens, match=r"juknis 401\.1/2025") as refusal:
        require_for_kitchens(gas(is_for_kitchens=False))
    assert refusal.value.facts["item_code"] == "LPG-3"
    assert refusal.value.facts["reason"] == "subsidised for households"


def test_other_goods_pass() -> None:
    require_for_kitchens(gas(is_for_kitchens=True))
