"""Purchases over HTTP: made when an order is answered, confirmed or cut by the wholesaler, seen by both sides."""

import io
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from service.api.member_rows import OUTLET_STOCK
from service.domain.people import Role
from tests.api.callers import answer, callers
from tests.api.test_book_and_trouble_exports import rows_of

__all__ = ["callers"]


@pytest.fixture
async def purchase(callers):
    return await bought(callers)


async def bought(callers):
    """Return the purchase that the first cooperative's answered order made, as its wholesaler sees it."""
    order = await callers.first_order()
    said = [answer(line) for line in order["lines"]]
    await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json={"answers": said})
    [made] = (await callers.of(Role.WHOLESALER).get("/purchases")).json()["items"]
    return (await callers.of(Role.WHOLESALER).get(f"/purchases/{made['id']}")).json()


def selling(purchase, packs=None, reason=None):
    lines = purchase["lines"]
    packs = [line["ordered_packs"] for line in lines] if packs is None else packs
    return {
        "answers": [
            {"line_id": line["id"], "confirmed_packs": count, "reason": reason}
            for line, count in zip(lines, packs, strict=True)
        ]
    }


async def test_an_answered_order_makes_a_purchase_that_both_sides_and_the_city_see(callers, purchase):
    assert (purchase["status"], purchase["cooperative_name"]) == ("sent", callers.week.cooperatives[0].name)
    assert [line["ordered_packs"] > 0 for line in purchase["lines"]] == [True]
    path = f"/purchases/{purchase['id']}"
    for role in (Role.COOP_OFFICER, Role.CITY_OPERATOR):
        assert (await callers.of(role).get(path)).json() == purchase
    assert (await callers.of(Role.COOP_OFFICER, 1).get(path)).status_code == 404
    assert (await callers.stranger().get(path)).status_code == 404


async def test_a_wholesaler_confirms_once(callers, purchase):
    path = f"/purchases/{purchase['id']}/answers"
    done = await callers.of(Role.WHOLESALER).post(path, json=selling(purchase))
    assert (done.status_code, done.json()["status"]) == (201, "answered")
    again = await callers.of(Role.WHOLESALER).post(path, json=selling(purchase))
    assert (again.status_code, again.json()["code"]) == (409, "illegal_transition")
    assert (await callers.of(Role.COOP_OFFICER).post(path, json=selling(purchase))).status_code == 403


async def test_a_cut_needs_a_reason_and_the_kitchen_hears_what_is_short(callers, purchase):
    path = f"/purchases/{purchase['id']}/answers"
    refused = await callers.of(Role.WHOLESALER).post(path, json=selling(purchase, [0]))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "answers.0.reason")
    cut = await callers.of(Role.WHOLESALER).post(path, json=selling(purchase, [0], "out_of_stock"))
    assert cut.json()["lines"][0]["confirmed_packs"] == 0
    order = (await callers.of(Role.COOP_OFFICER).get(f"/orders/{purchase['order_id']}")).json()
    bought = [line for line in order["lines"] if line["stock_id"] == purchase["lines"][0]["stock_id"]]
    assert {line["status"] for line in bought} == {"declined"}
    own = [line for line in order["lines"] if line["offer_id"]]
    assert {line["status"] for line in own} == {"accepted"}, "lines that the cut does not touch stay"


async def test_what_packs_bring_beyond_the_need_lies_in_the_outlet(callers, purchase):
    officer = callers.of(Role.COOP_OFFICER)
    assert (await officer.get("/outlet-stock")).json()["items"] == []
    await callers.of(Role.WHOLESALER).post(f"/purchases/{purchase['id']}/answers", json=selling(purchase))
    order = (await officer.get(f"/orders/{purchase['order_id']}")).json()
    [line] = purchase["lines"]
    needed = sum(one["accepted_qty"] for one in order["lines"] if one["stock_id"] == line["stock_id"])
    held = (await officer.get("/outlet-stock")).json()["items"]
    assert sum(one["qty"] for one in held) == line["ordered_packs"] * line["pack_qty"] - needed
    given = await rows_of(officer, "/outlet-stock/export", OUTLET_STOCK)
    assert [row["jumlah"] for row in given] == [one["qty"] for one in held]
    assert await rows_of(callers.of(Role.COOP_OFFICER, 1), "/outlet-stock/export", OUTLET_STOCK) == []


async def test_the_wholesaler_is_owed_for_what_it_confirmed_and_reads_in_its_book_that_it_was_paid(callers, purchase):
    path, wholesaler = f"/purchases/{purchase['id']}", callers.of(Role.WHOLESALER)
    officer = callers.of(Role.COOP_OFFICER)
    sold = (await wholesaler.post(f"{path}/answers", json=selling(purchase))).json()
    total = sum(line["confirmed_packs"] * line["price_idr"] for line in sold["lines"])
    assert (purchase["total_idr"], purchase["due_on"], sold["total_idr"], sold["open_idr"]) == (0, None, total, total)
    [entry] = (await wholesaler.get("/ledger", params={"account": "receivable"})).json()["items"]
    assert (entry["document"], entry["number"], entry["amount_idr"]) == ("purchase", purchase["number"], total)
    body = {"amount_idr": total, "paid_on": entry["booked_on"], "reference": "TRX-1"}
    assert (await wholesaler.post(f"{path}/payments", json=body)).status_code == 403
    paid = await officer.post(f"{path}/payments", json=body)
    assert (paid.status_code, paid.json()["open_idr"]) == (201, 0)
    again = await officer.post(f"{path}/payments", json=body)
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "amount_idr")
    [payment] = paid.json()["payments"]
    back = await officer.post(f"/purchase-payments/{payment['id']}/reversal", json={"reason": "Salah pembelian"})
    assert (back.status_code, back.json()["open_idr"]) == (201, total)
    twice = await officer.post(f"/purchase-payments/{payment['id']}/reversal", json={"reason": "Salah pembelian"})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_reversed")


async def test_days_to_pay_are_the_wholesalers_own_and_a_purchase_keeps_those_it_was_sent_under(callers):
    wholesaler, officer = callers.of(Role.WHOLESALER), callers.of(Role.COOP_OFFICER)
    own = f"/wholesalers/{callers.week.wholesaler.id}"

    async def change(due_days, version):
        return await wholesaler.patch(own, json={"due_days": due_days}, headers={"If-Match": f'"{version}"'})

    assert (await change(91, 1)).json()["errors"][0]["field"] == "due_days"
    assert (await officer.patch(own, json={"due_days": 90}, headers={"If-Match": '"1"'})).status_code == 404
    assert (await change(30, 1)).json()["due_days"] == 30
    made = await bought(callers)
    assert (made["due_days"], made["due_on"]) == (30, None)
    assert "30 hari setelah dijawab" in await paper_of(wholesaler, made)
    assert (await change(0, 2)).json()["due_days"] == 0
    sold = (await wholesaler.post(f"/purchases/{made['id']}/answers", json=selling(made))).json()
    [entry] = (await wholesaler.get("/ledger", params={"account": "receivable"})).json()["items"]
    assert date.fromisoformat(sold["due_on"]) - date.fromisoformat(entry["booked_on"]) == timedelta(days=30)
    assert "paling lambat" in await paper_of(officer, made)


async def paper_of(caller, purchase):
    given = await caller.get(f"/purchases/{purchase['id']}/paper")
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(given.content)).pages)


async def test_a_purchase_comes_as_a_paper_to_both_sides(callers, purchase):
    path = f"/purchases/{purchase['id']}/paper"
    for role in (Role.COOP_OFFICER, Role.WHOLESALER):
        given = await callers.of(role).get(path)
        assert given.headers["Content-Type"] == "application/pdf"
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(given.content)).pages)
        assert purchase["number"] in text
        assert "SURAT PEMBELIAN" in text
    assert (await callers.of(Role.COOP_OFFICER, 1).get(path)).status_code == 404
