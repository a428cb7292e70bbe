"""Orders and answers over HTTP: each seen by those whom it concerns, each line answered once."""

import uuid

from service.domain.people import Role
from tests.api.callers import answer, callers
from tests.api.conftest import Client

__all__ = ["callers"]


async def test_everybody_lists_what_concerns_them(callers):
    await callers.publish()

    async def numbers(client: Client) -> list[tuple[str, int]]:
        listed = await client.get("/orders", params={"week_start": "2026-11-30"})
        return [(one["number"][-4:], one["line_count"]) for one in listed.json()["items"]]

    assert await numbers(callers.of(Role.CITY_OPERATOR)) == [("C001", 2), ("C000", 4)]
    assert await numbers(callers.of(Role.COOP_OFFICER, 0)) == [("C000", 4)]
    assert await numbers(callers.of(Role.COOP_OFFICER, 1)) == [("C001", 2)]
    assert await numbers(callers.of(Role.KITCHEN_HEAD, 0)) == [("C000", 2)]
    assert await numbers(callers.stranger()) == []
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
    for client in (callers.of(Role.KITCHEN_HEAD, 1), callers.of(Role.COOP_OFFICER, 1), callers.stranger()):
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
