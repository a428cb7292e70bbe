"""Books, exposures and what goes otherwise than ordered as files: what the lists show, to those who see them."""

import pytest

from service.api.book_rows import EXPOSURES, KITCHEN_EXPOSURES, LEDGER, STATEMENTS
from service.api.trouble_rows import FALLEN_LINES, PRICE_PROPOSALS, RECALLS, TRACE, WITHDRAWALS
from service.domain.people import Role
from service.files.reading import read_table
from service.files.tables import FileKind
from tests.api.callers import callers
from tests.api.test_deliveries import notes, of_kitchen
from tests.api.test_fallen_lines import declined
from tests.api.test_goods_and_money_exports import settled
from tests.api.test_price_proposals import proposed
from tests.api.test_withdrawals import answered
from tests.factories.recalls import new_recall
from tests.factories.things import add_catalogue_things, add_things

__all__ = ["callers", "notes", "of_kitchen", "settled"]

WEEK = {"week_start": "2026-11-30"}
DAYS = {"from_date": "2026-11-01", "to_date": "2026-12-31"}
FORMULA = "=HYPERLINK(1)"


async def rows_of(client, path, header, **params):
    answered = await client.get(path, params=params)
    assert answered.status_code == 200, answered.text
    table = read_table(answered.content, FileKind(params.get("format", "xlsx")))
    assert tuple(table.header) == header
    return [dict(zip(table.header, row, strict=True)) for _, row in table.rows]


@pytest.mark.usefixtures("settled")
async def test_a_book_and_its_statements_say_what_the_lists_say(callers):
    officer, head = callers.of(Role.COOP_OFFICER), callers.of(Role.KITCHEN_HEAD)
    for client in (officer, head):
        listed = (await client.get("/ledger", params={"limit": 200})).json()["items"]
        given = await rows_of(client, "/ledger/export", LEDGER)
        assert [row["id"] for row in given] == [entry["id"] for entry in listed]
        assert [row["debit"] - row["kredit"] for row in given] == [entry["amount_idr"] for entry in listed]
        assert sum(row["debit"] - row["kredit"] for row in given) == 0
    own = callers.week.cooperatives[0].id
    path = f"/organisations/{own}/statements"
    listed = (await officer.get(path, params=DAYS)).json()["items"]
    given = await rows_of(officer, f"{path}/export", STATEMENTS, **DAYS)
    assert [row["saldo_akhir"] for row in given] == [one["closing_idr"] for one in listed]
    narrowed = await rows_of(officer, "/ledger/export", LEDGER, account="receivable")
    assert {row["akun"] for row in narrowed} == {"Piutang"}
    assert {row["dokumen"] for row in narrowed} <= {"Tagihan", "Nota kredit", "Pembayaran"}


@pytest.mark.usefixtures("settled")
async def test_a_book_is_given_to_its_owner_and_the_city_alone(callers):
    own = callers.week.cooperatives[0].id
    assert await rows_of(callers.of(Role.COOP_OFFICER, 1), "/ledger/export", LEDGER) == []
    assert await rows_of(callers.of(Role.COOP_OFFICER, 1), "/ledger/export", LEDGER, organisation_id=str(own)) == []
    assert await rows_of(callers.stranger(), "/ledger/export", LEDGER) == []
    assert await rows_of(callers.of(Role.CITY_OPERATOR), "/ledger/export", LEDGER, format="csv")
    path = f"/organisations/{own}/statements/export"
    foreign = await callers.of(Role.COOP_OFFICER, 1).get(path, params=DAYS)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


async def test_what_is_tied_up_and_owed_stands_in_files(callers):
    await callers.publish()
    city = callers.of(Role.CITY_OPERATOR)
    for path, header, role, hidden_from in (
        ("/exposures", EXPOSURES, Role.COOP_OFFICER, Role.KITCHEN_HEAD),
        ("/exposures/kitchens", KITCHEN_EXPOSURES, Role.KITCHEN_HEAD, Role.COOP_OFFICER),
    ):
        listed = (await city.get(path, params=WEEK)).json()["items"]
        given = await rows_of(city, f"{path}/export", header, **WEEK)
        assert [row["terpakai"] for row in given] == [one["exposed_idr"] for one in listed]
        [own] = await rows_of(callers.of(role), f"{path}/export", header, **WEEK)
        assert own in given
        assert (await callers.of(hidden_from).get(f"{path}/export", params=WEEK)).status_code == 403


async def test_counter_prices_and_fallen_lines_stand_in_files(callers, session):
    line, made = await proposed(callers)
    officer, city = callers.of(Role.COOP_OFFICER), callers.of(Role.CITY_OPERATOR)
    [given] = await rows_of(officer, "/price-proposals/export", PRICE_PROPOSALS, status="open")
    assert (given["id"], given["harga_usulan"]) == (made["id"], line["price_idr"] + 300)
    for client in (callers.of(Role.COOP_OFFICER, 1), callers.stranger()):
        assert await rows_of(client, "/price-proposals/export", PRICE_PROPOSALS) == []
    assert await rows_of(city, "/price-proposals/export", PRICE_PROPOSALS, status="refused") == []
    _, line = await declined(callers, session)
    [fallen] = await rows_of(city, "/fallen-lines/export", FALLEN_LINES, **WEEK)
    assert (fallen["id"], fallen["jumlah_jatuh"]) == (line["id"], line["ordered_qty"])
    assert (await officer.get("/fallen-lines/export", params=WEEK)).status_code == 403


async def test_withdrawn_goods_stand_in_a_file_where_a_remark_is_no_formula(callers):
    order, etag = await answered(callers)
    line = next(line for line in order["lines"] if line["offer_id"])
    gone = {"line_id": line["id"], "withdrawn_qty": 2_000, "reason": "crop_failed", "remark": FORMULA}
    officer, path = callers.of(Role.COOP_OFFICER), f"/orders/{order['id']}/withdrawals"
    await officer.post(path, json={"withdrawals": [gone]}, headers={"If-Match": etag})
    [given] = await rows_of(officer, f"{path}/export", WITHDRAWALS)
    assert (given["jumlah"], given["alasan"], given["keterangan"]) == (2_000, "Gagal panen", FORMULA)
    assert f";'{FORMULA};" in (await officer.get(f"{path}/export?format=csv")).text
    assert (await callers.of(Role.COOP_OFFICER, 1).get(f"{path}/export")).status_code == 404


async def test_a_recall_says_who_got_the_goods_and_what_became_of_them(client_as, session, world, foreign_world):
    await add_catalogue_things(session)
    lot = (await add_things(session, world))["lot_code"].value
    officer, kitchen = client_as(Role.FOOD_OFFICER), client_as(Role.KITCHEN_HEAD)
    [traced] = await rows_of(officer, f"/lots/{lot}/trace/export", TRACE)
    assert (traced["lot"], traced["dapur"]) == (lot, world.kitchen.name)
    untaken = new_recall(world.users[Role.FOOD_OFFICER], lot_code="L-NOWHERE")
    session.add(untaken)
    await session.flush()
    recall = (await officer.post("/recalls", json={"lot_code": lot, "reason": FORMULA})).json()
    [part] = recall["parts"]
    remains = {"item_code": part["item_code"], "eaten_qty": 0, "stored_qty": part["accepted_qty"], "discarded_qty": 0}
    await kitchen.post(f"/recalls/{recall['id']}/confirmations", json={"items": [remains]})
    given = {row["id"]: row for row in await rows_of(officer, "/recalls/export", RECALLS, status="open")}
    row = given[recall["id"]]
    assert (row["dapur"], row["disimpan"]) == (world.kitchen.name, part["accepted_qty"])
    assert (row["alasan"], bool(row["dikonfirmasi"])) == (FORMULA, True)
    assert not given[str(untaken.id)]["dapur"]
    own = [row["id"] for row in await rows_of(kitchen, "/recalls/export", RECALLS)]
    assert recall["id"] in own
    assert str(untaken.id) not in own
    stranger = client_as(Role.FOOD_OFFICER, foreign_world)
    assert await rows_of(stranger, "/recalls/export", RECALLS) == []
    assert (await stranger.get(f"/lots/{lot}/trace/export")).status_code == 404
