"""Logs say what happened and to which id; no secret and nothing personal stands in them."""

import json
import logging
import uuid

import httpx
import pytest
import sqlalchemy as sa

from service.api.logged_paths import logged_path
from service.api.middleware import API
from service.database.engine import create_engine
from service.domain.answer_links import AnswerLink, token_of
from service.domain.people import Role
from service.main import api_routers
from service.settings import DEMO_SECRET_KEY
from service.web.site import page_routers
from service.workflows.credentials import hash_password
from tests.factories.second_factors import add_second_factor

PASSWORD, NEW, PHONE, EMAIL = "tahu tempe lontong", "hujan sore kopi", "+6281234567890", "siti@example.id"


@pytest.fixture
async def officer(session, world):
    user = world.users[Role.COOP_OFFICER]
    user.username, user.full_name, user.password_hash = "siti.rahma", "Siti Rahma", await hash_password(PASSWORD)
    session.add(user)
    await session.flush()
    return user


def all_of(caplog) -> str:
    return "\n".join(json.dumps(vars(record), default=str) for record in caplog.records if record.name != "httpx")


async def test_neither_secrets_nor_people_stand_in_the_logs(client, client_as, officer, session, clock, caplog):  # noqa: PLR0917
    caplog.set_level(logging.DEBUG)
    phone = await add_second_factor(session, officer)
    login = {"username": officer.username, "password": PASSWORD}
    await client.post("/api/v1/auth/login", json={**login, "password": "salah sekali"})
    half = (await client.post("/api/v1/auth/login", json=login)).json()
    code = phone.shows(clock.now)
    entered = await client.post("/api/v1/auth/second-factor", json={"challenge": half["challenge"], "code": code})
    caller, administrator = client_as(Role.COOP_OFFICER), client_as(Role.ADMINISTRATOR)
    contact = {"phone": PHONE, "email": EMAIL, "by_phone": True, "by_email": True}
    await caller.put("/me/contact", json={**contact, "quiet_from_minute": 0, "quiet_to_minute": 0})
    key = (await caller.post("/api-keys", json={"name": "ERP", "scopes": ["account"]})).json()["key"]
    await client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    invited = (await administrator.post(f"/users/{officer.id}/invitations")).json()
    await client.get(invited["path"])
    await client.post("/api/v1/auth/invitations", json={"token": invited["token"], "password": NEW})
    await caller.get("/account/personal-data")
    told = all_of(caplog)
    assert "/api/v1/auth/login" in told
    secrets = [PASSWORD, NEW, "salah sekali", half["challenge"], code, entered.json()["token"], key, invited["token"]]
    for word in [*secrets, PHONE, EMAIL, "Siti Rahma", "siti.rahma"]:
        assert word not in told, word


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("ending", ["", "/", "/x", ".", "%0A", "a" * 200])
async def test_a_link_that_answers_an_order_does_not_stand_in_the_logs(  # noqa: PLR0917
    client, officer, clock, caplog, method, ending
):
    caplog.set_level(logging.DEBUG)
    token = token_of(AnswerLink(officer.id, uuid.uuid4(), None, clock().replace(hour=23)), DEMO_SECRET_KEY)
    await client.request(method, f"/api/v1/answer-links/{token}{ending}")
    told = all_of(caplog)
    assert "/api/v1/answer-links/{token}" in told
    assert token not in told


async def test_a_bug_on_a_page_of_a_link_tells_its_address_without_the_link(app, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr("service.api.routers.answer_links.link_of", broken)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://pasok.test") as client:
        assert (await client.get("/api/v1/answer-links/secret-of-somebody")).status_code == 500
    records = {record.msg: record.path for record in caplog.records if hasattr(record, "path")}
    assert records["request_failed"] == "/api/v1/answer-links/{token}"
    assert "secret-of-somebody" not in all_of(caplog)


def test_every_address_with_a_token_in_it_is_known():
    addresses = {f"{API}{route.path}" for router in api_routers() for route in router.routes}
    addresses |= {route.path for router in page_routers() for route in router.routes}
    secret = [address for address in addresses if "token" in address]
    assert secret == ["/api/v1/answer-links/{token}"]
    assert [logged_path(address.format(token="of-somebody")) for address in secret] == secret
    assert logged_path("/api/v1/orders/018f") == "/api/v1/orders/018f"


async def test_a_fault_of_the_database_tells_no_values(fresh_database):
    engine = create_engine(fresh_database)
    async with engine.connect() as connection:
        with pytest.raises(sa.exc.DBAPIError) as failed:
            await connection.execute(sa.text("SELECT CAST(:phone AS text) FROM nowhere"), {"phone": PHONE})
    await engine.dispose()
    assert "nowhere" in str(failed.value)
    assert PHONE not in str(failed.value)
