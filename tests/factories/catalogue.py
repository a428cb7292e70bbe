"""Price caps, exceptions, recipes and menu days for tests."""

import uuid
from datetime import date

from service.domain.menus import MenuDay, Recipe
from service.domain.people import User
from service.domain.price_caps import CapKind, PriceCap, PriceException
from tests.factories.organisations import CREATED_AT

QUOTES = [
    {"provider": "Pasar Baru", "price_idr": 31_000, "quoted_date": "2026-11-23"},
    {"provider": "Pasar Induk", "price_idr": 31_500, "quoted_date": "2026-11-23"},
    {"provider": "CV Telur", "price_idr": 32_000, "quoted_date": "2026-11-22"},
]


def new_cap(item_code: str, kind: CapKind = CapKind.HET, **changes: object) -> PriceCap:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "item_code": item_code,
        "kind": kind,
        "zone": 1,
        "price_idr": 13_500,
        "valid_from": date(2026, 1, 1),
        "source": "Kepbadan 299/2025",
    }
    return PriceCap(**{**fields, **changes})


def new_exception(item_code: str, granted_by: User, **changes: object) -> PriceException:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "region_code": granted_by.region_code,
        "item_code": item_code,
        "price_idr": 32_000,
        "valid_from": date(2026, 11, 30),
        "valid_to": date(2026, 12, 6),
        "reason": "Market above HAP",
        "quotes": QUOTES,
        "granted_by": granted_by.id,
    }
    return PriceException(**{**fields, **changes})


def new_recipe(code: str = "nasi-putih", **changes: object) -> Recipe:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "code": code,
        "name_id": "Nasi putih",
        "name_en": "Steamed rice",
    }
    return Recipe(**{**fields, **changes})


def new_menu_day(position: int = 1, **changes: object) -> MenuDay:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "position": position,
        "name_id": "Nasi, ayam kecap",
        "name_en": "Rice, soy chicken",
    }
    return MenuDay(**{**fields, **changes})
