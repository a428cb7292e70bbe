"""Offers over the API."""

import uuid

import pytest

from service.domain.offers import Offer
from service.domain.organisations import OrganisationStatus
from service.domain.people import Role
from tests.factories.entries import real_policy
from tests.factories.markets import add_catalogue

BODY = {
    "item_code": "CARROT",
    "offered_qty": 250_000,
    "price_idr": 14_000,
    "from_date": "2026-11-30",
    "to_date": "2026-12-04",
    "min_qty": 20_000,
    "origin_producer": "Kelompok Tani Mekar",
    "lots": [{"lot_code": "A", "lot_qty": 250_000, "expires_date": "2026-12-09"}],
}
NO_LOTS = {**BODY, "lots": []}


@pytest.fixture
async def cooperative(client_as, session, world):
    session.add(real_policy())
    await add_catalogue(session)
    return client_as(Role.COOP_OFFICER)


@pytest.fixture
async def offer(cooperative):
    return await cooperative.post("/offers", json=BODY)


async def test_a_published_offer_is_shown_with_what_is_left(cooperative, offer, world):
    shown = offer.json()
    assert (offer.status_code, offer.headers["ETag"]) == (201, '"1"')
    assert offer.headers["Location"] == f"/api/v1/offers/{shown['id']}"
    assert (shown["cooperative_id"], shown["status"], shown["cash_bp"]) == (str(world.cooperative.id), "open", 3000)
    assert (shown["offered_qty"], shown["promised_qty"], shown["available_qty"]) == (250_000, 0, 250_000)
    assert shown["lots"] == [{"lot_code": "A", "lot_qty": 250_000, "expires_date": "2026-12-09", "is_live": True}]
    assert (await cooperative.get(f"/offers/{shown['id']}")).json() == shown


async def test_a_rupiah_above_het_is_refused_naming_cap_source_and_date(cooperative):
    refused = await cooperative.post("/offers", json={**NO_LOTS, "item_code": "RICE-P", "price_idr": 14_901})
    assert (refused.status_code, refused.json()["code"]) == (422, "price_above_cap")
    facts = {name: refused.json()[name] for name in ("cap_kind", "limit_idr", "source", "valid_from", "date")}
    assert facts == {
        "cap_kind": "HET",
        "limit_idr": 14_900,
        "source": "Keputusan Kepala Bapanas 299/2025",
        "valid_from": "2025-08-22",
        "date": "2026-11-30",
    }
    assert [fault["field"] for fault in refused.json()["errors"]] == ["price_idr"]


async def test_all_faults_are_told_at_once(cooperative):
    body = {**BODY, "item_code": "EGG", "price_idr": 30_001, "offered_qty": 250_500, "from_date": "2026-11-01"}
    refused = await cooperative.post("/offers", json=body)
    assert {fault["field"]: fault["code"] for fault in refused.json()["errors"]} == {
        "offered_qty": "not_a_step",
        "from_date": "too_early",
        "price_idr": "price_above_cap",
        "lots": "sum_differs",
    }


async def test_a_lot_in_another_offer_is_refused(cooperative, offer):
    refused = await cooperative.post("/offers", json=BODY)
    assert (refused.status_code, refused.json()["code"]) == (409, "lot_already_offered")
    assert refused.json()["lots"] == [{"lot_code": "A", "offer_id": offer.json()["id"]}]


async def test_a_suspended_cooperative_publishes_nothing(cooperative, world, session):
    world.cooperative.status = OrganisationStatus.SUSPENDED
    await session.flush()
    refused = await cooperative.post("/offers", json=BODY)
    assert (refused.status_code, refused.json()["code"]) == (409, "organisation_inactive")


async def test_an_offer_is_changed_by_version(cooperative, offer):
    address = f"/offers/{offer.json()['id']}"
    change = {"offered_qty": 300_000, "lots": [{"lot_code": "A", "lot_qty": 300_000}], "origin_producer": None}
    changed = await cooperative.patch(address, json=change, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    shown = changed.json()
    assert (shown["offered_qty"], shown["price_idr"], shown["origin_producer"]) == (300_000, 14_000, None)
    assert shown["lots"][0]["expires_date"] is None
    stale = await cooperative.patch(address, json={"price_idr": 1}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["current"]) == (412, 2)
    assert (await cooperative.patch(address, json={"price_idr": 1})).status_code == 428
    item = await cooperative.patch(address, json={"item_code": "EGG"}, headers={"If-Match": '"2"'})
    assert item.json()["errors"][0]["code"] == "extra_forbidden"
    nothing = await cooperative.patch(address, json={"price_idr": None}, headers={"If-Match": '"2"'})
    assert nothing.json()["errors"][0]["field"] == "price_idr"


async def test_the_price_of_promised_goods_stands(cooperative, offer, session):
    known = await session.get(Offer, uuid.UUID(offer.json()["id"]))
    known.promised_qty = 40_000
    await session.flush()
    refused = await cooperative.patch(f"/offers/{known.id}", json={"price_idr": 13_000}, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json()["code"], refused.json()["promised_qty"]) == (
        409,
        "goods_promised",
        40_000,
    )
    taken = await cooperative.post(f"/offers/{known.id}/withdraw", headers={"If-Match": '"2"'})
    assert (taken.json()["status"], taken.json()["promised_qty"], taken.json()["available_qty"]) == (
        "withdrawn",
        40_000,
        0,
    )


async def test_a_withdrawn_offer_frees_its_lots_and_stays_withdrawn(cooperative, offer):
    address = f"/offers/{offer.json()['id']}/withdraw"
    taken = await cooperative.post(address, headers={"If-Match": '"1"'})
    assert (taken.status_code, taken.json()["status"], taken.json()["lots"][0]["is_live"]) == (200, "withdrawn", False)
    again = await cooperative.post(address, headers={"If-Match": taken.headers["ETag"]})
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")
    assert (await cooperative.post("/offers", json=BODY)).status_code == 201


async def test_lists_are_narrowed_and_read_page_by_page(cooperative, offer, clock, world):
    clock.advance(minutes=1)
    eggs = {**NO_LOTS, "item_code": "EGG", "price_idr": 29_000, "from_date": "2026-12-07", "to_date": "2026-12-11"}
    newer = (await cooperative.post("/offers", json=eggs)).json()
    older = offer.json()
    first = (await cooperative.get("/offers", params={"limit": 1})).json()
    assert [known["id"] for known in first["items"]] == [newer["id"]]
    rest = (await cooperative.get("/offers", params={"limit": 1, "after": first["next_cursor"]})).json()
    assert rest == {"items": [older], "next_cursor": None}
    for narrowed, found in (
        ({"week_start": "2026-11-30"}, [older["id"]]),
        ({"week_start": "2026-12-07"}, [newer["id"]]),
        ({"item_code": "EGG"}, [newer["id"]]),
        ({"status": "withdrawn"}, []),
        ({"cooperative_id": str(world.kitchen.id)}, []),
    ):
        assert [known["id"] for known in (await cooperative.get("/offers", params=narrowed)).json()["items"]] == found


async def test_the_city_sees_the_regions_offers_and_others_see_none(client_as, offer, foreign_world):
    address = f"/offers/{offer.json()['id']}"
    auditor = client_as(Role.AUDITOR)
    assert [known["id"] for known in (await auditor.get("/offers")).json()["items"]] == [offer.json()["id"]]
    assert (await auditor.get(address)).status_code == 200
    assert (await auditor.post("/offers", json=BODY)).status_code == 403
    assert (await client_as(Role.KITCHEN_HEAD).get("/offers")).status_code == 403
    stranger = client_as(Role.COOP_OFFICER, foreign_world)
    assert (await stranger.get("/offers")).json()["items"] == []
    assert (await stranger.get(address)).status_code == 404
    assert (await stranger.post(f"{address}/withdraw", headers={"If-Match": '"1"'})).status_code == 404
    assert (await auditor.get(f"/offers/{uuid.uuid4()}")).status_code == 404
