"""Recipes and menu days."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from service.api.schemas.price_caps import ItemCode
from service.api.schemas.shapes import RequestBody, Resource, Text

_PARTS = [{"item_code": "CHICKEN", "small_milli": 52_000, "large_milli": 70_000}]


class IngredientBody(RequestBody):
    """Edible amount of an item per portion."""

    item_code: ItemCode
    small_milli: int = Field(ge=0, le=10**9, description="Small portion, thousandths of the unit", examples=[52_000])
    large_milli: int = Field(ge=0, le=10**9, description="Large portion, thousandths of the unit", examples=[70_000])


class IngredientOut(Resource):
    """Edible amount of an item per portion."""

    item_code: str = Field(examples=["CHICKEN"])
    small_milli: int = Field(description="Small portion, thousandths of the item's unit", examples=[52_000])
    large_milli: int = Field(description="Large portion, thousandths of the item's unit", examples=[70_000])


class RecipeIn(RequestBody):
    """A dish with its ingredients."""

    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9\-]{1,39}$", description="Unique", examples=["CHICKEN-SOY"])
    name_id: Text = Field(max_length=120, examples=["Ayam kecap"])
    name_en: Text = Field(max_length=120, examples=["Chicken in sweet soy sauce"])
    ingredients: list[IngredientBody] = Field(min_length=1, max_length=60, examples=[_PARTS])


class RecipeOut(Resource):
    """A dish with its ingredients."""

    id: UUID
    version: int = Field(examples=[1])
    code: str = Field(examples=["CHICKEN-SOY"])
    name_id: str = Field(examples=["Ayam kecap"])
    name_en: str = Field(examples=["Chicken in sweet soy sauce"])
    is_active: bool = Field(examples=[True])
    ingredients: list[IngredientOut]


class DishOut(Resource):
    """A recipe of a menu day."""

    id: UUID
    code: str = Field(examples=["CHICKEN-SOY"])
    name_id: str = Field(examples=["Ayam kecap"])
    name_en: str = Field(examples=["Chicken in sweet soy sauce"])


class MenuDayOut(Resource):
    """One day of the menu cycle."""

    id: UUID
    position: int = Field(description="Day of the cycle", examples=[1])
    name_id: str = Field(examples=["Nasi, ayam kecap, tumis buncis, pisang"])
    name_en: str = Field(examples=["Rice, soy chicken, green beans, banana"])
    recipes: list[DishOut]
