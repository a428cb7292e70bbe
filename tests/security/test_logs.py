"""Logs say what happened and to which id; no secret and nothing personal stands in them."""

import json
import logging

import pytest

from service.domain.people import Role
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
    told = "\n".join(json.dumps(vars(record), default=str) for record in caplog.records if record.name != "httpx")
    assert "/api/v1/auth/login" in told
    secrets = [PASSWORD, NEW, "salah sekali", half["challenge"], code, entered.json()["token"], key, invited["token"]]
    for word in [*secrets, PHONE, EMAIL, "Siti Rahma", "siti.rahma"]:
        assert word not in told, word
