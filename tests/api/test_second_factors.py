"""The second factor over the API: set up, asked for at the login, taken once, removed and reset."""

import base64
import json
from dataclasses import replace

import httpx
import pytest
import sqlalchemy as sa

from service.domain.audits import AuditEntry
from service.domain.people import Role
from service.domain.second_factors import EntryRules, SecondFactorPolicy
from service.workflows.credentials import hash_password
from tests.api.conftest import BASE_URL, Client
from tests.factories.second_factors import RECOVERY, Phone, add_second_factor

PASSWORD = "tahu tempe lontong"


@pytest.fixture
async def operator(session, world):
    user = world.users[Role.CITY_OPERATOR]
    user.password_hash = await hash_password(PASSWORD)
    session.add(user)
    await session.flush()
    return user


@pytest.fixture
async def phone(session, operator):
    return await add_second_factor(session, operator)


@pytest.fixture
def required(app):
    """The installation demands a second factor of the city's people."""
    usual = app.state.options
    app.state.options = replace(usual, entry_rules=EntryRules(SecondFactorPolicy.REQUIRED))
    yield
    app.state.options = usual


async def challenged(client: Client, username: str) -> str:
    half = await client.post("/api/v1/auth/login", json={"username": username, "password": PASSWORD})
    assert (half.status_code, half.json()["code"]) == (401, "second_factor_needed")
    assert "Set-Cookie" not in half.headers
    return half.json()["challenge"]


async def send(client: Client, challenge: str, code: str) -> httpx.Response:
    return await client.post("/api/v1/auth/second-factor", json={"challenge": challenge, "code": code})


async def test_from_the_key_to_a_login_with_the_code(client, client_as, operator, clock, session):
    caller = client_as(Role.CITY_OPERATOR)
    assert (await caller.get("/account/second-factor")).json()["is_set"] is False
    begun = (await caller.post("/account/second-factor")).json()
    phone = Phone(base64.b32decode(begun["key"].replace(" ", "")))
    assert begun["key"].replace(" ", "") in begun["otpauth_uri"]
    unasked = await client.post("/api/v1/auth/login", json={"username": operator.username, "password": PASSWORD})
    assert unasked.status_code == 201
    wrong = await caller.post("/account/second-factor/confirm", json={"code": "000000"})
    assert wrong.json()["errors"][0]["code"] == "wrong_code"
    confirmed = await caller.post("/account/second-factor/confirm", json={"code": phone.shows(clock.now)})
    codes = confirmed.json()["recovery_codes"]
    assert len(set(codes)) == 8
    clock.advance(seconds=30)
    entered = await send(client, await challenged(client, operator.username), phone.shows(clock.now))
    assert entered.status_code == 201
    assert entered.json()["role"] == "city_operator"
    state = (await caller.get("/account/second-factor")).json()
    assert (state["is_set"], state["recovery_codes_left"]) == (True, 8)
    kept = " ".join(str(row) for row in (await session.execute(sa.text("SELECT f FROM second_factor f"))).scalars())
    assert begun["key"].replace(" ", "") not in kept
    assert not any(code.replace("-", "") in kept for code in codes)


async def test_begun_again_the_earlier_key_is_void(client_as, operator, clock):
    caller = client_as(Role.CITY_OPERATOR)
    begun = [(await caller.post("/account/second-factor")).json()["key"] for _ in range(2)]
    earlier, later = [Phone(base64.b32decode(key.replace(" ", ""))) for key in begun]
    refused = await caller.post("/account/second-factor/confirm", json={"code": earlier.shows(clock.now)})
    assert refused.json()["errors"][0]["code"] == "wrong_code"
    confirmed = await caller.post("/account/second-factor/confirm", json={"code": later.shows(clock.now)})
    assert confirmed.status_code == 200


async def test_whoever_entered_with_the_password_alone_is_out_when_the_code_is_asked_for(
    client, client_as, operator, clock
):
    stranger = await client.post("/api/v1/auth/login", json={"username": operator.username, "password": PASSWORD})
    client.cookies.clear()
    owner = client_as(Role.CITY_OPERATOR)
    begun = (await owner.post("/account/second-factor")).json()
    phone = Phone(base64.b32decode(begun["key"].replace(" ", "")))
    await owner.post("/account/second-factor/confirm", json={"code": phone.shows(clock.now)})
    theirs = {"Authorization": f"Bearer {stranger.json()['token']}"}
    assert (await client.get("/api/v1/me", headers=theirs)).status_code == 401
    assert (await owner.get("/me")).status_code == 200


async def test_neither_key_nor_codes_are_told_again_nor_written_into_the_audit_trail(client_as, session, clock):
    caller = client_as(Role.CITY_OPERATOR)
    repeat = {"Idempotency-Key": "once"}
    begun = (await caller.post("/account/second-factor", headers=repeat)).json()
    again = await caller.post("/account/second-factor", headers=repeat)
    assert again.json() == {"key": None, "otpauth_uri": None}
    phone = Phone(base64.b32decode(begun["key"].replace(" ", "")))
    body = {"code": phone.shows(clock.now)}
    codes = (await caller.post("/account/second-factor/confirm", json=body, headers=repeat | {})).json()
    assert codes["code"] == "idempotency_key_reused"
    confirmed = (await caller.post("/account/second-factor/confirm", json=body)).json()
    entries = (await session.scalars(sa.select(AuditEntry))).all()
    told = json.dumps([entry.model_dump(mode="json") for entry in entries])
    assert "user.set_second_factor" in told
    assert begun["key"].replace(" ", "") not in told.replace(" ", "")
    assert not any(code in told for code in confirmed["recovery_codes"])


async def test_a_code_lets_in_once(client, operator, phone, clock):
    challenge = await challenged(client, operator.username)
    code = phone.shows(clock.now)
    assert (await send(client, challenge, code)).status_code == 201
    replayed = await send(client, challenge, code)
    assert (replayed.status_code, replayed.json()["code"]) == (401, "code_refused")
    clock.advance(seconds=30)
    assert (await send(client, challenge, code)).status_code == 401
    assert (await send(client, challenge, phone.shows(clock.now))).status_code == 201


async def test_a_recovery_code_lets_in_once(client, operator, phone):
    challenge = await challenged(client, operator.username)
    assert (await send(client, challenge, RECOVERY.upper())).status_code == 201
    assert (await send(client, challenge, RECOVERY)).status_code == 401


async def test_the_sixth_code_in_five_minutes_has_to_wait_even_if_it_is_right(client, operator, phone, clock):
    challenge = await challenged(client, operator.username)
    for _ in range(5):
        assert (await send(client, challenge, "000000")).status_code == 401
    refused = await send(client, challenge, phone.shows(clock.now))
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_logins")
    assert refused.headers["Retry-After"] == "300"


@pytest.mark.parametrize("path", ["confirm", "remove"])
async def test_codes_are_counted_wherever_they_are_sent(client_as, operator, phone, clock, path):
    client = client_as(Role.WHOLESALER)
    client.base_url = BASE_URL
    challenge = await challenged(client, operator.username)
    for _ in range(5):
        await send(client, challenge, "000000")
    sent = {"code": phone.shows(clock.now)}
    refused = await client_as(Role.CITY_OPERATOR).post(f"/account/second-factor/{path}", json=sent)
    assert refused.status_code == 429


async def test_a_challenge_is_void_when_the_password_was_changed(client, operator, phone, clock, session):
    challenge = await challenged(client, operator.username)
    operator.password_hash = await hash_password("another password")
    session.add(operator)
    await session.flush()
    refused = await send(client, challenge, phone.shows(clock.now))
    assert (refused.status_code, refused.json()["code"]) == (401, "challenge_over")


async def test_a_challenge_of_somebody_deactivated_is_worth_nothing(client, operator, phone, clock, session):
    challenge = await challenged(client, operator.username)
    operator.is_active = False
    session.add(operator)
    await session.flush()
    assert (await send(client, challenge, phone.shows(clock.now))).status_code == 401


async def test_a_challenge_lets_in_nobody_whose_second_factor_was_removed_since(
    client, client_as, operator, phone, clock
):
    challenge, owner = await challenged(client, operator.username), client_as(Role.CITY_OPERATOR)
    await owner.post("/account/second-factor/remove", json={"code": phone.shows(clock.now)})
    clock.advance(seconds=30)
    removed = await send(client, challenge, phone.shows(clock.now))
    begun = (await owner.post("/account/second-factor")).json()
    unconfirmed = await send(client, challenge, Phone(base64.b32decode(begun["key"].replace(" ", ""))).shows(clock.now))
    assert [one.json()["code"] for one in (removed, unconfirmed)] == ["code_refused", "code_refused"]


async def test_ones_own_is_removed_with_a_code(client, client_as, operator, phone, clock):
    caller = client_as(Role.CITY_OPERATOR)
    again = await caller.post("/account/second-factor")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    refused = await caller.post("/account/second-factor/remove", json={"code": "000000"})
    assert refused.json()["errors"][0]["code"] == "wrong_code"
    removed = await caller.post("/account/second-factor/remove", json={"code": phone.shows(clock.now)})
    assert removed.status_code == 204
    unasked = await client.post("/api/v1/auth/login", json={"username": operator.username, "password": PASSWORD})
    assert unasked.status_code == 201


async def test_an_administrator_resets_it_and_that_is_on_record(client_as, operator, phone, session):
    administrator = client_as(Role.ADMINISTRATOR)
    path = f"/users/{operator.id}"
    seen = await administrator.get(path)
    assert seen.json()["second_factor_at"] is not None
    reset = await administrator.post(f"{path}/second-factor/reset", headers={"If-Match": seen.headers["ETag"]})
    assert (reset.status_code, reset.json()["second_factor_at"]) == (200, None)
    assert (await client_as(Role.CITY_OPERATOR).get("/me")).status_code == 401, "who lost the phone logs in anew"
    entry = (await session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "user.reset_second_factor"))).one()
    assert entry.entity_id == str(operator.id)
    again = await administrator.post(f"{path}/second-factor/reset", headers={"If-Match": reset.headers["ETag"]})
    assert again.status_code == 409


async def test_an_administrator_does_not_reset_their_own_without_its_code(client_as, session, world):
    own = world.users[Role.ADMINISTRATOR]
    await add_second_factor(session, own)
    administrator, path = client_as(Role.ADMINISTRATOR), f"/users/{own.id}"
    seen = await administrator.get(path)
    refused = await administrator.post(f"{path}/second-factor/reset", headers={"If-Match": seen.headers["ETag"]})
    assert (refused.status_code, refused.json()["detail"]) == (409, "Remove your own second factor with a code of it.")
    assert (await administrator.get("/account/second-factor")).json()["is_set"] is True


async def test_where_it_is_required_a_session_without_it_may_only_set_it_up(client_as, required, clock):
    operator = client_as(Role.CITY_OPERATOR)
    refused = await operator.get("/plans")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    sneaking = await operator.post("/api-keys", json={"name": "way round", "scopes": ["plans.read"]})
    assert sneaking.json()["errors"][0]["code"] == "beyond_own_rights"
    assert (await client_as(Role.COOP_OFFICER).get("/orders")).status_code == 200
    begun = (await operator.post("/account/second-factor")).json()
    phone = Phone(base64.b32decode(begun["key"].replace(" ", "")))
    await operator.post("/account/second-factor/confirm", json={"code": phone.shows(clock.now)})
    assert (await operator.get("/plans")).status_code == 200


async def test_no_api_key_touches_its_owners_ways_in(client_as, session, world):
    refused = await client_as(Role.COOP_OFFICER).post("/api-keys", json={"name": "x", "scopes": ["credentials"]})
    assert refused.json()["errors"][0]["code"] == "beyond_own_rights"
    assert "credentials" not in refused.json()["errors"][0]["message"].partition("Valid:")[2]
