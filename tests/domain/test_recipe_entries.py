import pytest

from service.domain.errors import InvalidField, ItemNotForKitchens
from service.domain.recipe_entries import Ingredient, require_cookable
from tests.factories.items import new_household_gas, new_item

ITEMS = {item.code: item for item in (new_item("RICE-M"), new_item("EGG"), new_household_gas())}
RICE = Ingredient("RICE-M", 70_000, 100_000)


def test_known_goods_named_once_are_cookable():
    require_cookable([RICE, Ingredient("EGG", 0, 1)], ITEMS)


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (Ingredient("GOLD", 1, 1), "ingredients.1.item_code"),
        (RICE, "ingredients.1.item_code"),
        (Ingredient("EGG", 0, 0), "ingredients.1.large_milli"),
    ],
)
def test_unknown_doubled_and_empty_ingredients_are_refused(part, field):
    with pytest.raises(InvalidField) as refusal:
        require_cookable([RICE, part], ITEMS)
    assert refusal.value.faults[0].field == field


def test_goods_for_households_are_not_cooked_with():
    with pytest.raises(ItemNotForKitchens):
        require_cookable([Ingredient("LPG-3", 1, 1)], ITEMS)
