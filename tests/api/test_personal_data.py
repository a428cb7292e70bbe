"""What the service knows of a person is given to them, and taken away; what they did stays, unnamed."""

import json
import uuid

import pytest
import sqlalchemy as sa

from service.database.queries.personal_data import OWN, SECRETS, references
from service.domain.audits import AuditEntry
from service.domain.contacts import Contact
from service.domain.people import Role, User
from service.domain.short_replies import InboundMessage
from service.domain.tables import metadata
from service.workflows.credentials import hash_password
from tests.factories.organisations import CREATED_AT
from tests.factories.people import new_api_key
from tests.factories.second_factors import add_second_factor
from tests.factories.things import add_catalogue_things, add_things

PASSWORD, PHONE = "tahu tempe lontong", "+6281234567890"


@pytest.fixture
async def officer(session, world):
    user = world.users[Role.COOP_OFFICER]
    user.full_name, user.username, user.password_hash = "Siti Rahma", "siti.rahma", await hash_password(PASSWORD)
    session.add(user)
    await session.flush()
    session.add(Contact(id=uuid.uuid4(), created_at=CREATED_AT, user_id=user.id, phone=PHONE, email="siti@example.id"))
    session.add(new_api_key(user, prefix="abc", secret="s3cret", scopes=["account"], name="Siti's ERP"))
    session.add(InboundMessage(id="m1", received_at=CREATED_AT, user_id=user.id, text="1 ya", reply="Baik, Siti"))
    await add_second_factor(session, user)
    return user


@pytest.fixture
async def receipt_id(session, world):
    """Of goods that were weighed and that nobody has signed for."""
    await add_catalogue_things(session)
    return (await add_things(session, world))["receipt_id"].value


async def everything(session) -> str:
    """Return all rows of all tables as one text."""
    told = []
    for table in metadata.sorted_tables:
        told += (await session.execute(sa.text(f'SELECT CAST(t AS text) FROM "{table.name}" t'))).scalars().all()
    return "\n".join(told)


async def test_a_person_gets_all_that_is_known_of_them(client_as, officer):
    caller = client_as(Role.COOP_OFFICER)
    await caller.post("/account/sessions/end-others")
    given = await caller.get("/account/personal-data")
    assert 'filename="pasok-data.json"' in given.headers["Content-Disposition"]
    data = given.json()
    assert data["user"]["full_name"] == "Siti Rahma"
    assert data["rows"]["contact"][0]["phone"] == PHONE
    assert data["rows"]["api_key"][0]["name"] == "Siti's ERP"
    assert data["rows"]["inbound_message"][0]["text"] == "1 ya"
    assert len(data["rows"]["login_session"]) == 1
    assert data["named_in"]["audit_entry.actor_user_id"] == 1
    assert [deed["action"] for deed in data["deeds"]] == ["session.end_others"]
    assert not SECRETS & set(json.dumps(data).replace('"', " ").split())


def test_every_column_that_names_a_person_is_told_or_counted():
    own = {str(kind.__tablename__) for kind in OWN}
    named = references()
    assert len(named) > 20
    assert own <= {table for table, _ in named}
    assert {column for table, column in named if table in own} == {"user_id"}
    hashes = {
        column.name
        for table in metadata.tables.values()
        if table.name in own
        for column in table.columns
        if column.name.endswith(("_hash", "_hashes", "salt"))
    }
    assert hashes <= SECRETS


async def test_nothing_personal_is_left_of_whoever_is_erased(client_as, client, officer, session, receipt_id):
    caller = client_as(Role.COOP_OFFICER)
    signed = await caller.post(f"/receipts/{receipt_id}/signatures")
    assert signed.json()["signatures"][0]["name"] == "Siti Rahma"
    assert (await caller.post(f"/receipts/{receipt_id}/signatures/take-back")).json()["signatures"] == []
    made = await caller.post("/api-keys", json={"name": "Siti's phone", "scopes": ["account"]})
    assert made.json()["name"] == "Siti's phone"
    await caller.post("/account/sessions/end-others")
    wrong = await caller.post("/account/erase", json={"password": "salah"})
    assert wrong.json()["errors"][0]["code"] == "wrong_password"
    assert (await caller.post("/account/erase", json={"password": PASSWORD})).status_code == 204
    assert (await caller.get("/me")).status_code == 401
    left = await everything(session)
    for known in ("Siti", "siti.rahma", PHONE, "siti@example.id", "1 ya"):
        assert known not in left, known
        assert known.encode().hex() not in left, f"{known} in an answer kept for who asks again"
    entries = (await session.scalars(sa.select(AuditEntry).where(AuditEntry.actor_user_id == officer.id))).all()
    done = {"receipt.signed", "receipt.signature_taken_back", "api_key.create", "session.end_others", "user.erase"}
    assert {entry.action for entry in entries} == done
    key = await client.get("/api/v1/me", headers={"Authorization": "Bearer pk_abc_s3cret"})
    assert key.status_code == 401
    entered = await client.post("/api/v1/auth/login", json={"username": "siti.rahma", "password": PASSWORD})
    assert entered.status_code == 401


async def test_the_administrator_gives_and_takes_for_whoever_cannot(client_as, officer, session):
    administrator = client_as(Role.ADMINISTRATOR)
    path = f"/users/{officer.id}"
    assert (await administrator.get(f"{path}/personal-data")).json()["rows"]["contact"][0]["phone"] == PHONE
    tag = (await administrator.get(path)).headers["ETag"]
    erased = await administrator.post(f"{path}/erase", headers={"If-Match": tag})
    assert (erased.json()["full_name"], erased.json()["is_active"]) == ("Anonim", False)
    assert erased.json()["erased_at"] is not None
    again = await administrator.post(f"{path}/erase", headers={"If-Match": erased.headers["ETag"]})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    invited = await administrator.post(f"{path}/invitations")
    assert invited.status_code == 409


async def test_a_region_never_lacks_an_administrator(client_as, world, session):
    user = world.users[Role.ADMINISTRATOR]
    user.password_hash = await hash_password(PASSWORD)
    session.add(user)
    await session.flush()
    administrator = client_as(Role.ADMINISTRATOR)
    refused = await administrator.post("/account/erase", json={"password": PASSWORD})
    assert refused.status_code == 409
    tag = (await administrator.get(f"/users/{user.id}")).headers["ETag"]
    own = await administrator.post(f"/users/{user.id}/erase", headers={"If-Match": tag})
    assert own.status_code == 409
    assert (await session.get_one(User, user.id)).is_active
