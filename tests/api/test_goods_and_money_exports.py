"""Goods under way and money as files: what the lists show, to those who see them, as XLSX and CSV."""

import pytest

from service.api.export_rows import CREDIT_NOTES, DELIVERIES, INVOICES, PAYMENTS, PURCHASES, RECEIPTS
from service.domain.people import Role
from service.files.reading import read_table
from service.files.tables import FileKind
from tests.api.callers import callers
from tests.api.test_deliveries import notes, of_kitchen, received
from tests.factories.people import new_login, new_user

__all__ = ["callers", "notes", "of_kitchen"]

HEADERS = {
    "/deliveries/export": DELIVERIES,
    "/receipts/export": RECEIPTS,
    "/credit-notes/export": CREDIT_NOTES,
    "/invoices/export": INVOICES,
    "/payments/export": PAYMENTS,
    "/purchases/export": PURCHASES,
}
OF_THE_KITCHEN = [path for path in HEADERS if path != "/purchases/export"]


async def rows_of(client, path, **params):
    answered = await client.get(path, params=params)
    assert answered.status_code == 200, answered.text
    table = read_table(answered.content, FileKind(params.get("format", "xlsx")))
    assert tuple(table.header) == HEADERS[path]
    return [dict(zip(table.header, row, strict=True)) for _, row in table.rows]


@pytest.fixture
async def settled(callers, of_kitchen, session):
    """Sign for a note, pay a part of the invoice and reject some goods; return receipt and credit note."""
    receipt = (await received(callers, of_kitchen)).json()
    for role in (Role.KITCHEN_HEAD, Role.COOP_OFFICER):
        await callers.of(role).post(f"/receipts/{receipt['id']}/signatures")
    accountant = new_user(callers.week.kitchens[0], Role.KITCHEN_ACCOUNTANT)
    session.add(accountant)
    await session.flush()
    session.add(new_login(accountant, f"st_{accountant.id}"))
    await session.flush()
    [invoice] = (await callers.of(Role.COOP_OFFICER).get("/invoices")).json()["items"]
    paid = {"amount_idr": 1_000, "paid_on": invoice["issued_on"], "reference": "TRX-1"}
    await callers.make(accountant).post(f"/invoices/{invoice['id']}/payments", json=paid)
    bad = {"receipt_line_id": receipt["lines"][0]["id"], "qty": 10_000, "reason": "spoiled"}
    path = f"/receipts/{receipt['id']}/late-rejects"
    note = (await callers.of(Role.KITCHEN_HEAD).post(path, json={"lines": [bad]})).json()
    return receipt, note


async def test_what_left_what_was_taken_and_what_it_cost_stand_in_files(callers, of_kitchen, settled):
    receipt, note = settled
    head, officer = callers.of(Role.KITCHEN_HEAD), callers.of(Role.COOP_OFFICER)
    sent = await rows_of(head, "/deliveries/export")
    assert {row["surat_jalan"] for row in sent} == {of_kitchen["number"]}
    assert [row["jumlah_dikirim"] for row in sent] == [40_000, 40_000]
    taken = await rows_of(head, "/receipts/export", week_start="2026-11-30", status="signed")
    assert {row["id"]: row["jumlah_diterima"] for row in taken} == {
        line["id"]: line["accepted_qty"] for line in receipt["lines"]
    }
    [credited] = await rows_of(officer, "/credit-notes/export")
    assert (credited["nomor"], credited["jumlah"], credited["nilai"]) == (note["number"], 10_000, note["total_idr"])
    [paid] = await rows_of(officer, "/payments/export")
    assert (paid["jenis"], paid["jumlah"], paid["acuan"]) == ("pembayaran", 1_000, "TRX-1")
    [invoice] = await rows_of(officer, "/invoices/export")
    assert (invoice["nota_kredit"], invoice["dibayar"]) == (note["total_idr"], 1_000)
    assert invoice["sisa"] == invoice["nilai"] - note["total_idr"] - 1_000
    bought = await rows_of(callers.of(Role.WHOLESALER), "/purchases/export", status="answered")
    assert all(row["nilai"] == row["kemasan_disanggupi"] * row["harga_kemasan"] for row in bought)
    assert bought


@pytest.mark.usefixtures("settled")
async def test_files_show_others_nothing_and_the_city_all(callers):
    for path in HEADERS:
        assert await rows_of(callers.stranger(), path) == []
        assert await rows_of(callers.of(Role.COOP_OFFICER, 1), path) == []
        whole = await rows_of(callers.of(Role.CITY_OPERATOR), path, format="xlsx")
        assert len(whole) >= 1
    for path in OF_THE_KITCHEN:
        assert await rows_of(callers.of(Role.KITCHEN_HEAD, 1), path) == []
        refused = await callers.of(Role.WHOLESALER).get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert (await callers.of(Role.KITCHEN_HEAD).get("/purchases/export")).status_code == 403
    answered = await callers.of(Role.CITY_OPERATOR).get("/deliveries/export?format=csv")
    assert answered.headers["Content-Type"].startswith("text/csv")
