"""Late rejects over HTTP: credited by the kitchen, seen by both sides; payments taken back; refunds; the books."""

import pytest

from service.domain.people import Role
from tests.api.callers import callers
from tests.api.test_deliveries import notes, of_kitchen, received
from tests.factories.people import new_login, new_user

__all__ = ["callers", "notes", "of_kitchen"]


@pytest.fixture
async def accountant(callers, session):
    """Return the client of the kitchen's accountant."""
    user = new_user(callers.week.kitchens[0], Role.KITCHEN_ACCOUNTANT)
    session.add(user)
    await session.flush()
    session.add(new_login(user, f"st_{user.id}"))
    await session.flush()
    return callers.make(user)


@pytest.fixture
async def invoice(callers, of_kitchen):
    """Return the invoice of a receipt that both sides have signed."""
    receipt = (await received(callers, of_kitchen)).json()
    for role in (Role.KITCHEN_HEAD, Role.COOP_OFFICER):
        await callers.of(role).post(f"/receipts/{receipt['id']}/signatures")
    [made] = (await callers.of(Role.COOP_OFFICER).get("/invoices")).json()["items"]
    return (await callers.of(Role.COOP_OFFICER).get(f"/invoices/{made['id']}")).json()


def rejecting(invoice, qty):
    return {"lines": [{"receipt_line_id": invoice["lines"][0]["receipt_line_id"], "qty": qty, "reason": "spoiled"}]}


async def test_a_credit_note_is_seen_by_both_sides_and_lowers_what_is_owed(callers, invoice):
    head, path = callers.of(Role.KITCHEN_HEAD), f"/receipts/{invoice['receipt_id']}/late-rejects"
    made = await head.post(path, json=rejecting(invoice, 1_000))
    assert made.status_code == 201
    note = made.json()
    for client in (head, callers.of(Role.COOP_OFFICER), callers.of(Role.CITY_OPERATOR)):
        assert (await client.get(f"/credit-notes/{note['id']}")).json() == note
        assert [one["id"] for one in (await client.get("/credit-notes")).json()["items"]] == [note["id"]]
    for client in (callers.of(Role.COOP_OFFICER, 1), callers.stranger()):
        assert (await client.get(f"/credit-notes/{note['id']}")).status_code == 404
        assert (await client.get("/credit-notes")).json()["items"] == []
    now = (await head.get(f"/invoices/{invoice['id']}")).json()
    assert (now["credited_idr"], now["open_idr"]) == (note["total_idr"], invoice["total_idr"] - note["total_idr"])
    refused = await head.post(path, json=rejecting(invoice, 10**9))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "lines.0.qty")


async def test_a_payment_is_taken_back_and_what_was_paid_too_much_is_given_back(callers, invoice, accountant):
    path = f"/invoices/{invoice['id']}"
    paying = {"amount_idr": invoice["total_idr"], "paid_on": invoice["issued_on"], "reference": "TRX-1"}
    paid = (await accountant.post(f"{path}/payments", json=paying)).json()
    [payment] = paid["payments"]
    back = await accountant.post(f"/payments/{payment['id']}/reversal", json={"reason": "Salah faktur"})
    assert (back.status_code, back.json()["status"], back.json()["open_idr"]) == (201, "issued", invoice["total_idr"])
    again = await accountant.post(f"/payments/{payment['id']}/reversal", json={"reason": "Salah faktur"})
    assert (again.status_code, again.json()["code"]) == (409, "already_reversed")
    reversal = next(one for one in back.json()["payments"] if one["kind"] == "reversal")
    assert (await accountant.get(f"/payments/{reversal['id']}/paper")).status_code == 404
    await accountant.post(f"{path}/payments", json={**paying, "reference": "TRX-2"})
    reject = f"/receipts/{invoice['receipt_id']}/late-rejects"
    note = (await callers.of(Role.KITCHEN_HEAD).post(reject, json=rejecting(invoice, 1_000))).json()
    body = {"amount_idr": note["total_idr"], "paid_on": invoice["issued_on"], "reference": "TRX-3"}
    assert (await accountant.post(f"{path}/refunds", json=body)).status_code == 403
    given = await callers.of(Role.COOP_OFFICER).post(f"{path}/refunds", json=body)
    assert (given.status_code, given.json()["refundable_idr"]) == (201, 0)
    officer = callers.of(Role.COOP_OFFICER)
    assert (await officer.get("/invoices?refundable=true")).json()["items"] == []
    refund = next(one for one in given.json()["payments"] if one["kind"] == "refund")
    undo = f"/refunds/{refund['id']}/reversal"
    assert (await accountant.post(undo, json={"reason": "Belum terkirim"})).status_code == 403
    undone = await callers.of(Role.COOP_OFFICER).post(undo, json={"reason": "Belum terkirim"})
    assert (undone.status_code, undone.json()["refundable_idr"]) == (201, note["total_idr"])
    [owing] = (await officer.get("/invoices?refundable=true")).json()["items"]
    assert owing["id"] == invoice["id"]
    again = await callers.of(Role.COOP_OFFICER).post(undo, json={"reason": "Belum terkirim"})
    assert (again.status_code, again.json()["code"]) == (409, "already_reversed")


async def with_kitchens(officer, path, period, invoice):
    """Return what stands between a cooperative and the invoiced kitchen."""
    items = (await officer.get(path, params=period)).json()["items"]
    return [one for one in items if one["counterparty_id"] == invoice["kitchen_id"]]


async def test_each_side_reads_its_own_book_and_what_stands_between_two(callers, invoice):
    officer, head = callers.of(Role.COOP_OFFICER), callers.of(Role.KITCHEN_HEAD)
    book = (await officer.get("/ledger", params={"counterparty_id": invoice["kitchen_id"]})).json()["items"]
    total = invoice["total_idr"]
    assert {(one["account"], one["amount_idr"]) for one in book} == {("receivable", total), ("sales", -total)}
    assert {(one["document"], one["number"]) for one in book} == {("invoice", invoice["number"])}
    assert {one["account"] for one in (await head.get("/ledger")).json()["items"]} == {"purchases", "payable"}
    period = {"from_date": "2026-11-01", "to_date": "2026-12-31"}
    mine_at, theirs_at = (f"/organisations/{invoice[side]}/statements" for side in ("cooperative_id", "kitchen_id"))
    [between] = await with_kitchens(officer, mine_at, period, invoice)
    assert (between["opening_idr"], between["moved_idr"], between["closing_idr"]) == (0, total, total)
    assert between["counterparty_id"] == invoice["kitchen_id"]
    [mine] = (await head.get(theirs_at, params=period)).json()["items"]
    assert (await head.get(mine_at, params=period)).status_code == 404
    assert (mine["counterparty_id"], mine["closing_idr"]) == (invoice["cooperative_id"], -total)
    later = {"from_date": "2027-01-01", "to_date": "2027-01-31"}
    [carried] = await with_kitchens(officer, mine_at, later, invoice)
    assert (carried["opening_idr"], carried["moved_idr"], carried["closing_idr"]) == (total, 0, total)
    assert (await callers.of(Role.COOP_OFFICER, 1).get("/ledger")).json()["items"] == []
    assert (await callers.stranger().get("/ledger")).json()["items"] == []


async def test_the_city_names_whose_book_it_reads(callers, invoice):
    operator = callers.of(Role.CITY_OPERATOR)
    between = {"organisation_id": invoice["cooperative_id"], "counterparty_id": invoice["kitchen_id"]}
    book = (await operator.get("/ledger", params=between)).json()["items"]
    assert len(book) == 2
    path = f"/organisations/{invoice['cooperative_id']}/statements"
    refused = await operator.get(path, params={"from_date": "2026-12-31", "to_date": "2026-11-01"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "to_date")
    assert (await operator.get(path, params={"from_date": "2026-11-01", "to_date": "2026-12-31"})).status_code == 200
