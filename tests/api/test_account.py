"""One's own password and sessions, and the invitation that begins them."""

import httpx
import pytest
import sqlalchemy as sa

from service.domain.audits import AuditEntry
from service.domain.people import Role
from service.workflows.credentials import hash_password
from tests.api.conftest import BASE_URL, Client

OLD, NEW = "tahu tempe lontong", "hujan sore kopi"


@pytest.fixture
async def officer(session, world):
    user = world.users[Role.COOP_OFFICER]
    user.password_hash = await hash_password(OLD)
    session.add(user)
    await session.flush()
    return user


async def log_in(app, username: str, password: str, device: str = "Firefox") -> Client | None:
    """Return a client that is logged in, or nobody."""
    client = Client(
        transport=httpx.ASGITransport(app=app), base_url=f"{BASE_URL}/api/v1", headers={"User-Agent": device}
    )
    answer = await client.post("/auth/login", json={"username": username, "password": password})
    if answer.status_code != 201:
        return None
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return client


async def test_a_new_password_ends_every_session_and_begins_a_new_one(app, officer):
    phone, laptop = await log_in(app, officer.username, OLD), await log_in(app, officer.username, OLD)
    changed = await phone.post("/account/password", json={"old_password": OLD, "new_password": NEW})
    assert changed.status_code == 200
    assert "HttpOnly" in changed.headers["Set-Cookie"]
    phone.cookies.clear()
    for one in (phone, laptop):
        assert (await one.get("/me")).status_code == 401
    phone.headers["Authorization"] = f"Bearer {changed.json()['token']}"
    assert (await phone.get("/me")).status_code == 200
    assert await log_in(app, officer.username, OLD) is None
    assert await log_in(app, officer.username, NEW) is not None


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"old_password": "salah sekali", "new_password": NEW}, "old_password", "wrong_password"),
        ({"old_password": OLD, "new_password": "password123"}, "new_password", "common_password"),
        ({"old_password": OLD, "new_password": OLD}, "new_password", "unchanged"),
        ({"old_password": OLD, "new_password": "pendek"}, "new_password", "string_too_short"),
    ],
)
async def test_a_password_is_changed_by_its_owner_and_to_a_good_one(app, officer, sent, field, code):
    client = await log_in(app, officer.username, OLD)
    refused = await client.post("/account/password", json=sent)
    assert refused.status_code == 422
    (fault,) = refused.json()["errors"]
    assert fault["field"] == field
    assert code in {fault["code"], "string_too_short"}
    assert sent["new_password"] not in refused.text


async def test_sessions_are_listed_with_their_device_and_ended(app, officer, clock):
    phone = await log_in(app, officer.username, OLD, "Mozilla/5.0 (Android 13)\x00")
    clock.advance(minutes=5)
    laptop = await log_in(app, officer.username, OLD, "curl/8")
    listed = (await laptop.get("/account/sessions")).json()["items"]
    known = [(one["device"], one["is_current"]) for one in listed[:2]]
    assert known == [("curl/8", True), ("Mozilla/5.0 (Android 13)", False)]
    ended = await laptop.post(f"/account/sessions/{listed[1]['id']}/end")
    assert ended.json()["revoked_at"] is not None
    assert (await phone.get("/me")).status_code == 401
    assert (await laptop.get("/me")).status_code == 200


async def test_a_session_that_was_ended_stays_ended_since_then(app, officer, clock, session):
    laptop = await log_in(app, officer.username, OLD)
    phone = (await laptop.get("/account/sessions")).json()["items"][1]
    first = await laptop.post(f"/account/sessions/{phone['id']}/end")
    clock.advance(minutes=5)
    again = await laptop.post(f"/account/sessions/{phone['id']}/end")
    assert (again.status_code, again.json()["revoked_at"]) == (200, first.json()["revoked_at"])
    entries = await session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "session.end"))
    assert [entry.entity_id for entry in entries] == [phone["id"]]


async def test_logging_out_everywhere_leaves_the_one_that_asks(app, officer):
    phone, laptop = await log_in(app, officer.username, OLD), await log_in(app, officer.username, OLD)
    ended = await laptop.post("/account/sessions/end-others")
    assert ended.json()["ended"] >= 2
    assert (await phone.get("/me")).status_code == 401
    assert [one["is_current"] for one in (await laptop.get("/account/sessions")).json()["items"]] == [True]


async def test_a_session_that_lies_idle_for_two_hours_is_over(app, officer, clock):
    client = await log_in(app, officer.username, OLD)
    for _ in range(3):
        clock.advance(minutes=119)
        assert (await client.get("/me")).status_code == 200
    clock.advance(minutes=120)
    assert (await client.get("/me")).status_code == 401


async def test_a_session_token_is_new_at_every_login(app, officer):
    tokens = {(await log_in(app, officer.username, OLD)).headers["Authorization"] for _ in range(3)}
    assert len(tokens) == 3


async def test_a_link_works_once_and_ends_what_was_before(app, client, client_as, officer, session):
    before = await log_in(app, officer.username, OLD)
    administrator = client_as(Role.ADMINISTRATOR)
    repeat = {"Idempotency-Key": "once"}
    invited = await administrator.post(f"/users/{officer.id}/invitations", headers=repeat)
    assert invited.status_code == 201
    again = await administrator.post(f"/users/{officer.id}/invitations", headers=repeat)
    assert (again.json()["token"], again.json()["path"]) == (None, None)
    token = invited.json()["token"]
    weak = await client.post("/api/v1/auth/invitations", json={"token": token, "password": "password123"})
    assert weak.json()["errors"][0]["code"] == "common_password"
    assert (await before.get("/me")).status_code == 200
    taken = await client.post("/api/v1/auth/invitations", json={"token": token, "password": NEW})
    assert taken.status_code == 204
    assert (await before.get("/me")).status_code == 401
    assert await log_in(app, officer.username, NEW) is not None
    used = await client.post("/api/v1/auth/invitations", json={"token": token, "password": "another good one"})
    assert (used.status_code, used.json()["code"]) == (404, "not_found")
    kept = (await session.execute(sa.text("SELECT CAST(i AS text) FROM invitation i"))).scalars().all()
    entries = (await session.execute(sa.text("SELECT CAST(a AS text) FROM audit_entry a"))).scalars().all()
    assert not any(token in row for row in [*kept, *entries])


@pytest.mark.parametrize("why", ["expired", "superseded", "deactivated", "invented"])
async def test_a_link_that_is_no_good_is_refused_in_the_same_words(client_as, officer, session, clock, why):
    client = client_as(Role.WHOLESALER)
    administrator = client_as(Role.ADMINISTRATOR)
    token = (await administrator.post(f"/users/{officer.id}/invitations")).json()["token"]
    if why == "expired":
        clock.advance(days=3)
    elif why == "superseded":
        await administrator.post(f"/users/{officer.id}/invitations")
    elif why == "deactivated":
        officer.is_active = False
        session.add(officer)
        await session.flush()
    else:
        token = "in_invented"
    refused = await client.post("/auth/invitations", json={"token": token, "password": NEW})
    assert (refused.status_code, refused.json()["detail"]) == (
        404,
        "The link is not valid, or no longer: ask for a new one.",
    )


async def test_a_changed_password_voids_links_that_are_about(app, client, client_as, officer):
    token = (await client_as(Role.ADMINISTRATOR).post(f"/users/{officer.id}/invitations")).json()["token"]
    owner = await log_in(app, officer.username, OLD)
    await owner.post("/account/password", json={"old_password": OLD, "new_password": NEW})
    refused = await client.post("/api/v1/auth/invitations", json={"token": token, "password": "another good one"})
    assert refused.status_code == 404


async def test_only_the_administrator_invites(client_as, officer):
    for role in (Role.CITY_OPERATOR, Role.AUDITOR, Role.COOP_OFFICER):
        assert (await client_as(role).post(f"/users/{officer.id}/invitations")).status_code == 403


async def test_what_is_done_to_an_account_is_on_record(app, client_as, officer, session):
    client = await log_in(app, officer.username, OLD)
    await client.post("/account/sessions/end-others")
    await client.post("/account/password", json={"old_password": OLD, "new_password": NEW})
    entries = (await session.scalars(sa.select(AuditEntry).where(AuditEntry.actor_user_id == officer.id))).all()
    assert [entry.action for entry in entries] == ["session.end_others", "user.change_password", "user.log_in"]
    assert not any(OLD in str(entry.model_dump()) or NEW in str(entry.model_dump()) for entry in entries)
