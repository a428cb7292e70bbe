"""What entries are checked against, with the real catalogue, caps, recipes and policy of Kota Bogor; a worked week."""

import uuid
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from service.demo.facts.read import read_facts
from service.domain.forecast_entries import ForecastEntry, KitchenFacts, LineEntry, ServingEntry
from service.domain.items import Item
from service.domain.menus import Recipe, RecipeIngredient
from service.domain.organisations import OrganisationKind
from service.domain.policies import Policy
from service.domain.price_caps import CapKind, PriceCap, PriceException
from service.domain.supply_entries import SupplyFacts
from tests.factories.organisations import CREATED_AT, new_kitchen, new_organisation
from tests.factories.places import REGION

MONDAY = date(2026, 11, 30)
TODAY = date(2026, 11, 24)
WEEKDAYS = tuple(MONDAY + timedelta(days=offset) for offset in range(5))
CUT_OFF = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
"""Thursday 12:00 WIB."""
SMALL, LARGE = 1200, 1800


def real_items() -> list[Item]:
    items = []
    for fact in read_facts().items:
        fields = {name: getattr(fact, name) for name in Item.model_fields if hasattr(fact, name)}
        fields["required_documents"] = [kind.value for kind in fact.required_documents]
        if fact.refusal is not None:
            fields |= {"refusal_reason": fact.refusal.reason, "refusal_source": fact.refusal.source}
        items.append(Item(**fields))
    return items


def dish(code: str, **changes: object) -> Recipe:
    fields = {"id": uuid.uuid4(), "created_at": CREATED_AT, "code": code, "name_id": code, "name_en": code}
    return Recipe(**{**fields, **changes})


def real_recipes() -> list[tuple[Recipe, list[RecipeIngredient]]]:
    recipes = []
    for fact in read_facts().recipes:
        recipe = dish(fact.code, name_id=fact.name_id, name_en=fact.name_en)
        parts = [
            RecipeIngredient(
                recipe_id=recipe.id,
                item_code=part.item_code,
                small_milli=part.small_milli,
                large_milli=part.large_milli,
            )
            for part in fact.ingredients
        ]
        recipes.append((recipe, parts))
    return recipes


def a_cap(item_code: str = "RICE-P", **changes: object) -> PriceCap:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "item_code": item_code,
        "kind": CapKind.HET,
        "zone": 1,
        "price_idr": 14_900,
        "valid_from": date(2025, 8, 22),
        "source": "Keputusan Kepala Bapanas 299/2025",
    }
    return PriceCap(**{**fields, **changes})


def real_caps() -> list[PriceCap]:
    names = ("item_code", "kind", "zone", "price_idr", "valid_from", "valid_to", "source")
    return [a_cap(**{name: getattr(fact, name) for name in names}) for fact in read_facts().price_caps]


def an_exception(item_code: str = "EGG", **changes: object) -> PriceException:
    quotes = [{"provider": f"Pasar {n}", "price_idr": 32_000, "quoted_date": "2026-11-20"} for n in range(3)]
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "region_code": REGION,
        "item_code": item_code,
        "price_idr": 32_000,
        "valid_from": MONDAY,
        "valid_to": MONDAY + timedelta(days=1),
        "reason": "The market is above the HAP.",
        "quotes": quotes,
        "granted_by": uuid.uuid4(),
    }
    return PriceException(**{**fields, **changes})


def real_policy(region_code: str = REGION, **changes: object) -> Policy:
    fields = {"id": uuid.uuid4(), "created_at": CREATED_AT, "region_code": region_code, "number": 1, "note": "test"}
    return Policy(**{**fields, "values": read_facts().policy.model_dump(), **changes})


def kitchen_facts(**changes: object) -> KitchenFacts:
    """Return the facts of a kitchen of 1,200 small and 1,800 large portions that cooks Monday to Friday."""
    organisation = new_organisation(OrganisationKind.KITCHEN)
    ingredients = defaultdict(list)
    recipes = {}
    for recipe, parts in real_recipes():
        recipes[recipe.code] = recipe
        ingredients[recipe.id] = parts
    fields = {
        "week_start": MONDAY,
        "organisation": organisation,
        "kitchen": new_kitchen(organisation, portions_small=SMALL, portions_large=LARGE),
        "closed_dates": frozenset(),
        "zone": 1,
        "policy": read_facts().policy,
        "items": {item.code: item for item in real_items()},
        "recipes": recipes,
        "ingredients": ingredients,
        "caps": real_caps(),
        "exceptions": [],
    }
    return KitchenFacts(**{**fields, **changes})


def supply_facts(**changes: object) -> SupplyFacts:
    fields = {
        "today": TODAY,
        "zone": 1,
        "items": {item.code: item for item in real_items()},
        "caps": real_caps(),
        "exceptions": [],
    }
    return SupplyFacts(**{**fields, **changes})


def menu_of(position: int, day: date, *, small: int = SMALL, large: int = LARGE) -> tuple[ServingEntry, ...]:
    """Return the servings of one day of the menu cycle (1 to 10)."""
    menu_day = next(known for known in read_facts().menu_days if known.position == position)
    return tuple(ServingEntry(code, day, small, large) for code in menu_day.recipe_codes)


def worked_week(*lines: LineEntry) -> ForecastEntry:
    """Return the worked example: the first five days of the menu cycle, Monday to Friday, 3,000 portions a day."""
    servings = [serving for position, day in enumerate(WEEKDAYS, 1) for serving in menu_of(position, day)]
    return ForecastEntry(servings=tuple(servings), lines=lines)
