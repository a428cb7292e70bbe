"""Users and API keys over the API."""

import uuid

from service.domain.people import Role
from tests.api.conftest import Client

USER = {"username": "siti.rahma", "full_name": "Siti Rahma", "role": "coop_officer"}
PASSWORD = "hujan sore kopi"


async def test_administrator_adds_a_user_who_can_log_in(client_as, client, world):
    administrator = client_as(Role.ADMINISTRATOR)
    created = await administrator.post("/users", json={**USER, "organisation_id": str(world.cooperative.id)})
    assert created.status_code == 201
    assert "password" not in created.text
    body = created.json()
    invitation = body.pop("invitation")
    assert (await administrator.get(f"/users/{body['id']}")).json() == body
    assert invitation["path"] == f"/invitation?token={invitation['token']}"
    sent = {"token": invitation["token"], "password": PASSWORD}
    assert (await client.post("/api/v1/auth/invitations", json=sent)).status_code == 204
    entered = await client.post("/api/v1/auth/login", json={"username": USER["username"], "password": PASSWORD})
    assert entered.json()["user_id"] == body["id"]


async def test_role_must_exist_in_the_organisation(client_as, world):
    body = {**USER, "organisation_id": str(world.kitchen.id)}
    refused = await client_as(Role.ADMINISTRATOR).post("/users", json=body)
    assert refused.status_code == 422
    fault = refused.json()["errors"][0]
    assert (fault["field"], fault["code"]) == ("role", "role_does_not_fit")
    assert fault["message"] == "A kitchen has: kitchen_head, kitchen_accountant, field_assistant."


async def test_name_is_given_once(client_as, world):
    body = {**USER, "organisation_id": str(world.cooperative.id)}
    await client_as(Role.ADMINISTRATOR).post("/users", json=body)
    refused = await client_as(Role.ADMINISTRATOR).post("/users", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_exists")


async def test_organisation_of_another_region_is_unknown(client_as, foreign_world):
    body = {**USER, "organisation_id": str(foreign_world.cooperative.id)}
    refused = await client_as(Role.ADMINISTRATOR).post("/users", json=body)
    assert refused.json()["errors"][0]["field"] == "organisation_id"


async def test_nobody_sets_anothers_password(client_as, world):
    body = {**USER, "organisation_id": str(world.cooperative.id), "password": "padi-kuning-2026"}
    refused = await client_as(Role.ADMINISTRATOR).post("/users", json=body)
    assert [fault["field"] for fault in refused.json()["errors"]] == ["password"]
    assert "padi-kuning-2026" not in refused.text


async def test_deactivated_user_is_out_at_once(client_as, world):
    officer = world.users[Role.COOP_OFFICER]
    assert (await client_as(Role.COOP_OFFICER).get("/me")).status_code == 200
    path = f"/users/{officer.id}/deactivate"
    ended = await client_as(Role.ADMINISTRATOR).post(path, headers={"If-Match": '"1"'})
    assert ended.json()["is_active"] is False
    assert (await client_as(Role.COOP_OFFICER).get("/me")).status_code == 401
    again = await client_as(Role.ADMINISTRATOR).post(path, headers={"If-Match": ended.headers["ETag"]})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_nobody_locks_themselves_out(client_as, world):
    path = f"/users/{world.users[Role.ADMINISTRATOR].id}/deactivate"
    refused = await client_as(Role.ADMINISTRATOR).post(path, headers={"If-Match": '"1"'})
    assert refused.status_code == 409


async def test_members_see_their_colleagues_the_city_sees_all(client_as, world):
    own = (await client_as(Role.KITCHEN_HEAD).get("/users")).json()["items"]
    assert {item["organisation_id"] for item in own} == {str(world.kitchen.id)}
    assert len(own) == 3
    every = (await client_as(Role.AUDITOR).get("/users")).json()["items"]
    assert len(every) == len(world.users)
    one = await client_as(Role.AUDITOR).get("/users", params={"organisation_id": str(world.cooperative.id)})
    assert [item["role"] for item in one.json()["items"]] == ["coop_officer"]


async def test_key_is_shown_once_and_acts_within_its_scopes(client_as, client):
    officer = client_as(Role.COOP_OFFICER)
    body = {"name": "ERP", "scopes": ["organisations.read"]}
    repeat = {"Idempotency-Key": "once"}
    created = await officer.post("/api-keys", json=body, headers=repeat)
    assert created.status_code == 201
    key = created.json()["key"]
    assert key.startswith(f"pk_{created.json()['prefix']}_")
    again = await officer.post("/api-keys", json=body, headers=repeat)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == {**created.json(), "key": None}
    headers = {"Authorization": f"Bearer {key}"}
    assert (await client.get("/api/v1/cooperatives", headers=headers)).status_code == 200
    refused = await client.get("/api/v1/api-keys", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    shown = (await officer.get(f"/api-keys/{created.json()['id']}")).json()
    assert "key" not in shown
    assert shown["last_used_at"] == "2026-11-24T03:00:00Z"


async def test_key_cannot_do_more_than_its_maker(client_as):
    officer = client_as(Role.COOP_OFFICER)
    refused = await officer.post("/api-keys", json={"name": "ERP", "scopes": ["account", "policies.write"]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "scopes"


async def test_key_that_would_have_expired_is_refused(client_as):
    body = {"name": "ERP", "scopes": ["account"], "expires_at": "2026-11-24T03:00:00Z"}
    refused = await client_as(Role.COOP_OFFICER).post("/api-keys", json=body)
    assert refused.json()["errors"][0]["field"] == "expires_at"


async def test_revoked_key_is_worth_nothing(client_as, client):
    officer = client_as(Role.COOP_OFFICER)
    created = (await officer.post("/api-keys", json={"name": "ERP", "scopes": ["account"]})).json()
    path = f"/api-keys/{created['id']}/revoke"
    revoked = await officer.post(path, headers={"If-Match": '"1"'})
    assert revoked.json()["revoked_at"] == "2026-11-24T03:00:00Z"
    headers = {"Authorization": f"Bearer {created['key']}"}
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    again = await officer.post(path, headers={"If-Match": revoked.headers["ETag"]})
    assert again.status_code == 409


async def test_expired_key_is_worth_nothing(client_as, client, clock):
    body = {"name": "ERP", "scopes": ["account"], "expires_at": "2026-11-24T04:00:00Z"}
    created = (await client_as(Role.COOP_OFFICER).post("/api-keys", json=body)).json()
    clock.advance(hours=1)
    headers = {"Authorization": f"Bearer {created['key']}"}
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


async def test_keys_are_listed_newest_first_and_only_ones_own(client_as, clock):
    officer: Client = client_as(Role.COOP_OFFICER)
    for name in ("first", "second", "third"):
        await officer.post("/api-keys", json={"name": name, "scopes": ["account"]})
        clock.advance(minutes=1)
    page = (await officer.get("/api-keys", params={"limit": 2})).json()
    assert [item["name"] for item in page["items"]] == ["third", "second"]
    rest = (await officer.get("/api-keys", params={"limit": 2, "after": page["next_cursor"]})).json()
    assert [item["name"] for item in rest["items"]] == ["first"]
    assert rest["next_cursor"] is None
    other = client_as(Role.WHOLESALER)
    assert (await other.get("/api-keys")).json()["items"] == []
    assert (await other.get(f"/api-keys/{rest['items'][0]['id']}")).status_code == 404
    assert (await other.get(f"/api-keys/{uuid.uuid4()}")).status_code == 404
