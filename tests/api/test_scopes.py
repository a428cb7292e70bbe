"""What an API key may do is its scopes, at every address: one key has all scopes but the one that is asked for."""

import pytest

from service.domain.people import Role
from service.domain.permissions import NO_SCOPES, PERMISSIONS, Action
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
