"""What an API key may do is its scopes, at every address: one key has all scopes but the one that is asked for."""

import pytest

from service.domain.people import Role
from service.domain.permissions import NO_SCOPES, PERMISSIONS, Action, Actor, reach_of
from service.main import API_PREFIX
from tests.api.test_permissions import GUARDED, named
from tests.factories.people import new_api_key
from tests.factories.things import add_catalogue_things, add_things


@pytest.fixture
async def things(session, world):
    return await add_catalogue_things(session) | await add_things(session, world)


@pytest.fixture
async def keys(session, world):
    """Return for each action the key of somebody who may do it: one with that scope alone, one with all others."""
    made = {}
    for number, action in enumerate(Action):
        user = world.users[next(iter(PERMISSIONS[action]))]
        for mark, scopes in (("a", {action}), ("b", set(Action) - {action})):
            prefix = f"{mark}{number}"
            session.add(new_api_key(user, prefix=prefix, secret="x", scopes=sorted(one.value for one in scopes)))
            made[action, mark] = {"Authorization": f"Bearer pk_{prefix}_x"}
    await session.flush()
    return made


async def ask(client, connection, operation, things, headers):
    request = operation.request(things)
    async with connection.begin_nested() as attempt:
        answer = await client.request(
            **{**request, "url": API_PREFIX + request["url"], "headers": request["headers"] | headers}
        )
        await attempt.rollback()
    return answer


async def test_a_key_without_the_scope_is_refused_at_every_address(client, connection, keys, things):
    wrong = []
    for operation in GUARDED:
        answer = await ask(client, connection, operation, things, keys[operation.access.action, "b"])
        if (answer.status_code, answer.json().get("action")) != (403, operation.access.action.value):
            wrong.append(f"{named(operation)}: {answer.status_code}")
    assert wrong == []


async def test_a_key_with_the_scope_alone_gets_as_far_as_its_owner(client, connection, keys, things):
    wrong = []
    for operation in GUARDED:
        if operation.method != "GET" or operation.names:
            continue
        answer = await ask(client, connection, operation, things, keys[operation.access.action, "a"])
        expected = 403 if operation.access.action in NO_SCOPES else 200
        if answer.status_code != expected:
            wrong.append(f"{named(operation)}: {answer.status_code} {answer.text}")
    assert wrong == []


@pytest.fixture
async def widest(client_as, world):
    """Two keys of a person, each with every scope that they can give."""

    async def make(role):
        user = world.users[role]
        actor = Actor(user.id, user.organisation_id, user.region_code, role)
        scopes = [action.value for action in Action if reach_of(actor, action) and action not in NO_SCOPES]
        body = {"name": "ERP", "scopes": scopes}
        return [(await client_as(role).post("/api-keys", json=body)).json() for _ in range(2)]

    return make


def as_program(key):
    return {"Authorization": f"Bearer {key['key']}", "If-Match": '"1"'}


async def test_a_key_neither_renews_itself_nor_ends_another(client_as, client, widest):
    key, other = await widest(Role.COOP_OFFICER)
    renewal = {"name": "ERP", "scopes": ["account"]}
    for path, sent in (
        (f"{API_PREFIX}/api-keys", {"json": renewal}),
        (f"{API_PREFIX}/api-keys/{other['id']}/revoke", {}),
        (f"{API_PREFIX}/api-keys/{key['id']}/revoke", {}),
    ):
        refused = await client.post(path, headers=as_program(key), **sent)
        assert (refused.status_code, refused.json()["action"]) == (403, "credentials"), path
    page = await client.post(f"/account/api-keys/{other['id']}/revoke", data={"version": "1"}, headers=as_program(key))
    assert page.status_code == 403
    listed = (await client.get(f"{API_PREFIX}/api-keys", headers=as_program(key))).json()["items"]
    assert {(one["id"], one["revoked_at"]) for one in listed} == {(key["id"], None), (other["id"], None)}
    owner = client_as(Role.COOP_OFFICER)
    ended = await owner.post(f"/api-keys/{other['id']}/revoke", headers={"If-Match": '"1"'})
    assert ended.status_code == 200


@pytest.mark.parametrize("role", [Role.COOP_OFFICER, Role.ADMINISTRATOR])
async def test_a_key_does_not_say_how_its_owner_is_reached(client_as, client, widest, world, role):
    """Whoever gets a person's messages answers orders in their name."""
    key, _ = await widest(role)
    own = f"/users/{world.users[role].id}/contact"
    for path, action in {"/me/contact": "credentials", own: "users.write"}.items():
        refused = await client.put(f"{API_PREFIX}{path}", json={"phone": "0812-3456-789"}, headers=as_program(key))
        assert (refused.status_code, refused.json()["action"]) == (403, action)
    seen = await client.get(f"{API_PREFIX}/me/contact", headers=as_program(key))
    assert (seen.status_code, seen.json()["phone"]) == (200, None)
    told = await client_as(role).put("/me/contact", json={"phone": "0812-3456-789"})
    assert told.json()["phone"] == "+628123456789"


@pytest.mark.parametrize("deed", ["invitations", "second-factor/reset", "deactivate", "erase"])
async def test_a_key_of_an_administrator_lets_nobody_in_and_keeps_nobody_out(client_as, client, widest, world, deed):
    """Whoever hands out a link to a password is soon whom they like: the administrator too."""
    key, _ = await widest(Role.ADMINISTRATOR)
    path = f"/users/{world.users[Role.AUDITOR].id}/{deed}"
    refused = await client.post(f"{API_PREFIX}{path}", headers=as_program(key))
    assert (refused.status_code, refused.json()["action"]) == (403, "users.write")
    logged_in = await client_as(Role.ADMINISTRATOR).post(path, headers={"If-Match": '"1"'})
    assert logged_in.status_code != 403


async def test_no_key_is_made_that_may_change_users(client_as):
    asked = await client_as(Role.ADMINISTRATOR).post("/api-keys", json={"name": "ERP", "scopes": ["users.write"]})
    assert [error["code"] for error in asked.json()["errors"]] == ["beyond_own_rights"]


async def test_a_key_lives_ninety_days_unless_told_and_a_year_at_most(client_as):
    officer = client_as(Role.COOP_OFFICER)
    body = {"name": "ERP", "scopes": ["account"]}
    usual = await officer.post("/api-keys", json=body)
    assert usual.json()["expires_at"] == "2027-02-22T03:00:00Z"
    longest = await officer.post("/api-keys", json={**body, "expires_at": "2027-11-25T03:00:00Z"})
    assert longest.status_code == 201
    refused = await officer.post("/api-keys", json={**body, "expires_at": "2027-11-25T03:00:01Z"})
    assert refused.json()["errors"][0]["field"] == "expires_at"
    assert "2027-11-25" in refused.json()["errors"][0]["message"]
