"""What-ifs over HTTP: ask, list, look, fetch the file; nobody but the city."""

import hashlib
import uuid

import pytest

from service.domain.people import Role
from service.domain.runs import RunKind, RunStatus
from service.matching.greedy import greedy
from service.workflows.plan_files import plan_file
from tests.factories import problems
from tests.factories.plans import new_run, new_what_if_plan
from tests.factories.proposals import add_proposal, totals

READERS = {Role.CITY_OPERATOR, Role.FOOD_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR}
ASKED = {"suspended": ["K1"]}
GROWN = {
    "demand": "D1",
    "kitchen": "K1",
    "item": "RICE",
    "needed_date": "2026-11-30",
    "before_qty": 0,
    "short_qty": 5_000,
}


@pytest.fixture
async def proposal(session, world):
    return await add_proposal(session, world)


async def add_what_if(session, proposal, **changes):
    fields = {
        "kind": RunKind.WHAT_IF,
        "base_run_id": proposal.run.id,
        "scenario": {"asked": ASKED, "changes": ASKED},
        **changes,
    }
    run = new_run(proposal.policy, **fields)
    session.add(run)
    await session.flush()
    return run


async def test_an_operator_asks_and_is_told_where_to_look(client_as, proposal):
    client = client_as(Role.CITY_OPERATOR)
    response = await client.post(f"/plans/{proposal.plan.id}/what-ifs", json={**ASKED, "seed": 2, "time_limit_s": 30})
    body = response.json()
    assert response.status_code == 202
    assert response.headers["Location"] == f"/api/v1/what-ifs/{body['id']}"
    assert (body["asked"], body["status"], body["result"], body["seed"]) == (ASKED, "queued", None, 2)
    assert body["base_plan_id"] == str(proposal.plan.id)
    shown = (await client.get(f"/what-ifs/{body['id']}")).json()
    assert shown == body
    run = (await client.get(f"/runs/{body['id']}")).json()
    assert (run["kind"], run["base_run_id"]) == ("what_if", str(proposal.run.id))
    assert (await client.post(f"/runs/{body['id']}/cancel")).json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"suspended": ["K9"]}, "suspended.0"),
        ({"suspend": ["K1"]}, "suspend"),
        ({"policy": {"odd": 1}}, "policy.odd"),
        ({"demand": [{"kitchen": "K1"}]}, "demand.0.scale_bp"),
        ({}, "policy"),
    ],
)
async def test_what_is_wrong_is_named(client_as, proposal, body, field):
    response = await client_as(Role.CITY_OPERATOR).post(f"/plans/{proposal.plan.id}/what-ifs", json=body)
    assert response.status_code == 422
    assert [fault["field"] for fault in response.json()["errors"]] == [field]


async def test_a_result_stands_beside_its_base(client_as, session, proposal):
    run = await add_what_if(session, proposal)
    lines = {"kept": 1, "changed": 2, "added": 3, "removed": 4, "moved_kg": 5.5}
    found = new_what_if_plan(
        run,
        figures={"plan": totals(1_200_000, 0.7), "greedy": totals(1_500_000, 0.6)},
        difference={"lines": lines, "shortages": [GROWN]},
    )
    session.add(found)
    await session.flush()
    result = (await client_as(Role.AUDITOR).get(f"/what-ifs/{run.id}")).json()["result"]
    assert (result["totals"]["total_idr"], result["base"]["total_idr"]) == (1_200_000, 1_000_000)
    assert (result["total_difference_idr"], result["cost_difference_idr"]["goods"]) == (200_000, 200_000)
    assert result["fill_difference"] == pytest.approx(-0.2)
    assert (result["lines"], result["shortages"]) == (lines, [GROWN])


async def test_what_ifs_are_listed_with_their_plan_and_nowhere_among_plans(client_as, session, proposal):
    runs = [await add_what_if(session, proposal, status=status) for status in (RunStatus.FAILED, RunStatus.SUCCEEDED)]
    client = client_as(Role.CITY_OPERATOR)
    first = (await client.get(f"/plans/{proposal.plan.id}/what-ifs", params={"limit": 1})).json()
    after = {"limit": 1, "after": first["next_cursor"]}
    rest = (await client.get(f"/plans/{proposal.plan.id}/what-ifs", params=after)).json()
    assert {item["id"] for item in first["items"] + rest["items"]} == {str(run.id) for run in runs}
    assert [plan["id"] for plan in (await client.get("/plans")).json()["items"]] == [str(proposal.plan.id)]
    of_kind = (await client.get("/runs", params={"kind": "what_if"})).json()["items"]
    assert {item["id"] for item in of_kind} == {str(run.id) for run in runs}
    of_week = (await client.get("/runs", params={"kind": "week"})).json()["items"]
    assert [item["id"] for item in of_week] == [str(proposal.run.id)]
    for run in runs:
        assert (await client.get(f"/plans/{run.id}")).status_code == 404
        published = await client.post(f"/plans/{run.id}/publish", headers={"If-Match": '"1"'})
        assert published.status_code == 404


async def test_the_plan_that_would_be_is_a_file(client_as, session, proposal):
    run = await add_what_if(session, proposal)
    client = client_as(Role.CITY_OPERATOR)
    missing = await client.get(f"/what-ifs/{run.id}/file")
    assert (missing.status_code, missing.json()["code"]) == (409, "no_plan_file")
    stored = plan_file(run.id, greedy(problems.problem()))
    session.add_all([stored, type(proposal.file)(**{**proposal.file.model_dump(), "run_id": run.id})])
    await session.flush()
    response = await client.get(f"/what-ifs/{run.id}/file", headers={"Accept-Encoding": "identity"})
    assert hashlib.sha256(response.content).hexdigest() == stored.sha256
    assert response.json()["format"] == "pasok-plan/1"
    known = {"Accept-Encoding": "identity", "If-None-Match": response.headers["ETag"]}
    assert (await client.get(f"/what-ifs/{run.id}/file", headers=known)).status_code == 304


@pytest.mark.parametrize("role", Role)
async def test_who_may_ask_and_look(client_as, session, proposal, role):
    run = await add_what_if(session, proposal)
    client = client_as(role)
    asked = await client.post(f"/plans/{proposal.plan.id}/what-ifs", json=ASKED)
    assert asked.status_code == (202 if role is Role.CITY_OPERATOR else 403)
    for path in (f"/what-ifs/{run.id}", f"/plans/{proposal.plan.id}/what-ifs"):
        assert (await client.get(path)).status_code == (200 if role in READERS else 403)


async def test_a_foreign_what_if_looks_like_a_missing_one(client_as, session, proposal, foreign_world):
    run = await add_what_if(session, proposal)
    client = client_as(Role.CITY_OPERATOR, foreign_world)
    for key in (run.id, uuid.uuid4()):
        assert (await client.get(f"/what-ifs/{key}")).status_code == 404
    assert (await client.post(f"/plans/{proposal.plan.id}/what-ifs", json=ASKED)).status_code == 404
