"""Runs over HTTP: start, watch, cancel, the problem's file."""

import gzip
import hashlib
import json
import uuid
from datetime import timedelta

import pytest

from service.domain.people import Role
from service.domain.runs import RunStatus
from service.matching.reader import read_problem
from tests.factories.plans import WEEK, new_run
from tests.factories.proposals import add_proposal
from tests.factories.snapshots import full_policy

START = {"week_start": "2026-11-30"}
READERS = {Role.CITY_OPERATOR, Role.FOOD_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR}


@pytest.fixture
async def policy(session, world):
    policy = full_policy()
    session.add(policy)
    await session.flush()
    return policy


async def add_run(session, policy, **changes):
    run = new_run(policy, **changes)
    session.add(run)
    await session.flush()
    return run


async def test_an_operator_starts_a_run_and_is_told_where_to_watch_it(client_as, policy):
    client = client_as(Role.CITY_OPERATOR)
    response = await client.post("/runs", json={**START, "seed": 3, "time_limit_s": 30, "effort": 0.5})
    assert response.status_code == 202
    body = response.json()
    assert response.headers["Location"] == f"/api/v1/runs/{body['id']}"
    assert response.headers["ETag"] == '"1"'
    assert (body["status"], body["seed"], body["time_limit_s"], body["effort"]) == ("queued", 3, 30, 0.5)
    assert (body["attempt"], body["plan_id"], body["policy_id"]) == (0, None, str(policy.id))
    shown = await client.get(f"/runs/{body['id']}")
    assert shown.json() == {**body, "progress": []}


async def test_a_second_run_of_the_week_is_refused_with_the_running_one(client_as, policy):
    client = client_as(Role.CITY_OPERATOR)
    first = await client.post("/runs", json=START)
    response = await client.post("/runs", json=START)
    assert response.status_code == 409
    assert response.json()["code"] == "run_active"
    assert response.json()["run_id"] == first.json()["id"]
    assert response.json()["status"] == 409


async def test_a_repeated_start_with_its_key_starts_one_run(client_as, policy):
    client = client_as(Role.CITY_OPERATOR)
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [await client.post("/runs", json=START, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await client.get("/runs")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"week_start": "2026-12-01"}, "week_start"),
        ({**START, "time_limit_s": 0}, "time_limit_s"),
        ({**START, "time_limit_s": 3601}, "time_limit_s"),
        ({**START, "effort": 0}, "effort"),
        ({**START, "seed": -1}, "seed"),
        ({**START, "sed": 1}, "sed"),
        ({}, "week_start"),
    ],
)
async def test_a_start_names_what_is_wrong(client_as, policy, body, field):
    response = await client_as(Role.CITY_OPERATOR).post("/runs", json=body)
    assert response.status_code == 422
    assert field in [fault["field"] for fault in response.json()["errors"]]


async def test_a_region_without_a_policy_cannot_run(client_as, world):
    response = await client_as(Role.CITY_OPERATOR).post("/runs", json=START)
    assert (response.status_code, response.json()["code"]) == (422, "rule_broken")


@pytest.mark.parametrize("role", Role)
async def test_who_may_start_and_see_runs(client_as, session, policy, role):
    run = await add_run(session, policy)
    client = client_as(role)
    assert (await client.post("/runs", json=START)).status_code == (202 if role is Role.CITY_OPERATOR else 403)
    for path in ("/runs", f"/runs/{run.id}", f"/runs/{run.id}/progress"):
        assert (await client.get(path)).status_code == (200 if role in READERS else 403)
    cancelled = await client.post(f"/runs/{run.id}/cancel")
    assert cancelled.status_code == (409 if role is Role.CITY_OPERATOR else 403)


async def test_a_foreign_run_looks_like_a_missing_one(client_as, session, policy, foreign_world):
    run = await add_run(session, policy)
    client = client_as(Role.CITY_OPERATOR, foreign_world)
    for path in ("", "/progress", "/problem", "/excluded"):
        response = await client.get(f"/runs/{run.id}{path}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert (await client.post(f"/runs/{run.id}/cancel")).status_code == 404
    assert (await client.get("/runs")).json()["items"] == []


async def test_runs_are_listed_newest_first_in_pages_and_filtered(client_as, session, policy):
    runs = [
        await add_run(
            session, policy, created_at=policy.created_at + timedelta(days=day), status=status, week_start=week
        )
        for day, (status, week) in enumerate(
            [
                (RunStatus.SUCCEEDED, WEEK),
                (RunStatus.FAILED, WEEK),
                (RunStatus.SUCCEEDED, WEEK + timedelta(days=7)),
            ]
        )
    ]
    client = client_as(Role.AUDITOR)
    first = (await client.get("/runs", params={"limit": 2})).json()
    rest = (await client.get("/runs", params={"limit": 2, "after": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == [str(run.id) for run in reversed(runs)]
    assert rest["next_cursor"] is None
    of_week = (await client.get("/runs", params={"week_start": "2026-11-30", "status": "failed"})).json()
    assert [item["id"] for item in of_week["items"]] == [str(runs[1].id)]
    assert (await client.get("/runs", params={"status": "odd"})).status_code == 422


async def test_progress_is_not_sent_twice(client_as, session, policy):
    point = {"elapsed_s": 1.5, "objective_idr": 10, "bound_idr": 9, "phase": "drops"}
    run = await add_run(session, policy, status=RunStatus.RUNNING, attempt=1, progress=[point])
    client = client_as(Role.CITY_OPERATOR)
    first = await client.get(f"/runs/{run.id}/progress")
    assert first.json() == {"status": "running", "attempt": 1, "plan_id": None, "points": [point]}
    tag = {"If-None-Match": first.headers["ETag"]}
    again = await client.get(f"/runs/{run.id}/progress", headers=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    run.progress = [point, {**point, "elapsed_s": 2.5}]
    await session.flush()
    assert len((await client.get(f"/runs/{run.id}/progress", headers=tag)).json()["points"]) == 2


async def test_a_running_run_is_asked_to_stop(client_as, session, policy):
    run = await add_run(session, policy, status=RunStatus.RUNNING, attempt=1)
    response = await client_as(Role.CITY_OPERATOR).post(f"/runs/{run.id}/cancel")
    assert (response.status_code, response.json()["status"]) == (202, "cancelling")


async def test_an_ended_run_is_not_cancelled(client_as, session, policy):
    run = await add_run(session, policy)
    response = await client_as(Role.CITY_OPERATOR).post(f"/runs/{run.id}/cancel")
    assert (response.status_code, response.json()["code"]) == (409, "illegal_transition")


async def test_a_run_shows_the_plan_it_made(client_as, session, world):
    proposal = await add_proposal(session, world)
    client = client_as(Role.CITY_OPERATOR)
    assert (await client.get(f"/runs/{proposal.run.id}")).json()["plan_id"] == str(proposal.plan.id)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_the_problem_is_the_solved_file_with_its_hash(client_as, session, world, encoding):
    proposal = await add_proposal(session, world)
    client = client_as(Role.AUDITOR)
    headers = {"Accept-Encoding": encoding}
    response = await client.get(f"/runs/{proposal.run.id}/problem", headers=headers)
    assert response.headers["Content-Type"] == "application/json"
    assert hashlib.sha256(response.content).hexdigest() == proposal.file.sha256
    assert response.content == gzip.decompress(proposal.file.content_gzip)
    assert read_problem(json.loads(response.content)).name == "small"
    assert response.headers["ETag"].startswith(f'"{proposal.file.sha256}')
    assert response.headers["ETag"] == f'"{proposal.file.sha256}{"-gzip" if encoding == "gzip" else ""}"'
    again = await client.get(
        f"/runs/{proposal.run.id}/problem", headers={**headers, "If-None-Match": response.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_a_run_that_nobody_has_begun_has_no_problem_yet(client_as, session, policy):
    run = await add_run(session, policy, status=RunStatus.QUEUED)
    response = await client_as(Role.CITY_OPERATOR).get(f"/runs/{run.id}/problem")
    assert response.status_code == 404


async def test_what_rules_kept_out_is_listed_in_pages_by_reason(client_as, session, world):
    proposal = await add_proposal(session, world)
    client = client_as(Role.FOOD_OFFICER)
    path = f"/runs/{proposal.run.id}/excluded"
    first = (await client.get(path, params={"limit": 2})).json()
    rest = (await client.get(path, params={"limit": 2, "after": first["next_cursor"]})).json()
    assert [item["source"] for item in first["items"] + rest["items"]] == ["o-1", "s-1", "s-2"]
    late = (await client.get(path, params={"reason": "lead_time", "limit": 1})).json()
    later = (await client.get(path, params={"reason": "lead_time", "after": late["next_cursor"]})).json()
    assert [item["source"] for item in late["items"] + later["items"]] == ["s-1", "s-2"]
    assert (await client.get(path, params={"after": "bm9wZQ"})).status_code == 422
