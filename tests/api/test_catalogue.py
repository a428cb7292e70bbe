"""Places, items, price caps, exceptions, recipes and menu days over the API."""

import uuid

import pytest

from service.domain.items import Substitution
from service.domain.menus import MenuDayRecipe, RecipeIngredient
from service.domain.people import Role
from service.domain.price_caps import CapKind
from tests.factories.catalogue import QUOTES, new_cap, new_exception, new_menu_day, new_recipe
from tests.factories.items import new_chicken, new_household_gas, new_item, new_pack

CAP = {
    "item_code": "EGG",
    "kind": "HAP",
    "price_idr": 30_000,
    "valid_from": "2026-12-01",
    "valid_to": None,
    "source": "Perbadan 6/2024",
}
EXCEPTION = {
    "item_code": "EGG",
    "price_idr": 32_000,
    "valid_from": "2026-11-30",
    "valid_to": "2026-12-06",
    "reason": "Feed shortage",
    "quotes": QUOTES,
}


@pytest.fixture
async def catalogue(session, world):
    """Rice (HET 13,500), egg (HAP 30,000), chicken, and gas that kitchens may not get."""
    rice, egg = new_item(), new_item("EGG", name_en="Egg")
    session.add_all([rice, egg, new_chicken(), new_household_gas()])
    await session.flush()
    hap = new_cap("EGG", CapKind.HAP, price_idr=30_000)
    session.add_all(
        [
            new_pack(rice),
            Substitution(item_code="RICE-M", substitute_code="EGG", covers_bp=9000, penalty_idr=10),
            new_cap("RICE-M"),
            hap,
        ]
    )
    await session.flush()
    return {"hap": hap}


# ---- places


async def test_everybody_sees_their_own_region_only(client_as, foreign_world):
    auditor = client_as(Role.AUDITOR)
    assert [item["code"] for item in (await auditor.get("/regions")).json()["items"]] == ["32.71"]
    assert (await auditor.get("/regions/32.71")).json()["name"] == "Kota Bogor"
    assert (await auditor.get("/regions/32.01")).status_code == 404
    assert [item["code"] for item in (await auditor.get("/kelurahan")).json()["items"]] == ["32.71.01.1001"]
    assert (await auditor.get("/kelurahan/32.71.01.1001")).json()["kecamatan_code"] == "32.71.01"
    assert (await auditor.get("/kelurahan/32.01.01.1001")).json()["code"] == "not_found"
    assert (await auditor.get("/kelurahan", params={"kecamatan_code": "32.71.02"})).json()["items"] == []


# ---- items


async def test_item_comes_with_packs_substitutes_and_the_caps_in_force(client_as, catalogue):
    item = (await client_as(Role.KITCHEN_HEAD).get("/items/RICE-M")).json()
    assert item["packs"] == [{"pack_qty": 25_000, "name_id": "karung"}]
    assert item["receipt_tolerance_bp"] == 100
    assert item["substitutes"] == [{"substitute_code": "EGG", "covers_bp": 9000, "penalty_idr": 10}]
    assert item["caps"] == [
        {"kind": "HET", "limit_idr": 13_500, "source": "Kepbadan 299/2025", "valid_from": "2026-01-01"}
    ]


async def test_caps_are_those_of_the_asked_day_with_exceptions(client_as, catalogue, session, world):
    session.add(new_exception("EGG", world.users[Role.FOOD_OFFICER]))
    await session.flush()
    head = client_as(Role.KITCHEN_HEAD)
    lifted = (await head.get("/items/EGG", params={"on": "2026-12-01"})).json()["caps"]
    usual = (await head.get("/items/EGG", params={"on": "2026-12-07"})).json()["caps"]
    before = (await head.get("/items/EGG", params={"on": "2025-12-31"})).json()["caps"]
    assert [cap["limit_idr"] for cap in lifted] == [32_000]
    assert [cap["limit_idr"] for cap in usual] == [30_000]
    assert before == []


async def test_items_are_listed_by_code_and_category(client_as, catalogue):
    head = client_as(Role.KITCHEN_HEAD)
    page = (await head.get("/items", params={"limit": 3})).json()
    assert [item["code"] for item in page["items"]] == ["CHICKEN", "EGG", "LPG-3"]
    rest = (await head.get("/items", params={"limit": 3, "after": page["next_cursor"]})).json()
    assert [item["code"] for item in rest["items"]] == ["RICE-M"]
    protein = (await head.get("/items", params={"category": "protein"})).json()["items"]
    assert [item["code"] for item in protein] == ["CHICKEN"]


async def test_goods_for_households_say_why_kitchens_do_not_get_them(client_as, catalogue):
    gas = (await client_as(Role.KITCHEN_HEAD).get("/items/LPG-3")).json()
    assert gas["is_for_kitchens"] is False
    assert gas["refusal_source"] == "Perpres 104/2007"


async def test_unknown_item_is_not_there(client_as):
    assert (await client_as(Role.KITCHEN_HEAD).get("/items/GOLD")).json()["detail"] == "No such item."


# ---- price caps


async def test_food_officer_ends_a_cap_and_puts_the_next_on_record(client_as, catalogue):
    officer = client_as(Role.FOOD_OFFICER)
    overlap = await officer.post("/price-caps", json=CAP)
    assert (overlap.status_code, overlap.json()["code"]) == (409, "already_exists")
    assert overlap.json()["price_cap_id"] == str(catalogue["hap"].id)
    path = f"/price-caps/{catalogue['hap'].id}"
    ended = await officer.post(f"{path}/end", json={"valid_to": "2026-11-30"}, headers={"If-Match": '"1"'})
    assert ended.json()["valid_to"] == "2026-11-30"
    created = await officer.post("/price-caps", json=CAP)
    assert created.status_code == 201
    assert created.json()["zone"] == 1
    assert (await officer.get(created.headers["Location"].removeprefix("/api/v1"))).json() == created.json()
    back = await officer.post(f"{path}/end", json={"valid_to": "2026-12-01"}, headers={"If-Match": '"2"'})
    assert back.json()["code"] == "already_exists"


async def test_cap_does_not_end_before_it_begins(client_as, catalogue):
    path = f"/price-caps/{catalogue['hap'].id}/end"
    refused = await client_as(Role.FOOD_OFFICER).post(
        path, json={"valid_to": "2025-12-31"}, headers={"If-Match": '"1"'}
    )
    assert refused.json()["errors"][0]["field"] == "valid_to"


async def test_cap_of_an_unknown_item_is_refused(client_as, catalogue):
    refused = await client_as(Role.FOOD_OFFICER).post("/price-caps", json={**CAP, "item_code": "GOLD"})
    assert refused.json()["errors"][0]["code"] == "unknown"


async def test_caps_are_narrowed_by_item_kind_and_day(client_as, catalogue, session):
    session.add(new_cap("EGG", CapKind.HET, zone=2))
    await session.flush()
    head = client_as(Role.KITCHEN_HEAD)
    assert len((await head.get("/price-caps")).json()["items"]) == 2
    egg = (await head.get("/price-caps", params={"item_code": "EGG", "kind": "HAP", "on": "2026-12-01"})).json()
    assert [item["id"] for item in egg["items"]] == [str(catalogue["hap"].id)]
    assert (await head.get("/price-caps", params={"on": "2025-01-01"})).json()["items"] == []


async def test_cap_of_another_zone_is_not_there(client_as, catalogue, session):
    other = new_cap("EGG", CapKind.HET, zone=2)
    session.add(other)
    await session.flush()
    officer = client_as(Role.FOOD_OFFICER)
    assert (await officer.get(f"/price-caps/{other.id}")).status_code == 404
    body = {"valid_to": "2026-12-31"}
    refused = await officer.post(f"/price-caps/{other.id}/end", json=body, headers={"If-Match": '"1"'})
    assert refused.json()["detail"] == "No such price cap."


# ---- price exceptions


async def test_food_officer_grants_and_revokes_an_exception(client_as, catalogue):
    officer = client_as(Role.FOOD_OFFICER)
    granted = await officer.post("/price-exceptions", json=EXCEPTION)
    assert granted.status_code == 201
    assert granted.json()["quotes"] == QUOTES
    path = granted.headers["Location"].removeprefix("/api/v1")
    assert (await client_as(Role.COOP_OFFICER).get(path)).json() == granted.json()
    listed = await officer.get("/price-exceptions", params={"item_code": "EGG", "on": "2026-12-06"})
    assert listed.json()["items"] == [granted.json()]
    revoked = await officer.post(f"{path}/revoke", headers={"If-Match": '"1"'})
    assert revoked.json()["revoked_at"] is not None
    in_force = await officer.get("/price-exceptions", params={"on": "2026-12-01"})
    assert in_force.json()["items"] == []
    again = await officer.post(f"{path}/revoke", headers={"If-Match": '"2"'})
    assert again.json()["code"] == "conflict"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quotes": QUOTES[:2]}, "quotes"),
        ({"quotes": [QUOTES[0], QUOTES[0], QUOTES[1]]}, "quotes"),
        ({"quotes": [*QUOTES[:2], {**QUOTES[2], "quoted_date": "2026-11-25"}]}, "quotes.2.quoted_date"),
        ({"price_idr": 32_001}, "price_idr"),
        ({"price_idr": 30_000}, "price_idr"),
        ({"valid_to": "2026-11-29"}, "valid_to"),
        ({"valid_to": "2026-12-31"}, "valid_to"),
        ({"item_code": "RICE-M"}, "item_code"),
        ({"item_code": "GOLD"}, "item_code"),
    ],
)
async def test_exception_needs_a_hap_three_quotes_and_a_month_at_most(client_as, catalogue, changes, field):
    refused = await client_as(Role.FOOD_OFFICER).post("/price-exceptions", json={**EXCEPTION, **changes})
    assert refused.status_code == 422
    assert refused.json()["code"] == "invalid_field"
    assert refused.json()["errors"][0]["field"] == field


async def test_month_of_exception_is_allowed(client_as, catalogue):
    body = {**EXCEPTION, "valid_to": "2026-12-30"}
    assert (await client_as(Role.FOOD_OFFICER).post("/price-exceptions", json=body)).status_code == 201


# ---- recipes and menu days


async def test_food_officer_adds_a_recipe(client_as, catalogue):
    parts = [{"item_code": "CHICKEN", "small_milli": 52_000, "large_milli": 70_000}]
    body = {"code": "CHICKEN-SOY", "name_id": "Ayam kecap", "name_en": "Soy chicken", "ingredients": parts}
    created = await client_as(Role.FOOD_OFFICER).post("/recipes", json=body)
    assert created.status_code == 201
    assert created.json()["ingredients"] == parts
    head = client_as(Role.KITCHEN_HEAD)
    assert (await head.get(f"/recipes/{created.json()['id']}")).json() == created.json()
    assert (await head.get("/recipes")).json()["items"] == [created.json()]
    twice = await client_as(Role.FOOD_OFFICER).post("/recipes", json=body)
    assert twice.json()["code"] == "already_exists"


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"item_code": "GOLD", "small_milli": 1, "large_milli": 1}, "invalid_field"),
        ({"item_code": "RICE-M", "small_milli": 1, "large_milli": 1}, "invalid_field"),
        ({"item_code": "EGG", "small_milli": 0, "large_milli": 0}, "invalid_field"),
        ({"item_code": "LPG-3", "small_milli": 1, "large_milli": 1}, "item_not_for_kitchens"),
    ],
)
async def test_recipe_holds_known_goods_once_and_for_kitchens(client_as, catalogue, part, code):
    parts = [{"item_code": "RICE-M", "small_milli": 70_000, "large_milli": 100_000}, part]
    body = {"code": "RICE-PLAIN", "name_id": "Nasi", "name_en": "Rice", "ingredients": parts}
    refused = await client_as(Role.FOOD_OFFICER).post("/recipes", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_menu_days_come_in_order_with_their_recipes(client_as, catalogue, session):
    recipe, second, first = new_recipe(), new_menu_day(2), new_menu_day(1)
    session.add_all([recipe, second, first])
    await session.flush()
    session.add_all(
        [
            MenuDayRecipe(menu_day_id=first.id, recipe_id=recipe.id),
            RecipeIngredient(recipe_id=recipe.id, item_code="RICE-M", small_milli=1, large_milli=1),
        ]
    )
    await session.flush()
    head = client_as(Role.KITCHEN_HEAD)
    days = (await head.get("/menu-days")).json()["items"]
    assert [day["position"] for day in days] == [1, 2]
    assert [dish["code"] for dish in days[0]["recipes"]] == ["nasi-putih"]
    assert (await head.get(f"/menu-days/{first.id}")).json() == days[0]
    assert (await head.get(f"/menu-days/{uuid.uuid4()}")).status_code == 404
    assert (await head.get(f"/recipes/{uuid.uuid4()}")).status_code == 404
