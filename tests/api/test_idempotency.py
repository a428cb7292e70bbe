"""One POST, one effect: the protocol of the Idempotency-Key header."""

import asyncio
import uuid

import httpx
import pytest
from sqlalchemy import func, select

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.idempotency import IdempotentAnswer, RequestIdentity
from service.database.unit_of_work import UnitsOfWork
from service.domain.people import ApiKey, Role
from service.jobs.app import Jobs
from service.jobs.definitions import JobCall
from service.main import create_app
from service.worker import FORGET_ANSWERS, build_jobs
from tests.factories.worlds import add_world

CAPS = {"name": "ERP", "scopes": ["account"]}
WHOLESALER = {
    "code": "GROSIR-1",
    "name": "Grosir",
    "latitude": -6.6,
    "longitude": 106.8,
    "min_order_idr": 0,
    "lead_days": 1,
}


async def test_post_without_a_key_is_refused(client_as):
    operator = client_as(Role.CITY_OPERATOR)
    refused = await httpx.AsyncClient.request(operator, "POST", "/wholesalers", json=WHOLESALER)
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["", '""', "two words", "x" * 201, "\x7f"])
async def test_key_must_be_printable_and_short(client_as, key):
    refused = await client_as(Role.CITY_OPERATOR).post(
        "/wholesalers", json=WHOLESALER, headers={"Idempotency-Key": key}
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_invalid")


async def test_repetition_gets_the_first_answer_and_has_no_effect(client_as):
    operator = client_as(Role.CITY_OPERATOR)
    headers = {"Idempotency-Key": '"8e03978e"'}
    first = await operator.post("/wholesalers", json=WHOLESALER, headers=headers)
    again = await operator.post("/wholesalers", json=WHOLESALER, headers={"Idempotency-Key": "8e03978e"})
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    for name in ("Location", "ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len((await operator.get("/wholesalers")).json()["items"]) == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [("/wholesalers", {**WHOLESALER, "lead_days": 2}), ("/wholesalers?x=1", WHOLESALER), ("/api-keys", CAPS)],
)
async def test_key_of_another_request_is_refused(client_as, path, body):
    operator = client_as(Role.CITY_OPERATOR)
    headers = {"Idempotency-Key": "once"}
    await operator.post("/wholesalers", json=WHOLESALER, headers=headers)
    refused = await operator.post(path, json=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


async def test_keys_of_two_callers_do_not_meet(client_as):
    headers = {"Idempotency-Key": "once"}
    for role in (Role.COOP_OFFICER, Role.WHOLESALER):
        created = await client_as(role).post("/api-keys", json=CAPS, headers=headers)
        assert created.status_code == 201
        assert "Idempotency-Replayed" not in created.headers


async def test_refused_request_keeps_nothing(client_as, session):
    operator = client_as(Role.CITY_OPERATOR)
    headers = {"Idempotency-Key": "once"}
    for body in ({**WHOLESALER, "lead_days": -1}, {**WHOLESALER, "kelurahan_code": "99"}):
        assert (await operator.post("/wholesalers", json=body, headers=headers)).status_code == 422
    assert await session.scalar(select(func.count()).select_from(IdempotentAnswer)) == 0
    assert (await operator.post("/wholesalers", json=WHOLESALER, headers=headers)).status_code == 201


async def test_answers_are_forgotten_after_a_day(client_as, clock):
    operator = client_as(Role.CITY_OPERATOR)
    headers = {"Idempotency-Key": "once"}
    await operator.post("/wholesalers", json=WHOLESALER, headers=headers)
    clock.advance(hours=24, seconds=-1)
    assert (await operator.post("/wholesalers", json=WHOLESALER, headers=headers)).status_code == 201
    clock.advance(seconds=1)
    effective = await operator.post("/wholesalers", json=WHOLESALER, headers=headers)
    assert effective.json()["code"] == "already_exists"
    other = await operator.post("/wholesalers", json={**WHOLESALER, "code": "GROSIR-2"}, headers=headers)
    assert other.status_code == 201


async def test_forgotten_answers_are_deleted_by_a_job(client_as, session, units, clock, settings):
    for hours, code in ((1, "GROSIR-1"), (23, "GROSIR-2")):
        await client_as(Role.CITY_OPERATOR).post("/wholesalers", json={**WHOLESALER, "code": code})
        clock.advance(hours=hours)
    job = next(job for job in build_jobs(units, settings) if job.name == FORGET_ANSWERS)
    await job.run(JobCall(1, 1, is_last_attempt=False, args={}))
    assert await session.scalar(select(func.count()).select_from(IdempotentAnswer)) == 1
    assert job.cron


async def test_a_hundred_requests_at_once_have_one_effect(fresh_database, settings):
    """Real connections side by side: one request does it, the others wait for their turn or are told to."""
    engine = create_engine(fresh_database)
    units = UnitsOfWork(create_sessions(engine), Jobs(conninfo(fresh_database)))
    async with units.begin() as work:
        world = await add_world(work.session)
    app = create_app(settings, fresh_database, units=units)
    headers = {"Authorization": f"Bearer {world.token(Role.COOP_OFFICER)}", "Idempotency-Key": str(uuid.uuid4())}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://pasok.test") as client:
        posts = [client.post("/api/v1/api-keys", json=CAPS, headers=headers) for _ in range(100)]
        answers = await asyncio.gather(*posts)
    async with units.begin() as work:
        created = await work.session.scalar(select(func.count()).select_from(ApiKey))
    await engine.dispose()
    first = [answer for answer in answers if answer.status_code == 201 and "Idempotency-Replayed" not in answer.headers]
    busy = [answer for answer in answers if answer.status_code == 409]
    replayed = [answer for answer in answers if "Idempotency-Replayed" in answer.headers]
    assert created == 1
    assert len(first) == 1
    assert len(first) + len(busy) + len(replayed) == 100
    assert busy
    assert {answer.json()["code"] for answer in busy} == {"idempotency_key_in_use"}


def test_lock_number_fits_postgresql_and_differs_by_caller_and_key():
    callers = [uuid.UUID(int=number) for number in range(3)]
    numbers = {RequestIdentity(caller, key, "").lock_number() for caller in callers for key in ("a", "b")}
    assert len(numbers) == 6
    assert all(-(2**63) <= number < 2**63 for number in numbers)
