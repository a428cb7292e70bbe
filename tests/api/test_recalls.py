"""Traces and recalls over HTTP, each seen by those whom they concern."""

from service.domain.people import Role
from tests.factories.recalls import new_recall
from tests.factories.things import add_catalogue_things, add_things


async def test_the_food_office_traces_calls_back_and_a_kitchen_answers(client_as, session, world, foreign_world):
    await add_catalogue_things(session)
    things = await add_things(session, world)
    officer = client_as(Role.FOOD_OFFICER)
    lot = things["lot_code"].value
    traced = (await officer.get(f"/lots/{lot}/trace")).json()
    assert (traced["kitchen_count"], traced["items"][0]["lot_code"]) == (1, lot)
    opened = await officer.post("/recalls", json={"lot_code": lot, "reason": "Salmonella"})
    recall = opened.json()
    assert (opened.status_code, recall["unconfirmed_count"]) == (201, 1)
    kitchen = client_as(Role.KITCHEN_HEAD)
    [part] = (await kitchen.get(f"/recalls/{recall['id']}")).json()["parts"]
    remains = {"item_code": part["item_code"], "eaten_qty": part["accepted_qty"], "stored_qty": 0, "discarded_qty": 0}
    said = (await kitchen.post(f"/recalls/{recall['id']}/confirmations", json={"items": [remains]})).json()
    assert said["unconfirmed_count"] == 0
    closed = await officer.post(f"/recalls/{recall['id']}/closing", headers={"If-Match": opened.headers["ETag"]})
    assert closed.json()["status"] == "closed"
    assert len((await kitchen.get("/recalls?status=closed")).json()["items"]) == 1
    assert (await client_as(Role.FOOD_OFFICER, foreign_world).get(f"/lots/{lot}/trace")).status_code == 404


async def test_the_food_office_traces_and_calls_back_a_delivery(client_as, session, world, foreign_world):
    await add_catalogue_things(session)
    things = await add_things(session, world)
    officer, lot = client_as(Role.FOOD_OFFICER), things["lot_code"].value
    traced = (await officer.get("/trace", params={"delivery_number": things["delivery_id"].value})).json()
    assert (traced["kitchen_count"], [row["lot_code"] for row in traced["items"]]) == (1, [lot])
    number = traced["items"][0]["number"]
    assert (await officer.get("/trace", params={"delivery_number": number, "lot_code": lot})).json() == traced
    by_producer = (await officer.get("/trace", params={"producer": traced["items"][0]["producer"]})).json()
    assert by_producer == traced
    opened = (await officer.post("/recalls", json={"delivery_number": number, "reason": "Salmonella"})).json()
    assert (opened["delivery_number"], opened["unconfirmed_count"]) == (number, 1)
    assert [one["lot_code"] for one in opened["lots"]] == [lot]
    unknown = await officer.post("/recalls", json={"delivery_number": "SJ-NONE", "reason": "Salmonella"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "delivery_number")
    foreign = client_as(Role.FOOD_OFFICER, foreign_world)
    assert (await foreign.get("/trace", params={"delivery_number": number})).status_code == 422


async def test_a_recall_of_everything_is_refused(client_as):
    refused = await client_as(Role.FOOD_OFFICER).post("/recalls", json={"reason": "?"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "lot_code")


async def test_recalls_of_one_instant_are_each_on_one_page(client_as, session, world):
    recalls = [new_recall(world.users[Role.FOOD_OFFICER], lot_code=f"L-{number}") for number in range(7)]
    session.add_all(recalls)
    await session.flush()
    officer, seen, after = client_as(Role.FOOD_OFFICER), [], {}
    while after is not None:
        page = (await officer.get("/recalls", params={"limit": 2, **after})).json()
        seen += [recall["id"] for recall in page["items"]]
        after = {"after": page["next_cursor"]} if page["next_cursor"] else None
    assert sorted(seen) == sorted(str(recall.id) for recall in recalls)
