"""Publishing a plan, orders, answers and coverage over HTTP: each seen by those whom it concerns."""

import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.forecasts import ForecastStatus
from service.domain.organisations import OrganisationKind
from service.domain.people import Role, User
from tests.api.conftest import BASE_URL, Client
from tests.factories.organisations import new_organisation
from tests.factories.people import new_login, new_user
from tests.factories.places import OTHER_REGION, new_region
from tests.factories.plans import PlannedWeek, add_planned_week


@dataclass
class Callers:
    """The planned week and a client for each of its people."""

    week: PlannedWeek
    make: Callable[[User], Client]
    clients: dict[uuid.UUID, Client] = field(default_factory=dict)

    def of(self, role: Role, index: int = 0) -> Client:
        organisations = {
            Role.CITY_OPERATOR: [one for (role, one) in self.week.users if role is Role.CITY_OPERATOR],
            Role.COOP_OFFICER: [one.id for one in self.week.cooperatives],
            Role.KITCHEN_HEAD: [one.id for one in self.week.kitchens],
            Role.WHOLESALER: [self.week.wholesaler.id],
        }
        user = self.week.users[role, organisations[role][index]]
        return self.clients.setdefault(user.id, self.make(user))

    async def publish(self) -> httpx.Response:
        path = f"/plans/{self.week.plan.id}/publish"
        return await self.of(Role.CITY_OPERATOR).post(path, headers={"If-Match": '"1"'})

    async def first_order(self) -> dict[str, Any]:
        await self.publish()
        page = (await self.of(Role.COOP_OFFICER).get("/orders")).json()
        return (await self.of(Role.COOP_OFFICER).get(f"/orders/{page['items'][0]['id']}")).json()


@pytest.fixture
async def callers(app: FastAPI, session: AsyncSession) -> AsyncIterator[Callers]:
    """Three kitchens served by two cooperatives: kitchens 0 and 2 by the first, kitchen 1 by the second."""
    week = await add_planned_week(session, kitchens=3, cooperatives=2, items=2)
    foreign = new_organisation(OrganisationKind.CITY_OFFICE, OTHER_REGION)
    session.add(new_region(OTHER_REGION, name="Kabupaten Bogor"))
    await session.flush()
    session.add(foreign)
    await session.flush()
    stranger = new_user(foreign, Role.CITY_OPERATOR)
    session.add(stranger)
    await session.flush()
    week.users[Role.AUDITOR, foreign.id] = stranger
    session.add_all(new_login(user, f"st_{user.id}") for user in week.users.values())
    await session.flush()
    opened: list[Client] = []

    def make(user: User) -> Client:
        headers = {"Authorization": f"Bearer st_{user.id}"}
        transport = httpx.ASGITransport(app=app)
        opened.append(Client(transport=transport, base_url=f"{BASE_URL}/api/v1", headers=headers))
        return opened[-1]

    callers = Callers(week, make)
    callers.clients[foreign.id] = make(stranger)
    yield callers
    for client in opened:
        await client.aclose()


def stranger_of(callers: Callers) -> Client:
    return next(iter(callers.clients.values()))


def answer(line: dict[str, Any], accepted_qty: int | None = None, reason: str | None = None) -> dict[str, Any]:
    qty = line["ordered_qty"] if accepted_qty is None else accepted_qty
    return {"line_id": line["id"], "accepted_qty": qty, "reason": reason}


async def test_publishing_makes_orders_and_says_where_they_are(callers):
    answered = await callers.publish()

    assert answered.status_code == 201, answered.text
    body = answered.json()
    assert (body["status"], body["order_count"], body["line_count"]) == ("published", 2, 6)
    assert answered.headers["ETag"] == '"2"'
    assert answered.headers["Location"] == f"/api/v1/orders?plan_id={callers.week.plan.id}"
    listed = await callers.of(Role.CITY_OPERATOR).get(f"/orders?plan_id={callers.week.plan.id}")
    assert len(listed.json()["items"]) == 2


async def test_publishing_needs_the_version_that_was_seen(callers):
    path = f"/plans/{callers.week.plan.id}/publish"
    operator = callers.of(Role.CITY_OPERATOR)

    assert (await operator.post(path)).status_code == 428
    stale = await operator.post(path, headers={"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (412, "stale_version", 1)


async def test_only_the_regions_operator_publishes(callers):
    path = f"/plans/{callers.week.plan.id}/publish"

    refused = await callers.of(Role.COOP_OFFICER).post(path, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    foreign = await stranger_of(callers).post(path, headers={"If-Match": '"1"'})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


async def test_an_outdated_plan_is_refused_with_what_changed(callers, session):
    callers.week.forecasts[0].status = ForecastStatus.WITHDRAWN
    await session.flush()

    refused = await callers.publish()

    assert (refused.status_code, refused.json()["code"]) == (409, "plan_outdated")
    [change] = refused.json()["changes"]
    assert (change["code"], change["entity_id"]) == ("forecast_changed", str(callers.week.forecasts[0].id))


async def test_goods_that_are_gone_are_named(callers, session):
    stock = callers.week.stocks["ITEM-00"]
    stock.promised_packs = stock.packs
    await session.flush()

    refused = await callers.publish()

    assert (refused.status_code, refused.json()["code"]) == (409, "supply_exhausted")
    [source] = refused.json()["sources"]
    assert (source["stock_id"], source["left_packs"], source["asked_packs"]) == (str(stock.id), 0, 6)


async def test_everybody_lists_what_concerns_them(callers):
    await callers.publish()

    async def numbers(client: Client) -> list[tuple[str, int]]:
        listed = await client.get("/orders", params={"week_start": "2026-11-30"})
        return [(one["number"][-4:], one["line_count"]) for one in listed.json()["items"]]

    assert await numbers(callers.of(Role.CITY_OPERATOR)) == [("C001", 2), ("C000", 4)]
    assert await numbers(callers.of(Role.COOP_OFFICER, 0)) == [("C000", 4)]
    assert await numbers(callers.of(Role.COOP_OFFICER, 1)) == [("C001", 2)]
    assert await numbers(callers.of(Role.KITCHEN_HEAD, 0)) == [("C000", 2)]
    assert await numbers(stranger_of(callers)) == []
    assert (await callers.of(Role.WHOLESALER).get("/orders")).status_code == 403


async def test_orders_are_filtered_and_come_in_pages(callers):
    await callers.publish()
    operator = callers.of(Role.CITY_OPERATOR)

    first = (await operator.get("/orders?limit=1")).json()
    second = (await operator.get("/orders", params={"limit": 1, "after": first["next_cursor"]})).json()
    assert [page["items"][0]["cooperative_code"] for page in (first, second)] == ["C001", "C000"]
    assert second["next_cursor"] is None
    cooperative = str(callers.week.cooperatives[1].id)
    only = (await operator.get("/orders", params={"cooperative_id": cooperative, "status": "sent"})).json()
    assert [one["cooperative_id"] for one in only["items"]] == [cooperative]
    assert (await operator.get("/orders?status=answered")).json()["items"] == []
    broken = await operator.get("/orders?after=bm90LWEtd2Vlaw")
    assert (broken.status_code, broken.json()["errors"][0]["field"]) == (422, "after")


async def test_an_officer_cannot_list_another_cooperatives_orders(callers):
    await callers.publish()

    other = str(callers.week.cooperatives[1].id)
    listed = await callers.of(Role.COOP_OFFICER, 0).get("/orders", params={"cooperative_id": other})

    assert listed.json()["items"] == []


async def test_an_order_shows_its_lines_and_totals(callers):
    order = await callers.first_order()

    assert [line["position"] for line in order["lines"]] == [1, 2, 3, 4]
    line = order["lines"][0]
    assert (line["kitchen_code"], line["item_code"], line["unit"], line["step_qty"]) == ("K000", "ITEM-00", "g", 1000)
    assert (line["ordered_qty"], line["price_idr"], line["value_idr"]) == (40_000, 12_600, 504_000)
    assert line["standby_cooperative_id"] == str(callers.week.cooperatives[1].id)
    assert (order["waiting_count"], order["ordered_value_idr"]) == (4, 2 * (504_000 + 640_000))
    assert order["accepted_value_idr"] == 0


async def test_a_kitchen_sees_its_lines_of_an_order_and_no_others(callers):
    order = await callers.first_order()
    path = f"/orders/{order['id']}"

    seen = (await callers.of(Role.KITCHEN_HEAD, 2).get(path)).json()
    assert {line["kitchen_id"] for line in seen["lines"]} == {str(callers.week.kitchens[2].id)}
    assert (seen["line_count"], len(seen["lines"])) == (2, 2)
    for client in (callers.of(Role.KITCHEN_HEAD, 1), callers.of(Role.COOP_OFFICER, 1), stranger_of(callers)):
        assert (await client.get(path)).status_code == 404
        assert (await client.get(f"{path}/answers")).status_code == 404
    assert (await callers.of(Role.CITY_OPERATOR).get(f"/orders/{uuid.uuid4()}")).status_code == 404


async def test_answers_are_taken_line_by_line(callers):
    order = await callers.first_order()
    first, second, *rest = order["lines"]
    officer, path = callers.of(Role.COOP_OFFICER), f"/orders/{order['id']}/answers"

    taken = await officer.post(path, json={"answers": [answer(first), answer(second, 10_000, "no_cash")]})
    assert taken.status_code == 201, taken.text
    body = taken.json()
    assert [line["status"] for line in body["lines"]] == ["accepted", "accepted_less"] + 2 * ["awaiting_answer"]
    assert (body["status"], body["waiting_count"], taken.headers["ETag"]) == ("sent", 2, '"2"')
    assert taken.headers["Location"] == f"/api/v1{path}"

    rest_taken = await officer.post(path, json={"answers": [answer(line, 0, "closed") for line in rest]})
    assert (rest_taken.json()["status"], rest_taken.headers["ETag"]) == ("answered", '"3"')
    listed = (await officer.get(path)).json()["items"]
    assert [(one["position"], one["accepted_qty"], one["reason"]) for one in listed] == [
        (1, 40_000, None),
        (2, 10_000, "no_cash"),
        (3, 0, "closed"),
        (4, 0, "closed"),
    ]
    kitchen_sees = (await callers.of(Role.KITCHEN_HEAD, 2).get(path)).json()["items"]
    assert [one["position"] for one in kitchen_sees] == [3, 4]


async def test_a_line_answered_before_is_told_with_its_state(callers):
    order = await callers.first_order()
    officer, path = callers.of(Role.COOP_OFFICER), f"/orders/{order['id']}/answers"
    await officer.post(path, json={"answers": [answer(order["lines"][0], 0, "quality")]})

    refused = await officer.post(path, json={"answers": [answer(order["lines"][0])]})

    assert (refused.status_code, refused.json()["code"]) == (409, "already_answered")
    [state] = refused.json()["lines"]
    assert (state["line_id"], state["status"], state["reason"]) == (order["lines"][0]["id"], "declined", "quality")


async def test_the_same_request_sent_again_has_no_second_effect(callers):
    order = await callers.first_order()
    officer, path = callers.of(Role.COOP_OFFICER), f"/orders/{order['id']}/answers"
    body, key = {"answers": [answer(order["lines"][0])]}, {"Idempotency-Key": str(uuid.uuid4())}

    first, again = [await officer.post(path, json=body, headers=key) for _ in range(2)]

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


async def test_after_the_deadline_an_answer_is_refused_with_the_deadline(callers, clock):
    order = await callers.first_order()
    clock.advance(hours=24)

    refused = await callers.of(Role.COOP_OFFICER).post(
        f"/orders/{order['id']}/answers", json={"answers": [answer(order["lines"][0])]}
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "respond_by_passed")
    assert refused.json()["respond_by_at"] == "2026-11-25T03:00:00+00:00"


async def test_all_faults_of_all_lines_come_at_once(callers):
    order = await callers.first_order()
    first, second, *_ = order["lines"]

    refused = await callers.of(Role.COOP_OFFICER).post(
        f"/orders/{order['id']}/answers",
        json={
            "answers": [answer(first, 41_000), answer(second, 500), {"line_id": str(uuid.uuid4()), "accepted_qty": 0}]
        },
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_field")
    assert [(fault["field"], fault["code"]) for fault in refused.json()["errors"]] == [
        ("answers.0.accepted_qty", "out_of_range"),
        ("answers.1.reason", "missing"),
        ("answers.1.accepted_qty", "not_a_step"),
        ("answers.2.line_id", "unknown_line"),
    ]


async def test_a_kitchen_answers_nothing_and_another_cooperative_sees_nothing(callers):
    order = await callers.first_order()
    path, body = f"/orders/{order['id']}/answers", {"answers": [answer(order["lines"][0])]}

    assert (await callers.of(Role.KITCHEN_HEAD).post(path, json=body)).status_code == 403
    assert (await callers.of(Role.COOP_OFFICER, 1).post(path, json=body)).status_code == 404


async def test_the_kitchens_coverage_tells_what_is_short_and_why(callers):
    order = await callers.first_order()
    await callers.of(Role.COOP_OFFICER).post(
        f"/orders/{order['id']}/answers", json={"answers": [answer(order["lines"][0], 30_000, "no_transport")]}
    )

    seen = (await callers.of(Role.KITCHEN_HEAD).get("/coverage?week_start=2026-11-30")).json()

    assert [
        (line["item_code"], line["accepted_qty"], line["awaiting_qty"], line["short_qty"]) for line in seen["lines"]
    ] == [
        ("ITEM-00", 30_000, 0, 10_000),
        ("ITEM-01", 0, 40_000, 0),
    ]
    assert [(day["needed_date"], day["short_lines"], day["short_g"]) for day in seen["days"]] == [
        ("2026-11-30", 1, 10_000)
    ]
    [shortage] = seen["shortages"]
    assert (shortage["cause"], shortage["short_qty"], shortage["reason_codes"]) == (
        "accepted_less",
        10_000,
        ["no_transport"],
    )


async def test_the_city_names_the_kitchen_and_nobody_sees_a_foreign_one(callers):
    await callers.publish()
    operator, other = callers.of(Role.CITY_OPERATOR), {"kitchen_id": str(callers.week.kitchens[1].id)}
    path = "/coverage?week_start=2026-11-30"

    unnamed = await operator.get(path)
    assert (unnamed.status_code, unnamed.json()["errors"][0]["field"]) == (422, "kitchen_id")
    assert len((await operator.get("/coverage", params={"week_start": "2026-11-30", **other})).json()["lines"]) == 2
    for client in (callers.of(Role.KITCHEN_HEAD, 0), stranger_of(callers)):
        assert (await client.get("/coverage", params={"week_start": "2026-11-30", **other})).status_code == 404
    unknown = {"week_start": "2026-11-30", "kitchen_id": str(callers.week.cooperatives[0].id)}
    assert (await operator.get("/coverage", params=unknown)).status_code == 404
    assert (await operator.get("/coverage", params={**other, "week_start": "2026-12-01"})).status_code == 422
    assert (await callers.of(Role.COOP_OFFICER).get(path)).status_code == 403
