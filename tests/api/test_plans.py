"""Plans over HTTP: the whole for the city, their own part for kitchens and cooperatives, comparisons, discarding."""

import uuid
from datetime import timedelta

import pytest

from service.domain.orders import OrderLineStatus
from service.domain.people import Role
from service.domain.plans import Allocation, PlanStatus
from tests.factories.orders import new_order, new_order_line
from tests.factories.plans import WEEK
from tests.factories.proposals import add_another_plan, add_proposal, published

PARTS = ("allocations", "purchases", "shortages")
CITY = (Role.CITY_OPERATOR, Role.FOOD_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)
MEMBERS = (Role.KITCHEN_HEAD, Role.KITCHEN_ACCOUNTANT, Role.FIELD_ASSISTANT, Role.COOP_OFFICER)


@pytest.fixture
async def proposal(session, world):
    return await add_proposal(session, world)


@pytest.fixture
async def published_proposal(session, world):
    return await add_proposal(session, world, **published())


async def items(client, path, **params):
    response = await client.get(path, params=params)
    assert response.status_code == 200, response.text
    return response.json()["items"]


@pytest.mark.parametrize("role", CITY)
async def test_the_city_sees_proposals_whole(client_as, proposal, role):
    client = client_as(role)
    assert [item["id"] for item in await items(client, "/plans")] == [str(proposal.plan.id)]
    response = await client.get(f"/plans/{proposal.plan.id}")
    body = response.json()
    assert response.headers["ETag"] == '"1"'
    assert (body["objective_idr"], body["bound_idr"], body["gap_bp"], body["status"]) == (100, 90, 1000, "proposed")
    assert (body["totals"]["total_idr"], body["greedy"]["total_idr"]) == (1_000_000, 1_500_000)
    assert [row["kitchen"] for row in body["kitchens"]] == [kitchen.code for kitchen in proposal.kitchens]
    assert len(body["cooperatives"]) == 2
    for part in PARTS:
        assert len(await items(client, f"/plans/{proposal.plan.id}/{part}")) == 2


@pytest.mark.parametrize("role", MEMBERS)
async def test_members_do_not_see_proposals(client_as, proposal, role):
    client = client_as(role)
    assert await items(client, "/plans") == []
    for part in ("", *(f"/{part}" for part in PARTS)):
        response = await client.get(f"/plans/{proposal.plan.id}{part}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("role", "counts"), [(Role.KITCHEN_HEAD, (1, 0, 1)), (Role.COOP_OFFICER, (1, 1, 0))])
async def test_members_see_their_own_part_of_a_published_plan(client_as, published_proposal, world, role, counts):
    plan, client = published_proposal.plan, client_as(role)
    own = world.kitchen if role is Role.KITCHEN_HEAD else world.cooperative
    assert [item["id"] for item in await items(client, "/plans")] == [str(plan.id)]
    found = [await items(client, f"/plans/{plan.id}/{part}") for part in PARTS]
    assert tuple(len(part) for part in found) == counts
    assert all(str(own.id) in row.values() for part in found for row in part)
    body = (await client.get(f"/plans/{plan.id}")).json()
    seen = [row["kitchen"] for row in body["kitchens"]] + [row["cooperative"] for row in body["cooperatives"]]
    assert seen == [own.code]


async def test_a_member_cannot_widen_its_part_by_asking_for_others(client_as, published_proposal):
    plan, others = published_proposal.plan, (published_proposal.kitchens[1], published_proposal.cooperatives[1])
    for role in (Role.KITCHEN_HEAD, Role.COOP_OFFICER):
        client = client_as(role)
        params = {"kitchen_id": str(others[0].id)}
        assert await items(client, f"/plans/{plan.id}/allocations", **params) == []
        assert await items(client, f"/plans/{plan.id}/shortages", **params) == []
        params = {"cooperative_id": str(others[1].id)}
        assert await items(client, f"/plans/{plan.id}/purchases", **params) == []


@pytest.mark.parametrize("role", [*MEMBERS, Role.WHOLESALER])
async def test_members_get_neither_problem_nor_comparison_and_discard_nothing(client_as, published_proposal, role):
    client, plan = client_as(role), published_proposal.plan
    for path in ("problem", "compare"):
        assert (await client.get(f"/plans/{plan.id}/{path}")).status_code == 403
    assert (await client.post(f"/plans/{plan.id}/discard", headers={"If-Match": '"1"'})).status_code == 403


async def test_wholesalers_have_no_right_to_plans(client_as, published_proposal):
    client = client_as(Role.WHOLESALER)
    for part in ("", *(f"/{published_proposal.plan.id}/{part}" for part in PARTS)):
        assert (await client.get(f"/plans{part}")).status_code == 403


async def test_a_foreign_plan_looks_like_a_missing_one(client_as, published_proposal, foreign_world):
    client = client_as(Role.CITY_OPERATOR, foreign_world)
    for part in ("", "/allocations", "/purchases", "/shortages", "/problem", "/compare"):
        assert (await client.get(f"/plans/{published_proposal.plan.id}{part}")).status_code == 404
    discarded = await client.post(f"/plans/{published_proposal.plan.id}/discard", headers={"If-Match": '"1"'})
    assert discarded.status_code == 404
    assert await items(client, "/plans") == []


async def test_deliveries_name_both_sides_and_are_filtered(client_as, proposal):
    client, path = client_as(Role.CITY_OPERATOR), f"/plans/{proposal.plan.id}/allocations"
    kitchen, cooperative = proposal.kitchens[1], proposal.cooperatives[1]
    (row,) = await items(client, path, kitchen_id=str(kitchen.id), cooperative_id=str(cooperative.id))
    assert (row["kitchen_code"], row["kitchen_name"]) == (kitchen.code, kitchen.name)
    assert (row["cooperative_code"], row["cooperative_name"]) == (cooperative.code, cooperative.name)
    assert (row["allocated_qty"], row["price_idr"], row["needed_date"]) == (40_000, 16_000, "2026-11-30")
    assert await items(client, path, item_code="CHICKEN") == []
    assert len(await items(client, path, item_code="RICE-M")) == 2


@pytest.mark.parametrize("part", PARTS)
async def test_parts_come_in_pages(client_as, proposal, part):
    client, path = client_as(Role.CITY_OPERATOR), f"/plans/{proposal.plan.id}/{part}"
    first = (await client.get(path, params={"limit": 1})).json()
    rest = (await client.get(path, params={"limit": 1, "after": first["next_cursor"]})).json()
    assert first["items"] != rest["items"]
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (1, 1, None)
    wrong = await client.get(path, params={"after": "bm9wZQ"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "invalid_cursor")


async def test_shortages_tell_reasons_and_who_got_the_goods(client_as, proposal):
    client, path = client_as(Role.CITY_OPERATOR), f"/plans/{proposal.plan.id}/shortages"
    (row,) = await items(client, path, kitchen_id=str(proposal.kitchens[0].id), cause="unmatched")
    assert (row["short_qty"], row["demanded_qty"], row["order_line_id"]) == (10_000, 50_000, None)
    assert row["reasons"] == [
        {
            "code": "stock_used_up",
            "blocked_qty": 10_000,
            "alone_qty": 6_000,
            "source_count": 2,
            "alone_count": 1,
            "source_ids": [],
        }
    ]
    assert [(holder["kitchen"], holder["qty"]) for holder in row["contested"]] == [("K9", 9_000)]
    assert await items(client, path, cause="declined") == []


async def test_plans_are_listed_newest_first_and_by_week(client_as, session, proposal):
    newer = await add_another_plan(session, proposal)
    client = client_as(Role.CITY_OPERATOR)
    assert [item["id"] for item in await items(client, "/plans")] == [str(newer.id), str(proposal.plan.id)]
    first = (await client.get("/plans", params={"limit": 1})).json()
    (rest,) = await items(client, "/plans", after=first["next_cursor"])
    assert rest["id"] == str(proposal.plan.id)
    assert await items(client, "/plans", week_start="2026-12-07") == []


async def test_the_plans_problem_is_that_of_its_run(client_as, proposal):
    client = client_as(Role.AUDITOR)
    answers = [
        await client.get(path) for path in (f"/plans/{proposal.plan.id}/problem", f"/runs/{proposal.run.id}/problem")
    ]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]


async def test_a_plan_is_compared_with_the_clerks_way(client_as, proposal):
    body = (await client_as(Role.CITY_OPERATOR).get(f"/plans/{proposal.plan.id}/compare")).json()
    assert (body["total_difference_idr"], body["cost_difference_idr"]["goods"]) == (-500_000, -500_000)
    assert body["fill_difference"] == pytest.approx(0.1)
    assert (body["other_plan_id"], body["lines"]) == (None, None)


async def test_a_plan_is_compared_with_another_line_by_line(client_as, session, proposal):
    """Ours: 40 kg to each of two kitchens. Theirs: 25 kg of the first instead; nothing of the second."""
    other = await add_another_plan(session, proposal)
    (first, *_) = await items(client_as(Role.CITY_OPERATOR), f"/plans/{proposal.plan.id}/allocations")
    ids = {name: uuid.UUID(first[name]) for name in ("forecast_line_id", "kitchen_id", "cooperative_id", "offer_id")}
    session.add(
        Allocation(
            id=uuid.uuid4(),
            plan_id=other.id,
            item_code="RICE-M",
            needed_date=WEEK,
            allocated_qty=25_000,
            price_idr=16_000,
            **ids,
        )
    )
    await session.flush()
    client = client_as(Role.CITY_OPERATOR)
    body = (await client.get(f"/plans/{proposal.plan.id}/compare", params={"with": str(other.id)})).json()
    assert body["lines"] == {"kept": 0, "changed": 1, "added": 1, "removed": 0, "moved_kg": 55.0}
    assert body["total_difference_idr"] == 100_000
    back = (await client.get(f"/plans/{other.id}/compare", params={"with": str(proposal.plan.id)})).json()
    assert back["lines"] == {"kept": 0, "changed": 1, "added": 0, "removed": 1, "moved_kg": 55.0}
    same = (await client.get(f"/plans/{other.id}/compare", params={"with": str(other.id)})).json()
    assert same["lines"] == {"kept": 1, "changed": 0, "added": 0, "removed": 0, "moved_kg": 0.0}


async def test_plans_of_different_weeks_are_not_compared(client_as, session, proposal):
    other = await add_another_plan(session, proposal, week_start=WEEK.replace(day=23))
    response = await client_as(Role.CITY_OPERATOR).get(
        f"/plans/{proposal.plan.id}/compare", params={"with": str(other.id)}
    )
    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "another_week")


async def test_a_proposal_is_discarded_once_in_the_version_that_was_seen(client_as, proposal):
    client, path = client_as(Role.CITY_OPERATOR), f"/plans/{proposal.plan.id}/discard"
    assert (await client.post(path)).status_code == 428
    stale = await client.post(path, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["current"]) == (412, 1)
    done = await client.post(path, headers={"If-Match": '"1"'})
    assert (done.status_code, done.json()["status"], done.headers["ETag"]) == (200, "discarded", '"2"')
    again = await client.post(path, headers={"If-Match": '"2"'})
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")


async def test_a_published_plan_is_not_discarded(client_as, published_proposal):
    assert published_proposal.plan.status is PlanStatus.PUBLISHED
    response = await client_as(Role.CITY_OPERATOR).post(
        f"/plans/{published_proposal.plan.id}/discard", headers={"If-Match": '"1"'}
    )
    assert response.status_code == 409


async def test_a_repair_tells_the_city_what_it_does_to_the_plan_in_force(client_as, session, world):
    lines = {"kept": 7, "changed": 1, "added": 2, "removed": 3, "moved_kg": 40.5}
    short = {"demand": "D1", "kitchen": "K1", "item": "RICE-M", "needed_date": "2026-11-30", "before_qty": 0}
    report = {
        "plan_id": str(uuid.uuid4()),
        "promised": 7,
        "lines": lines,
        "change_idr": 8_100.0,
        "cost_difference_idr": 40_000.0,
        "new_shortages": [{**short, "short_qty": 5_000}],
    }
    proposal = await add_proposal(session, world, repair=report, **published())
    path = f"/plans/{proposal.plan.id}"
    body = (await client_as(Role.CITY_OPERATOR).get(path)).json()
    assert (body["run_kind"], body["repair"]) == ("week", report)
    assert (await client_as(Role.COOP_OFFICER).get(path)).json()["repair"] is None


async def test_sharing_names_the_worst_served_kitchen_and_the_worst_treated_cooperative_first(
    client_as, session, world
):
    proposal = await add_proposal(session, world, **published())
    figures = {**proposal.plan.figures}
    own = {**figures["plan"]}
    own["kitchens"] = [{**row, "fill_share": 1 - place / 10} for place, row in enumerate(own["kitchens"])]
    own["cooperatives"] = [{**row, "fair_value_idr": 10**6 * place} for place, row in enumerate(own["cooperatives"])]
    proposal.plan.figures = {**figures, "plan": own}
    of_old = {"cooperative_id": proposal.cooperatives[1].id, "plan_id": None, "respond_by_at": None}
    past, forgotten = (
        new_order(week_start=WEEK - timedelta(weeks=weeks), number=f"PO-{weeks}", **of_old) for weeks in (8, 9)
    )
    session.add_all([past, forgotten])
    await session.flush()
    accepted = {"status": OrderLineStatus.ACCEPTED, "ordered_qty": 10_000, "accepted_qty": 10_000, "price_idr": 16_000}
    session.add_all(
        new_order_line(order, kitchen_id=world.kitchen.id, item_code="RICE-M", **accepted)
        for order in (past, forgotten)
    )
    await session.flush()
    path = f"/plans/{proposal.plan.id}/sharing"
    body = (await client_as(Role.AUDITOR).get(path)).json()
    assert [row["fill_share"] for row in body["kitchens"]] == [0.9, 1.0]
    assert [(row["share"], row["past_value_idr"]) for row in body["cooperatives"]] == [(0.5, 160_000), (None, 0)]
    assert (body["lowest_fill_share"], body["past_weeks"], body["fairness"]["highest_share"]) == (0.9, 8, 1.5)
    kitchen = (await client_as(Role.KITCHEN_HEAD).get(path)).json()
    assert ([row["kitchen"] for row in kitchen["kitchens"]], kitchen["cooperatives"]) == ([world.kitchen.code], [])
    officer = (await client_as(Role.COOP_OFFICER).get(path)).json()
    assert ([row["cooperative"] for row in officer["cooperatives"]], officer["kitchens"]) == (
        [world.cooperative.code],
        [],
    )
    assert (await client_as(Role.WHOLESALER).get(path)).status_code == 403
