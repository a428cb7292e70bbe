"""Organisations over the API: list, admit, change, status, papers, calendar."""

import uuid

import pytest

from service.domain.people import Role
from tests.factories.organisations import new_document

KITCHEN = {
    "code": "SPPG-900",
    "name": "SPPG Tajur 2",
    "kelurahan_code": "32.71.01.1001",
    "latitude": -6.62,
    "longitude": 106.83,
    "foundation_name": "Yayasan Gizi",
    "portions_small": 1000,
    "portions_large": 2000,
    "max_drops_per_day": 8,
    "min_suppliers": 15,
    "max_share_bp": 4000,
}
COOPERATIVE = {
    **{name: KITCHEN[name] for name in ("name", "kelurahan_code", "latitude", "longitude")},
    "code": "KKMP-TAJUR",
    "radius_m": 6000,
    "capital_idr": 150_000_000,
    "markup_bp": 500,
    "handling_g_per_day": 3_000_000,
    "cold_g_per_day": 400_000,
}
WHOLESALER = {
    **{name: KITCHEN[name] for name in ("name", "latitude", "longitude")},
    "code": "GROSIR-1",
    "min_order_idr": 1_000_000,
    "lead_days": 2,
}
BODIES = {"kitchens": KITCHEN, "cooperatives": COOPERATIVE, "wholesalers": WHOLESALER}


@pytest.mark.parametrize("plural", BODIES)
async def test_operator_admits_lists_and_reads(client_as, plural):
    operator = client_as(Role.CITY_OPERATOR)
    created = await operator.post(f"/{plural}", json=BODIES[plural])
    assert created.status_code == 201
    body = created.json()
    assert body["status"] == "registered"
    assert {name: body[name] for name in BODIES[plural]} == BODIES[plural]
    assert created.headers["Location"] == f"/api/v1/{plural}/{body['id']}"
    assert (await operator.get(f"/{plural}/{body['id']}")).json() == body
    listed = (await operator.get(f"/{plural}", params={"status": "registered"})).json()
    assert listed == {"items": [body], "next_cursor": None}


@pytest.mark.parametrize("plural", BODIES)
async def test_code_is_given_once(client_as, plural):
    operator = client_as(Role.CITY_OPERATOR)
    await operator.post(f"/{plural}", json=BODIES[plural])
    refused = await operator.post(f"/{plural}", json=BODIES[plural])
    assert refused.status_code == 409
    assert refused.json()["code"] == "already_exists"
    assert refused.json()["field"] == "code"


async def test_kelurahan_must_be_of_the_region(client_as):
    body = {**KITCHEN, "kelurahan_code": "32.01.01.1001"}
    refused = await client_as(Role.CITY_OPERATOR).post("/kitchens", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "kelurahan_code"


async def test_receiving_window_ends_after_it_begins(client_as):
    body = {**KITCHEN, "receiving_from_minute": 900, "receiving_to_minute": 900}
    refused = await client_as(Role.CITY_OPERATOR).post("/kitchens", json=body)
    assert refused.json()["code"] == "invalid_field"
    assert refused.json()["errors"][0]["field"] == "receiving_to_minute"


async def test_a_list_comes_in_pages_without_gap_or_double(client_as, world):
    operator = client_as(Role.CITY_OPERATOR)
    for number in range(5):
        await operator.post("/wholesalers", json={**WHOLESALER, "code": f"GROSIR-{number}"})
    codes, after = [], None
    while True:
        page = (await operator.get("/wholesalers", params={"limit": 2, **({"after": after} if after else {})})).json()
        codes += [item["code"] for item in page["items"]]
        after = page["next_cursor"]
        if after is None:
            break
    assert codes == sorted([world.wholesaler.code, *(f"GROSIR-{number}" for number in range(5))])


async def test_cursor_of_nobody_is_refused(client_as):
    refused = await client_as(Role.CITY_OPERATOR).get("/kitchens", params={"after": "%%%"})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {
            "field": "after",
            "code": "invalid_cursor",
            "message": "Send the next_cursor of the page before, unchanged.",
        }
    ]


async def test_members_see_themselves_and_nobody_else(client_as, world):
    officer = client_as(Role.COOP_OFFICER)
    listed = (await officer.get("/organisations")).json()["items"]
    assert [item["id"] for item in listed] == [str(world.cooperative.id)]
    assert (await officer.get("/kitchens")).json()["items"] == []
    assert (await officer.get(f"/kitchens/{world.kitchen.id}")).status_code == 404


async def test_organisations_are_narrowed_by_kind_and_status(client_as, world):
    listed = await client_as(Role.AUDITOR).get("/organisations", params={"kind": "kitchen", "status": "active"})
    assert [item["id"] for item in listed.json()["items"]] == [str(world.kitchen.id)]


async def test_unknown_kind_is_refused_with_the_valid_ones(client_as):
    refused = await client_as(Role.AUDITOR).get("/organisations", params={"kind": "shop"})
    assert refused.status_code == 422
    assert "'kitchen', 'cooperative', 'wholesaler' or 'city_office'" in refused.json()["errors"][0]["message"]


async def test_officer_changes_own_capacity_and_raises_the_version(client_as, world):
    officer = client_as(Role.COOP_OFFICER)
    path = f"/cooperatives/{world.cooperative.id}"
    before = await officer.get(path)
    changed = await officer.patch(
        path, json={"handling_g_per_day": 5_000_000}, headers={"If-Match": before.headers["ETag"]}
    )
    assert changed.status_code == 200
    assert changed.json() == {**before.json(), "handling_g_per_day": 5_000_000, "version": 2}
    assert changed.headers["ETag"] == '"2"'


async def test_change_of_nothing_leaves_the_version(client_as, world):
    head = client_as(Role.KITCHEN_HEAD)
    path = f"/kitchens/{world.kitchen.id}"
    unchanged = await head.patch(path, json={"portions_small": 1200}, headers={"If-Match": '"1"'})
    assert unchanged.json()["version"] == 1


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 428, "if_match_missing"),
        ({"If-Match": "1"}, 400, "if_match_invalid"),
        ({"If-Match": '"7"'}, 412, "stale_version"),
    ],
)
async def test_change_names_the_version_it_was_made_from(client_as, world, headers, status, code):
    refused = await client_as(Role.WHOLESALER).patch(
        f"/wholesalers/{world.wholesaler.id}", json={"lead_days": 3}, headers=headers
    )
    assert refused.status_code == status
    assert refused.json()["code"] == code
    if code == "stale_version":
        assert refused.json()["current"] == 1


async def test_null_is_not_a_value(client_as, world):
    refused = await client_as(Role.WHOLESALER).patch(
        f"/wholesalers/{world.wholesaler.id}", json={"lead_days": None}, headers={"If-Match": '"1"'}
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "lead_days"


async def test_kitchen_does_not_loosen_how_it_is_watched(client_as, world):
    path = f"/kitchens/{world.kitchen.id}"
    body = {"min_suppliers": 1, "portions_small": 900}
    refused = await client_as(Role.KITCHEN_HEAD).patch(path, json=body, headers={"If-Match": '"1"'})
    assert refused.status_code == 403
    assert refused.json()["fields"] == ["min_suppliers"]
    allowed = await client_as(Role.CITY_OPERATOR).patch(path, json=body, headers={"If-Match": '"1"'})
    assert allowed.json()["min_suppliers"] == 1


async def test_kitchen_is_no_cooperative(client_as, world):
    refused = await client_as(Role.CITY_OPERATOR).patch(
        f"/cooperatives/{world.kitchen.id}", json={"radius_m": 1}, headers={"If-Match": '"1"'}
    )
    assert refused.status_code == 404


async def test_status_moves_only_as_the_table_allows(client_as, world):
    operator = client_as(Role.CITY_OPERATOR)
    path = f"/organisations/{world.kitchen.id}/status"
    body = {"status": "suspended", "reason": "Kitchen out of order"}
    suspended = await operator.post(path, json=body, headers={"If-Match": '"1"'})
    assert suspended.json()["status"] == "suspended"
    refused = await operator.post(
        path, json={"status": "registered", "reason": "again"}, headers={"If-Match": suspended.headers["ETag"]}
    )
    assert refused.status_code == 409
    assert refused.json()["code"] == "illegal_transition"
    assert refused.json()["current"] == "suspended"
    assert refused.json()["allowed"] == ["active", "closed"]


async def test_papers_of_the_organisation_wait_for_the_city_those_of_the_city_are_verified(client_as, world):
    path = f"/organisations/{world.cooperative.id}/documents"
    body = {"kind": "halal", "number": "ID3211", "valid_from": "2026-01-01", "valid_to": "2027-01-01"}
    own = await client_as(Role.COOP_OFFICER).post(path, json=body)
    assert own.status_code == 201
    assert own.json()["verified_at"] is None
    city = await client_as(Role.CITY_OPERATOR).post(path, json={**body, "kind": "nib"})
    assert city.json()["verified_at"] == "2026-11-24T03:00:00Z"
    listed = (await client_as(Role.AUDITOR).get(path)).json()
    assert listed == [own.json(), city.json()]


async def test_paper_that_ends_before_it_begins_is_refused(client_as, world):
    body = {"kind": "nib", "number": "1", "valid_from": "2026-01-02", "valid_to": "2026-01-01"}
    refused = await client_as(Role.COOP_OFFICER).post(f"/organisations/{world.cooperative.id}/documents", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "valid_to"


async def test_papers_of_others_are_not_there(client_as, world, session):
    session.add(new_document(world.kitchen))
    await session.flush()
    path = f"/organisations/{world.kitchen.id}/documents"
    assert (await client_as(Role.COOP_OFFICER).get(path)).status_code == 404


async def test_day_is_closed_and_opened_again(client_as, world):
    head = client_as(Role.KITCHEN_HEAD)
    path = f"/organisations/{world.kitchen.id}/closed-days"
    closed = await head.put(f"{path}/2026-12-25", json={"reason": "Christmas"}, headers={"If-Match": '"1"'})
    assert closed.json() == {"closed_date": "2026-12-25", "reason": "Christmas"}
    again = await head.put(f"{path}/2026-12-25", json={"reason": "Holiday"}, headers={"If-Match": '"2"'})
    assert again.json()["reason"] == "Holiday"
    listed = await head.get(path)
    assert listed.json() == [again.json()]
    assert listed.headers["ETag"] == '"3"'
    opened = await head.delete(f"{path}/2026-12-25", headers={"If-Match": '"3"'})
    assert opened.status_code == 204
    assert (await head.get(path)).json() == []
    refused = await head.delete(f"{path}/2026-12-25", headers={"If-Match": '"4"'})
    assert refused.status_code == 404


async def test_capacity_of_a_day_is_set_and_cleared(client_as, world):
    officer = client_as(Role.COOP_OFFICER)
    path = f"/cooperatives/{world.cooperative.id}/day-capacities"
    body = {"handling_g": 1_000_000, "cold_g": 0}
    put = await officer.put(f"{path}/2026-12-01", json=body, headers={"If-Match": '"1"'})
    assert put.json() == {"capacity_date": "2026-12-01", **body}
    more = await officer.put(f"{path}/2026-12-01", json={**body, "cold_g": 5}, headers={"If-Match": '"2"'})
    assert (await officer.get(path)).json() == [more.json()]
    assert (await officer.delete(f"{path}/2026-12-01", headers={"If-Match": '"3"'})).status_code == 204
    assert (await officer.get(path)).json() == []
    refused = await officer.delete(f"{path}/2026-12-01", headers={"If-Match": '"4"'})
    assert refused.json()["detail"] == "The day is as usual."


async def test_kitchen_has_no_day_capacity(client_as, world):
    refused = await client_as(Role.CITY_OPERATOR).put(
        f"/cooperatives/{world.kitchen.id}/day-capacities/2026-12-01",
        json={"handling_g": 1, "cold_g": 1},
        headers={"If-Match": '"1"'},
    )
    assert refused.status_code == 404


async def test_every_change_is_on_record(client_as, world):
    operator = client_as(Role.CITY_OPERATOR)
    body = {"status": "suspended", "reason": "No water"}
    await operator.post(f"/organisations/{world.kitchen.id}/status", json=body, headers={"If-Match": '"1"'})
    entries = (await operator.get("/audit", params={"entity_id": str(world.kitchen.id)})).json()["items"]
    assert len(entries) == 1
    assert entries[0]["action"] == "organisation.change_status"
    assert entries[0]["actor_user_id"] == str(world.users[Role.CITY_OPERATOR].id)
    assert entries[0]["before"] == {"status": "active"}
    assert entries[0]["after"] == body


async def test_missing_organisation_is_told_as_a_problem(client_as):
    missing = uuid.uuid4()
    refused = await client_as(Role.AUDITOR).get(f"/organisations/{missing}")
    body = refused.json()
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert body.pop("correlation_id") == refused.headers["X-Correlation-ID"]
    assert body == {
        "type": "/problems/not_found",
        "title": "Not found",
        "status": 404,
        "detail": "No such organisation.",
        "instance": f"/api/v1/organisations/{missing}",
        "code": "not_found",
        "errors": [],
    }
