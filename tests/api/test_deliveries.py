"""Notes, receipts and invoices over HTTP: each side sees and does its part, and money follows the goods."""

import pytest

from service.domain.people import Role
from service.workflows.prepare_deliveries import prepare_due_deliveries
from tests.api.callers import answer, callers
from tests.factories.people import new_login, new_user
from tests.factories.purchases import confirm_purchases

__all__ = ["callers"]


@pytest.fixture
async def notes(callers, units):
    """Return the notes of the first cooperative, all of whose lines were accepted."""
    order = await callers.first_order()
    said = [answer(line) for line in order["lines"]]
    await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json={"answers": said})
    async with units.begin() as work:
        await confirm_purchases(work)
    await prepare_due_deliveries(units)
    return (await callers.of(Role.COOP_OFFICER).get("/deliveries")).json()["items"]


async def shown(callers, note):
    return (await callers.of(Role.COOP_OFFICER).get(f"/deliveries/{note['id']}")).json()


def load(line, **lot):
    lots = [{"shipped_qty": line["planned_qty"], "lot_code": "L-1", "producer": "Tani Mekar", **lot}]
    return {"line_id": line["id"], "lots": lots}


async def dispatched(callers, note):
    lines = (await shown(callers, note))["lines"]
    body = {"lines": [load(line) for line in lines]}
    path = f"/deliveries/{note['id']}/dispatch"
    return await callers.of(Role.COOP_OFFICER).post(path, json=body, headers={"If-Match": '"1"'})


async def received(callers, note):
    await dispatched(callers, note)
    lines = (await shown(callers, note))["lines"]
    body = {"lines": [{"line_id": line["id"], "received_qty": line["shipped_qty"]} for line in lines]}
    return await callers.of(Role.KITCHEN_HEAD).post(f"/deliveries/{note['id']}/receipt", json=body)


@pytest.fixture
async def of_kitchen(callers, notes):
    """Return the note for the kitchen whose head is asked."""
    kitchen_id = str(callers.week.kitchens[0].id)
    return next(note for note in notes if note["kitchen_id"] == kitchen_id)


async def test_each_side_lists_its_own_notes_and_the_city_all(callers, notes):
    assert len(notes) == 2
    listed = {
        role: (await callers.of(role).get("/deliveries")).json()["items"]
        for role in (Role.KITCHEN_HEAD, Role.CITY_OPERATOR)
    }
    assert [note["kitchen_name"] for note in listed[Role.KITCHEN_HEAD]] == [callers.week.kitchens[0].name]
    assert len(listed[Role.CITY_OPERATOR]) == 2
    assert (await callers.stranger().get("/deliveries")).json()["items"] == []
    assert (await callers.of(Role.COOP_OFFICER, 1).get("/deliveries")).json()["items"] == []


async def test_notes_are_filtered_and_come_in_pages(callers, notes):
    operator = callers.of(Role.CITY_OPERATOR)
    first = (await operator.get("/deliveries?limit=1")).json()
    second = (await operator.get("/deliveries", params={"limit": 1, "after": first["next_cursor"]})).json()
    assert {first["items"][0]["id"], second["items"][0]["id"]} == {note["id"] for note in notes}
    assert second["next_cursor"] is None
    assert (await operator.get("/deliveries?status=received")).json()["items"] == []
    kitchen = {"kitchen_id": notes[0]["kitchen_id"], "needed_date": "2026-11-30", "status": "planned"}
    assert [one["id"] for one in (await operator.get("/deliveries", params=kitchen)).json()["items"]] == [
        notes[0]["id"]
    ]
    broken = await operator.get("/deliveries?after=bm90LWEtcGxhY2U")
    assert (broken.status_code, broken.json()["errors"][0]["field"]) == (422, "after")


async def test_a_load_with_faults_is_refused_field_by_field(callers, notes):
    lines = (await shown(callers, notes[0]))["lines"]
    body = {"lines": [load(lines[0], shipped_qty=lines[0]["planned_qty"] + 1)]}
    path = f"/deliveries/{notes[0]['id']}/dispatch"
    refused = await callers.of(Role.COOP_OFFICER).post(path, json=body, headers={"If-Match": '"1"'})
    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == ["lines", "lines.0.lots"]


async def test_goods_leave_are_weighed_signed_for_invoiced_and_paid(callers, of_kitchen, session):
    left = await dispatched(callers, of_kitchen)
    assert (left.status_code, left.json()["status"], left.headers["ETag"]) == (200, "dispatched", '"2"')
    receipt = (await received(callers, of_kitchen)).json()
    assert [line["accepted_qty"] for line in receipt["lines"]] == [40_000, 40_000]
    path = f"/receipts/{receipt['id']}"
    assert (await callers.of(Role.KITCHEN_HEAD).post(f"{path}/signatures")).json()["status"] == "open"
    signed = (await callers.of(Role.COOP_OFFICER).post(f"{path}/signatures")).json()
    assert (signed["status"], {name["side"] for name in signed["signatures"]}) == ("signed", {"giver", "receiver"})
    assert (await callers.of(Role.KITCHEN_HEAD).get(path)).json() == signed

    [invoice] = (await callers.of(Role.COOP_OFFICER).get("/invoices")).json()["items"]
    assert (invoice["total_idr"], invoice["open_idr"], invoice["is_overdue"]) == (504_000 + 640_000, 1_144_000, False)
    accountant = new_user(callers.week.kitchens[0], Role.KITCHEN_ACCOUNTANT)
    session.add(accountant)
    await session.flush()
    session.add(new_login(accountant, f"st_{accountant.id}"))
    await session.flush()
    client = callers.make(accountant)
    paid = {"amount_idr": 1_000_000, "paid_on": invoice["issued_on"], "reference": "TRX-1"}
    answered = await client.post(f"/invoices/{invoice['id']}/payments", json=paid)
    assert (answered.status_code, answered.json()["status"], answered.json()["open_idr"]) == (
        201,
        "partly_paid",
        144_000,
    )
    again = await client.post(f"/invoices/{invoice['id']}/payments", json=paid)
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "amount_idr")
    shown_to_city = (await callers.of(Role.CITY_OPERATOR).get(f"/invoices/{invoice['id']}")).json()
    assert [line["value_idr"] for line in shown_to_city["lines"]] == [504_000, 640_000]
    assert [one["reference"] for one in shown_to_city["payments"]] == ["TRX-1"]


async def test_what_is_signed_for_cannot_be_weighed_again_before_the_name_is_taken_back(callers, of_kitchen):
    receipt = (await received(callers, of_kitchen)).json()
    await callers.of(Role.KITCHEN_HEAD).post(f"/receipts/{receipt['id']}/signatures")
    line = receipt["lines"][0]
    body = {"lines": [{"line_id": line["delivery_line_id"], "received_qty": 0, "reason": "late"}]}
    refused = await callers.of(Role.KITCHEN_HEAD).post(f"/deliveries/{of_kitchen['id']}/receipt", json=body)
    assert (refused.status_code, refused.json()["code"], refused.json()["signed"]) == (
        409,
        "receipt_signed",
        ["receiver"],
    )
    taken_back = await callers.of(Role.KITCHEN_HEAD).post(f"/receipts/{receipt['id']}/signatures/take-back")
    assert (taken_back.status_code, taken_back.json()["signatures"]) == (200, [])
    anew = await callers.of(Role.KITCHEN_HEAD).post(f"/deliveries/{of_kitchen['id']}/receipt", json=body)
    assert anew.status_code == 200


async def test_late_invoices_are_found_by_the_day(callers, of_kitchen, clock):
    receipt = (await received(callers, of_kitchen)).json()
    for role in (Role.KITCHEN_HEAD, Role.COOP_OFFICER):
        await callers.of(role).post(f"/receipts/{receipt['id']}/signatures")
    officer = callers.of(Role.COOP_OFFICER)
    assert (await officer.get("/invoices?overdue=true")).json()["items"] == []
    clock.advance(days=15)
    [late] = (await officer.get("/invoices?overdue=true")).json()["items"]
    assert (late["is_overdue"], late["status"]) == (True, "issued")


async def test_receipts_are_listed_for_both_sides_filtered_and_in_pages(callers, notes):
    for note in notes:
        await dispatched(callers, note)
    heads = {str(kitchen.id): index for index, kitchen in enumerate(callers.week.kitchens)}
    for note in notes:
        lines = (await shown(callers, note))["lines"]
        body = {"lines": [{"line_id": line["id"], "received_qty": line["shipped_qty"]} for line in lines]}
        head = callers.of(Role.KITCHEN_HEAD, heads[note["kitchen_id"]])
        await head.post(f"/deliveries/{note['id']}/receipt", json=body)
    operator, officer = callers.of(Role.CITY_OPERATOR), callers.of(Role.COOP_OFFICER)
    first = (await operator.get("/receipts?limit=1&week_start=2026-11-30&status=open")).json()
    second = (await operator.get("/receipts", params={"limit": 1, "after": first["next_cursor"]})).json()
    found = [*first["items"], *second["items"]]
    assert ({one["delivery_id"] for one in found}, second["next_cursor"]) == ({note["id"] for note in notes}, None)
    assert {one["delivery_number"] for one in found} == {note["number"] for note in notes}
    [own] = (await callers.of(Role.KITCHEN_HEAD).get("/receipts")).json()["items"]
    assert own["kitchen_name"] == callers.week.kitchens[0].name
    assert len((await officer.get("/receipts")).json()["items"]) == 2
    assert (await callers.of(Role.COOP_OFFICER, 1).get("/receipts")).json()["items"] == []
    assert (await callers.stranger().get("/receipts")).json()["items"] == []
    for nothing in ("status=signed", "week_start=2026-12-07", f"kitchen_id={callers.week.cooperatives[0].id}"):
        assert (await operator.get(f"/receipts?{nothing}")).json()["items"] == []


async def test_who_signs_for_a_version_is_refused_if_goods_were_weighed_anew(callers, of_kitchen):
    receipt = await received(callers, of_kitchen)
    path, seen = f"/receipts/{receipt.json()['id']}/signatures", receipt.headers["ETag"]
    head, line = callers.of(Role.KITCHEN_HEAD), receipt.json()["lines"][0]
    anew = {"line_id": line["delivery_line_id"], "received_qty": line["shipped_qty"]}
    await head.post(f"/deliveries/{of_kitchen['id']}/receipt", json={"lines": [anew]})
    refused = await head.post(path, headers={"If-Match": seen})
    assert (refused.status_code, refused.json()["code"]) == (412, "stale_version")
    current = (await head.get(path.removesuffix("/signatures"))).headers["ETag"]
    assert (await head.post(path, headers={"If-Match": current})).status_code == 201
    assert (await callers.of(Role.COOP_OFFICER).post(path, headers={"If-Match": current})).status_code == 412
    assert (await callers.of(Role.COOP_OFFICER).post(path)).json()["status"] == "signed"
