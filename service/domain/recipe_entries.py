"""What a new recipe must be like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.errors import InvalidField
from service.domain.items import Item, require_for_kitchens


@dataclass(frozen=True, slots=True)
class Ingredient:
    """Edible amount of an item per small and large portion, in thousandths of its base unit."""

    item_code: str
    small_milli: int
    large_milli: int


def require_cookable(ingredients: Sequence[Ingredient], items: Mapping[str, Item]) -> None:
    """Refuse ingredients that do not exist, are named twice, amount to nothing, or are not for kitchens.

    Parameters
    ----------
    items
        Those of the named items that exist, by code.

    Raises
    ------
    InvalidField
        Naming the ingredient by its position.
    ItemNotForKitchens
        With the reason and its source.
    """
    seen: set[str] = set()
    for position, part in enumerate(ingredients):
        field = f"ingredients.{position}.item_code"
        if part.item_code not in items:
            raise InvalidField.at(field, f"No item {part.item_code}; GET /items lists them.", code="unknown")
        if part.item_code in seen:
            raise InvalidField.at(field, f"{part.item_code} is named twice.", code="twice")
        if part.small_milli + part.large_milli <= 0:
            raise InvalidField.at(f"ingredients.{position}.large_milli", "An ingredient has an amount above 0.")
        require_for_kitchens(items[part.item_code])
        seen.add(part.item_code)
