"""Stocks over the API."""

import uuid

import pytest

from service.domain.organisations import Wholesaler
from service.domain.people import Role
from service.domain.stocks import Stock
from tests.factories.entries import real_policy
from tests.factories.markets import add_catalogue
from tests.factories.places import OTHER_REGION

BODY = {
    "item_code": "RICE-P",
    "packs": 400,
    "pack_qty": 50_000,
    "price_idr": 700_000,
    "from_date": "2026-11-30",
    "to_date": "2026-12-05",
}


@pytest.fixture
async def wholesaler(client_as, session, world):
    session.add(real_policy())
    await add_catalogue(session)
    return client_as(Role.WHOLESALER)


@pytest.fixture
async def stock(wholesaler):
    return await wholesaler.post("/stocks", json=BODY)


async def test_a_published_stock_is_shown_with_what_is_left(wholesaler, stock, world):
    shown = stock.json()
    assert (stock.status_code, stock.headers["ETag"]) == (201, '"1"')
    assert stock.headers["Location"] == f"/api/v1/stocks/{shown['id']}"
    assert (shown["wholesaler_id"], shown["status"]) == (str(world.wholesaler.id), "open")
    assert (shown["packs"], shown["promised_packs"], shown["available_packs"]) == (400, 0, 400)
    assert (await wholesaler.get(f"/stocks/{shown['id']}")).json() == shown


async def test_a_price_that_no_kitchen_may_pay_is_refused(wholesaler):
    refused = await wholesaler.post("/stocks", json={**BODY, "price_idr": 745_001})
    assert (refused.status_code, refused.json()["code"], refused.json()["limit_idr"]) == (
        422,
        "price_above_cap",
        14_900,
    )


async def test_all_faults_are_told_at_once(wholesaler):
    body = {**BODY, "item_code": "RICE", "from_date": "2026-11-24", "to_date": "2026-11-23"}
    refused = await wholesaler.post("/stocks", json=body)
    assert [fault["field"] for fault in refused.json()["errors"]] == ["item_code", "from_date", "to_date"]


async def test_a_stock_is_changed_by_version(wholesaler, stock):
    address = f"/stocks/{stock.json()['id']}"
    changed = await wholesaler.patch(address, json={"packs": 500}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"], changed.json()["available_packs"]) == (200, '"2"', 500)
    stale = await wholesaler.patch(address, json={"packs": 600}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["current"]) == (412, 2)


async def test_promised_packs_stay(wholesaler, stock, session):
    known = await session.get(Stock, uuid.UUID(stock.json()["id"]))
    known.promised_packs = 100
    await session.flush()
    refused = await wholesaler.patch(f"/stocks/{known.id}", json={"packs": 99}, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "goods_promised")
    taken = await wholesaler.post(f"/stocks/{known.id}/withdraw", headers={"If-Match": '"2"'})
    shown = taken.json()
    assert (shown["status"], shown["promised_packs"], shown["available_packs"]) == ("withdrawn", 100, 0)


async def test_lists_are_narrowed_and_read_page_by_page(wholesaler, stock, clock, world):
    clock.advance(minutes=1)
    oil = {
        **BODY,
        "item_code": "OIL",
        "pack_qty": 18_000,
        "price_idr": 300_000,
        "from_date": "2026-12-07",
        "to_date": "2026-12-11",
    }
    newer, older = (await wholesaler.post("/stocks", json=oil)).json(), stock.json()
    first = (await wholesaler.get("/stocks", params={"limit": 1})).json()
    rest = (await wholesaler.get("/stocks", params={"limit": 1, "after": first["next_cursor"]})).json()
    assert (first["items"], rest) == ([newer], {"items": [older], "next_cursor": None})
    for narrowed, found in (
        ({"week_start": "2026-11-30"}, [older["id"]]),
        ({"item_code": "OIL"}, [newer["id"]]),
        ({"status": "withdrawn"}, []),
        ({"wholesaler_id": str(world.kitchen.id)}, []),
    ):
        assert [known["id"] for known in (await wholesaler.get("/stocks", params=narrowed)).json()["items"]] == found


async def test_cooperatives_and_the_city_see_the_regions_stocks(client_as, stock, foreign_world):
    address = f"/stocks/{stock.json()['id']}"
    for role in (Role.COOP_OFFICER, Role.CITY_OPERATOR):
        assert [known["id"] for known in (await client_as(role).get("/stocks")).json()["items"]] == [stock.json()["id"]]
        assert (await client_as(role).get(address)).status_code == 200
        assert (await client_as(role).post("/stocks", json=BODY)).status_code == 403
    assert (await client_as(Role.KITCHEN_HEAD).get("/stocks")).status_code == 403
    stranger = client_as(Role.COOP_OFFICER, foreign_world)
    assert (await stranger.get("/stocks")).json()["items"] == []
    assert (await stranger.get(address)).status_code == 404
    assert (
        await client_as(Role.WHOLESALER, foreign_world).patch(address, json={"packs": 1}, headers={"If-Match": '"1"'})
    ).status_code == 404
    assert (await client_as(Role.AUDITOR).get(f"/stocks/{uuid.uuid4()}")).status_code == 404


@pytest.fixture
async def branch(session, world, foreign_world):
    branch = await session.get_one(Wholesaler, foreign_world.wholesaler.id)
    branch.head_office_id = world.wholesaler.id
    await session.flush()
    return branch


async def test_packs_are_kept_for_a_branch_by_version(wholesaler, stock, client_as, branch):
    address = f"/stocks/{stock.json()['id']}/quotas"
    asked = {"branch_id": str(branch.organisation_id), "packs": 80}
    kept = await wholesaler.post(address, json=asked, headers={"If-Match": '"1"'})
    assert (kept.status_code, kept.headers["ETag"], kept.json()["available_packs"]) == (200, '"2"', 320)
    [quota] = kept.json()["quotas"]
    assert (quota["quota_packs"], quota["unused_packs"], quota["region_code"]) == (80, 80, OTHER_REGION)
    assert (await wholesaler.get(address)).json() == kept.json()
    refused = await wholesaler.post(address, json={**asked, "packs": 401}, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "supply_exhausted")
    assert (await client_as(Role.CITY_OPERATOR).get(address)).status_code == 403
