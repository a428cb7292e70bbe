"""Logging in and out: sessions, cookies, throttling, forged requests."""

import httpx
import pytest

from service.domain.people import Role
from service.workflows.credentials import hash_password
from tests.api.conftest import BASE_URL, Client
from tests.factories.people import new_api_key, new_login, new_user

PASSWORD = "correct horse battery"


@pytest.fixture
async def officer(session, world):
    user = new_user(world.cooperative, Role.COOP_OFFICER, username="siti", password_hash=await hash_password(PASSWORD))
    session.add(user)
    await session.flush()
    return user


async def log_in(client: Client, password: str = PASSWORD, username: str = "siti"):
    return await client.post("/api/v1/auth/login", json={"username": username, "password": password})


async def test_login_gives_a_cookie_that_scripts_cannot_read_and_a_token(client, officer):
    response = await log_in(client)
    assert response.status_code == 201
    assert response.json()["user_id"] == str(officer.id)
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    token = response.json()["token"]
    client.cookies.clear()
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["username"] == "siti"
    assert me.json()["organisation"]["id"] == str(officer.organisation_id)
    assert me.json()["csrf_token"] is None
    assert me.json()["rights"]["offers.write"] == "own"


async def test_login_name_is_not_case_sensitive(client, officer):
    assert (await log_in(client, username=" SITI ")).status_code == 201


async def test_unknown_name_and_wrong_password_get_the_same_answer(client, officer):
    answers = [(await log_in(client, password="wrong")), (await log_in(client, username="nobody"))]
    bodies = [{**answer.json(), "correlation_id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert bodies[0] == bodies[1]
    assert bodies[0]["code"] == "not_authenticated"
    assert bodies[0]["detail"] == "Name or password is wrong."


async def test_deactivated_user_cannot_log_in(client, officer, session):
    officer.is_active = False
    await session.flush()
    assert (await log_in(client)).status_code == 401


async def test_eleventh_attempt_in_five_minutes_has_to_wait(client, officer):
    for _ in range(10):
        assert (await log_in(client, password="wrong")).status_code == 401
    refused = await log_in(client)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_logins"
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert refused.json()["retry_after_s"] == int(refused.headers["Retry-After"])


async def test_unknown_names_are_locked_out_exactly_like_known_ones(client, app, officer):
    answers = {}
    for username, address in (("siti", "203.0.113.1"), ("nobody", "203.0.113.2")):
        transport = httpx.ASGITransport(app=app, client=(address, 1))
        async with Client(transport=transport, base_url=BASE_URL) as guesser:
            answers[username] = [await log_in(guesser, "wrong", username) for _ in range(11)]
    told = {name: [{**one.json(), "correlation_id": ""} for one in tries] for name, tries in answers.items()}
    assert told["siti"] == told["nobody"]
    assert [one.status_code for one in answers["nobody"]] == [401] * 10 + [429]
    assert answers["siti"][-1].headers["Retry-After"] == answers["nobody"][-1].headers["Retry-After"] == "300"


async def test_an_attempt_counts_although_the_refused_login_is_undone(client, officer, clock):
    for _ in range(10):
        await log_in(client, password="wrong")
    clock.advance(minutes=5)
    assert (await log_in(client)).status_code == 201


async def test_password_is_not_repeated_in_a_refusal(client, officer):
    refused = await client.post("/api/v1/auth/login", json={"username": "siti", "password": PASSWORD, "more": 1})
    assert refused.status_code == 422
    assert PASSWORD not in refused.text


async def test_logout_ends_the_session(client, officer):
    token = (await log_in(client)).json()["token"]
    client.cookies.clear()
    headers = {"Authorization": f"Bearer {token}"}
    assert (await client.post("/api/v1/auth/logout", headers=headers)).status_code == 204
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401


async def test_logging_out_with_an_api_key_ends_nothing(client, officer, session):
    key = new_api_key(officer, prefix="abcdef", secret="s3cret", scopes=["account"])
    session.add_all([key, new_login(officer, "st_open")])
    await session.flush()
    program = {"Authorization": "Bearer pk_abcdef_s3cret"}
    assert (await client.post("/api/v1/auth/logout", headers=program)).status_code == 204
    for headers in (program, {"Authorization": "Bearer st_open"}):
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200


async def test_session_ends_by_itself(client, officer, clock):
    token = (await log_in(client)).json()["token"]
    clock.advance(hours=12)
    client.cookies.clear()
    refused = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 401
    assert refused.json()["code"] == "not_authenticated"
    assert refused.headers["WWW-Authenticate"] == "Bearer"


async def test_cookie_change_needs_the_sessions_own_word_or_the_same_origin(client, officer):
    word = (await log_in(client)).json()["csrf_token"]
    assert (await client.get("/api/v1/me")).json()["csrf_token"] == word
    for headers in ({}, {"X-Pasok-CSRF": "f" * 64}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.test"}):
        refused = await client.post("/api/v1/auth/logout", headers=headers)
        assert refused.status_code == 403
        assert refused.json()["code"] == "csrf_refused"
    same_site = await client.post("/api/v1/auth/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert same_site.status_code == 204


@pytest.mark.parametrize("headers", [{"Origin": "http://pasok.test"}, {"X-Pasok-CSRF": "the session's"}])
async def test_cookie_change_from_our_own_pages_is_allowed(client, officer, headers):
    word = (await log_in(client)).json()["csrf_token"]
    sent = {"X-Pasok-CSRF": word} if "X-Pasok-CSRF" in headers else headers
    assert (await client.post("/api/v1/auth/logout", headers=sent)).status_code == 204


async def test_another_site_cannot_log_somebody_in(client, officer):
    sent = {"username": "siti", "password": PASSWORD}
    refused = await client.post("/api/v1/auth/login", json=sent, headers={"Origin": "http://evil.test"})
    assert refused.json()["code"] == "csrf_refused"


async def test_session_of_a_closed_organisation_is_worth_nothing(client_as, session, world):
    world.cooperative.status = "closed"
    await session.flush()
    assert (await client_as(Role.COOP_OFFICER).get("/me")).status_code == 401


async def test_api_key_acts_within_its_scopes_and_notes_its_use(client, officer, session, clock):
    key = new_api_key(officer, prefix="abcdef", secret="s3cret", scopes=["account"])
    session.add_all([key, new_login(officer, "st_unused")])
    await session.flush()
    me = await client.get("/api/v1/me", headers={"Authorization": "Bearer pk_abcdef_s3cret"})
    assert me.json()["rights"] == {"account": "own"}
    await session.refresh(key)
    assert key.last_used_at == clock.now
    for other in ("pk_abcdef_other", "pk_fedcba_s3cret"):
        wrong = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {other}"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "not_authenticated")
