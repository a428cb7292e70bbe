"""The city's policy and the audit trail over the API."""

import uuid

from service.api.schemas.policies import EXAMPLE_VALUES
from service.domain.audits import AuditEntry
from service.domain.people import Role
from tests.factories.plans import new_policy


async def test_operator_publishes_the_next_version(client_as):
    operator = client_as(Role.CITY_OPERATOR)
    none = await operator.get("/policies/in-force")
    assert none.json()["code"] == "not_found"
    for number in (1, 2, 3):
        body = {"note": f"Version {number}", "values": {**EXAMPLE_VALUES, "drop_idr": number}}
        created = await operator.post("/policies", json=body)
        assert created.status_code == 201
        assert created.headers["Location"] == f"/api/v1/policies/{number}"
    in_force = (await client_as(Role.KITCHEN_HEAD).get("/policies/in-force")).json()
    assert (in_force["number"], in_force["values"]["drop_idr"]) == (3, 3)
    assert (await operator.get("/policies/1")).json()["note"] == "Version 1"
    page = (await operator.get("/policies", params={"limit": 2})).json()
    assert [item["number"] for item in page["items"]] == [3, 2]
    rest = (await operator.get("/policies", params={"limit": 2, "after": page["next_cursor"]})).json()
    assert [item["number"] for item in rest["items"]] == [1]


async def test_cursor_of_another_list_is_refused(client_as):
    refused = await client_as(Role.CITY_OPERATOR).get("/policies", params={"after": "UklDRQ"})
    assert refused.json()["errors"][0]["code"] == "invalid_cursor"


async def test_policy_of_another_region_is_not_there(client_as, foreign_world, session):
    session.add(new_policy(region_code=foreign_world.region_code))
    await session.flush()
    assert (await client_as(Role.CITY_OPERATOR).get("/policies/1")).status_code == 404


async def test_every_need_class_has_its_price_and_steps_rise(client_as):
    operator = client_as(Role.CITY_OPERATOR)
    wrong = {
        "values.shortage_factor_bp": {"shortage_factor_bp": {"staple": 1}},
        "values.shortage_steps": {"shortage_steps": [{"above_bp": 100, "factor_bp": 1}]},
    }
    for field, changes in wrong.items():
        refused = await operator.post("/policies", json={"note": "x", "values": {**EXAMPLE_VALUES, **changes}})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == field


async def test_unknown_value_is_named(client_as):
    body = {"note": "x", "values": {**EXAMPLE_VALUES, "generosity": 1}}
    refused = await client_as(Role.CITY_OPERATOR).post("/policies", json=body)
    assert refused.json()["errors"] == [
        {"field": "values.generosity", "code": "extra_forbidden", "message": "Extra inputs are not permitted"}
    ]


async def test_audit_trail_is_narrowed_and_read_page_by_page(client_as, clock):
    operator = client_as(Role.CITY_OPERATOR)
    for number in range(3):
        headers = {"X-Correlation-ID": f"request-{number}"}
        await operator.post("/policies", json={"note": "x", "values": EXAMPLE_VALUES}, headers=headers)
        clock.advance(minutes=1)
    auditor = client_as(Role.AUDITOR)
    page = (await auditor.get("/audit", params={"entity": "policy", "limit": 2})).json()
    assert [item["after"]["number"] for item in page["items"]] == [3, 2]
    rest = (await auditor.get("/audit", params={"entity": "policy", "after": page["next_cursor"]})).json()
    assert [item["after"]["number"] for item in rest["items"]] == [1]
    one = (await auditor.get("/audit", params={"correlation_id": "request-1"})).json()["items"]
    assert [item["after"]["number"] for item in one] == [2]
    span = {"since": "2026-11-24T03:01:00Z", "until": "2026-11-24T03:02:00Z"}
    assert len((await auditor.get("/audit", params=span)).json()["items"]) == 1
    assert (await auditor.get("/audit", params={"actor_user_id": str(uuid.uuid4())})).json()["items"] == []


async def test_audit_asks_for_instants_with_a_zone(client_as):
    refused = await client_as(Role.AUDITOR).get("/audit", params={"since": "2026-11-24T03:01:00"})
    assert refused.json()["errors"][0]["code"] == "timezone_aware"


async def test_audit_of_another_region_is_not_shown(client_as, foreign_world, session, clock):
    session.add(
        AuditEntry(
            id=uuid.uuid4(),
            at=clock.now,
            region_code=foreign_world.region_code,
            action="policy.publish",
            entity="policy",
            entity_id="x",
        )
    )
    await session.flush()
    assert (await client_as(Role.AUDITOR).get("/audit")).json()["items"] == []
