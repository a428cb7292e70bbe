"""Lists sent as files over the API."""

import uuid
from datetime import date
from threading import BoundedSemaphore

import pytest
import sqlalchemy as sa
from sqlmodel import col

from service.api.middleware import LARGEST_FILE_BYTES
from service.domain.audits import AuditEntry
from service.domain.local_units import LocalUnit
from service.domain.people import Role
from service.domain.stocks import Stock
from service.files import reading
from service.files.reading import read_table
from service.files.tables import MEDIA_TYPES, FileKind
from service.workflows.import_forecast import MOST_LINES
from tests.factories.catalogue import new_exception
from tests.factories.entries import real_policy
from tests.factories.markets import add_catalogue
from tests.factories.workbooks import csv_file, workbook

XLSX, CSV = MEDIA_TYPES[FileKind.XLSX], MEDIA_TYPES[FileKind.CSV]
STOCKS = ["kode_barang", "jumlah_kemasan", "isi_kemasan", "satuan", "isi_satuan", "harga", "mulai", "sampai"]
RICE = ["RICE-P", 400, 50, "kg", None, 690_000, date(2026, 11, 30), date(2026, 12, 5)]
DEAR = [*RICE[:5], 745_001, *RICE[6:]]
SACKS = ["Beras premium", 10, None, "karung", "25 kg", "Rp 345.000", "30/11/2026", "5 Desember 2026"]
OFFERS = ["Harga (Rp)", "barang", "JUMLAH", "Satuan", "dari", "sampai", "lot", "kadaluarsa", "petani"]
CARROTS = ["14.000", "CARROT", "250", "kg", "2026-11-30", "2026-12-04", "CRT-1", "9/12/2026", "Tani Mekar"]
LINES = ["item", "date", "qty", "unit", "max_price", "substitute"]


@pytest.fixture
async def market(session, world):
    session.add(real_policy())
    await add_catalogue(session)
    return world


@pytest.fixture
def wholesaler(market, client_as):
    return client_as(Role.WHOLESALER)


async def send(client, address, content, **params):
    kind = XLSX if content.startswith(b"PK") else CSV
    return await client.post(f"{address}/import", content=content, params=params, headers={"Content-Type": kind})


def codes(answer) -> dict[int, list[tuple[str, str]]]:
    rows = answer.json()["rows"]
    return {row["row"]: [(fault["field"], fault["code"]) for fault in row["errors"]] for row in rows if row["errors"]}


async def test_a_workbook_is_put_on_the_shelf_as_if_typed_in(wholesaler, session, market):
    done = await send(wholesaler, "/stocks", workbook(STOCKS, RICE, SACKS))
    assert (done.status_code, done.json()["written_rows"], codes(done)) == (200, 2, {})
    shown = {stock["id"]: stock for stock in (await wholesaler.get("/stocks")).json()["items"]}
    first, second = (shown[row["id"]] for row in done.json()["rows"])
    assert (first["packs"], first["pack_qty"], first["price_idr"]) == (400, 50_000, 690_000)
    assert (second["item_code"], second["packs"], second["pack_qty"]) == ("RICE-P", 10, 25_000)
    assert (second["price_idr"], second["from_date"], second["to_date"]) == (345_000, "2026-11-30", "2026-12-05")
    audits = (await session.scalars(sa.select(AuditEntry).where(col(AuditEntry.action) == "stock.published"))).all()
    assert {entry.entity_id for entry in audits} == set(shown)


async def test_a_dry_run_keeps_nothing(wholesaler, session):
    tried = await send(wholesaler, "/stocks", workbook(STOCKS, SACKS, DEAR), dry_run=True)
    assert (tried.json()["dry_run"], tried.json()["good_rows"], tried.json()["written_rows"]) == (True, 1, 0)
    assert codes(tried) == {3: [("price_idr", "price_above_cap")]}
    assert (await wholesaler.get("/stocks")).json()["items"] == []
    assert (await session.scalars(sa.select(LocalUnit))).all() == []


async def test_a_file_with_a_bad_row_is_refused_whole_or_its_good_rows_are_taken(wholesaler):
    content = workbook(STOCKS, DEAR, RICE)
    refused = await send(wholesaler, "/stocks", content)
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["refused_rows"]) == (422, "rows_refused", 1)
    assert [fault["field"] for fault in problem["errors"]] == ["rows.2.price_idr"]
    assert (await wholesaler.get("/stocks")).json()["items"] == []
    taken = await send(wholesaler, "/stocks", content, take="good")
    assert (taken.json()["written_rows"], taken.json()["refused_rows"]) == (1, 1)


@pytest.mark.parametrize("make", [workbook, csv_file])
async def test_the_file_comes_back_with_its_errors(wholesaler, make):
    dear = [*DEAR[:6], "2026-11-30", "2026-12-05"]
    tried = await send(wholesaler, "/stocks", make(STOCKS, dear, SACKS), dry_run=True, answer="file")
    table = read_table(tried.content, FileKind.XLSX if make is workbook else FileKind.CSV)
    assert table.header == (*STOCKS, "hasil", "kesalahan")
    (_, bad), (_, good) = table.rows
    assert (bad[8], good[8]) == ("ditolak", "baik")
    assert bad[9].startswith("harga: Rp 14.901 untuk dapur melebihi HET Rp 14.900 sebesar Rp 1 pada 30 November 2026 (")
    assert bad[9].endswith("[price_above_cap]")
    # Mended in place and sent back: the added columns are no columns of the list.
    again = await send(wholesaler, "/stocks", tried.content, dry_run=True, answer="file")
    assert read_table(again.content, table.kind).header == table.header


async def test_a_file_sent_twice_does_not_double_the_goods(wholesaler):
    content = workbook(STOCKS, RICE)
    await send(wholesaler, "/stocks", content)
    assert codes(await send(wholesaler, "/stocks", content, take="good")) == {2: [("", "already_open")]}
    twice = await send(wholesaler, "/stocks", workbook(STOCKS, SACKS, SACKS), dry_run=True)
    assert codes(twice) == {3: [("", "repeated")]}


async def test_a_local_unit_is_remembered_by_organisation_and_item(wholesaler, session, market):
    untold = [*SACKS[:4], None, "Rp 345.000", *SACKS[6:]]
    assert codes(await send(wholesaler, "/stocks", workbook(STOCKS, untold), dry_run=True)) == {
        2: [("unit", "unknown_unit")]
    }
    await send(wholesaler, "/stocks", workbook(STOCKS, SACKS))
    known = (await session.scalars(sa.select(LocalUnit))).one()
    assert (known.organisation_id, known.item_code, known.name, known.factor_qty) == (
        market.wholesaler.id,
        "RICE-P",
        "karung",
        25_000,
    )
    later = [*untold[:5], "Rp 340.000", *untold[6:]]
    done = await send(wholesaler, "/stocks", workbook(STOCKS, later))
    written = await session.get(Stock, uuid.UUID(done.json()["rows"][0]["id"]))
    assert written.pack_qty == 25_000
    # A later word counts from its row on.
    bigger = [*SACKS[:4], "50 kg", "Rp 690.000", *SACKS[6:]]
    await send(wholesaler, "/stocks", workbook(STOCKS, bigger))
    await session.refresh(known)
    assert known.factor_qty == 50_000


async def test_columns_that_are_missing_or_twice_are_named(wholesaler):
    refused = await send(wholesaler, "/stocks", csv_file(["kode", "item", "harga"], ["RICE-P", "", "1"]))
    faults = {(fault["field"], fault["code"]) for fault in refused.json()["errors"]}
    assert refused.status_code == 422
    assert {("columns.item_code", "repeated"), ("columns.packs", "missing"), ("columns.to_date", "missing")} <= faults


@pytest.mark.parametrize(
    ("content", "field"), [(b"PK\x03\x04", "file"), (b"a\0b", "file"), (b"\xff\xfe", "columns.item_code")]
)
async def test_what_is_no_list_is_refused(wholesaler, content, field):
    refused = await send(wholesaler, "/stocks", content)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


async def test_offers_with_lots_and_local_words(client_as, market):
    cooperative = client_as(Role.COOP_OFFICER)
    done = await send(cooperative, "/offers", csv_file(OFFERS, CARROTS, delimiter="\t"))
    (offer,) = (await cooperative.get("/offers")).json()["items"]
    assert done.json()["rows"][0]["id"] == offer["id"]
    assert (offer["offered_qty"], offer["price_idr"], offer["origin_producer"]) == (250_000, 14_000, "Tani Mekar")
    assert [(lot["lot_code"], lot["lot_qty"], lot["expires_date"]) for lot in offer["lots"]] == [
        ("CRT-1", 250_000, "2026-12-09")
    ]
    again = await send(cooperative, "/offers", csv_file(OFFERS, CARROTS), dry_run=True)
    assert codes(again) == {2: [("lot_code", "lot_already_offered")]}
    bad = ["14.000", "CARROT", "1.250", "kg", "besok", "2026-12-04", "", "9/12/2026", ""]
    assert codes(await send(cooperative, "/offers", csv_file(OFFERS, bad), dry_run=True)) == {
        2: [("from_date", "not_a_date"), ("offered_qty", "ambiguous_number"), ("lot_code", "missing")]
    }
    unlotted = [*CARROTS[:6], "", "", ""]
    assert codes(await send(cooperative, "/offers", csv_file(OFFERS, unlotted))) == {}
    assert codes(await send(cooperative, "/offers", csv_file(OFFERS, unlotted), dry_run=True)) == {
        2: [("", "already_open")]
    }


async def test_offers_of_a_file_may_cost_what_the_city_excepted_and_no_more(client_as, market, session):
    session.add(new_exception("EGG", market.users[Role.FOOD_OFFICER], price_idr=32_000))
    await session.flush()
    eggs, dear = [[price, "EGG", *CARROTS[2:6], "", "", "Tani Mekar"] for price in ("32.000", "32.001")]
    cooperative = client_as(Role.COOP_OFFICER)
    tried = await send(cooperative, "/offers", csv_file(OFFERS, eggs, dear, CARROTS), dry_run=True)
    assert codes(tried) == {3: [("price_idr", "price_above_cap")]}
    taken = await send(cooperative, "/offers", csv_file(OFFERS, eggs, CARROTS))
    assert taken.json()["written_rows"] == 2


async def test_forecast_lines_become_a_draft(client_as, market):
    kitchen = client_as(Role.KITCHEN_HEAD)
    good = ["RICE-P", "2026-11-30", "200", "kg", "14900", "no"]
    bad = ["RICE-P", "2026-12-06", "200,5", "kg", "14.901", "no"]
    same = ["Beras premium", "30 November 2026", "50 kg", "", "", ""]
    content = csv_file(LINES, bad, good, same, delimiter=",")
    week = {"week_start": "2026-11-30"}
    tried = await send(kitchen, "/forecasts", content, dry_run=True, **week)
    assert codes(tried) == {
        2: [("needed_date", "closed_day"), ("demanded_qty", "not_a_step"), ("own_max_price_idr", "price_above_cap")],
        4: [("", "repeated")],
    }
    done = await send(kitchen, "/forecasts", content, take="good", **week)
    draft = (await kitchen.get(f"/forecasts/{done.json()['rows'][1]['id']}")).json()
    assert (done.json()["written_rows"], draft["status"]) == (1, "draft")
    (line,) = draft["lines"]
    assert (line["item_code"], line["demanded_qty"], line["can_substitute"]) == ("RICE-P", 200_000, False)
    refused = await send(kitchen, "/forecasts", csv_file(LINES, good), **week)
    assert (refused.status_code, refused.json()["code"]) == (409, "draft_exists")


async def test_a_forecast_of_more_lines_than_a_week_may_have_is_refused_whole(client_as, market):
    kitchen = client_as(Role.KITCHEN_HEAD)
    line = ["RICE-P", "2026-11-30", "200", "kg", "14900", "no"]
    content = csv_file(LINES, *([line] * (MOST_LINES + 1)), delimiter=",")
    refused = await send(kitchen, "/forecasts", content, take="good", week_start="2026-11-30")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too_large")
    assert (await kitchen.get("/forecasts")).json()["items"] == []


async def test_only_those_who_may_type_in_may_send_files(client_as, market):
    for role, address in (
        (Role.COOP_OFFICER, "/stocks"),
        (Role.WHOLESALER, "/offers"),
        (Role.FIELD_ASSISTANT, "/forecasts"),
    ):
        refused = await send(client_as(role), address, csv_file(["a"]), week_start="2026-11-30")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


async def test_a_repeated_request_is_answered_with_the_same_file(wholesaler):
    key = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": XLSX}
    content = workbook(STOCKS, RICE)
    first, second = [
        await wholesaler.post("/stocks/import", content=content, params={"answer": "file"}, headers=key)
        for _ in range(2)
    ]
    assert (second.content, second.headers["Content-Disposition"]) == (
        first.content,
        'attachment; filename="hasil.xlsx"',
    )
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len((await wholesaler.get("/stocks")).json()["items"]) == 1


async def test_whoever_sends_a_list_when_too_many_wait_is_told_when_to_come_again(wholesaler, monkeypatch):
    monkeypatch.setattr(reading, "_PLACES", BoundedSemaphore(0))
    told = await send(wholesaler, "/stocks", csv_file(STOCKS, RICE))
    assert (told.status_code, told.json()["code"], told.headers["Retry-After"]) == (503, "too_many_lists", "2")
    assert (await wholesaler.get("/stocks")).json()["items"] == []


@pytest.mark.parametrize(("bytes_over", "status"), [(0, 422), (1, 413)])
async def test_a_file_may_have_five_megabytes_and_not_a_byte_more(wholesaler, bytes_over, status):
    content = b"kode_barang;jumlah\r\n" + b"\n" * (LARGEST_FILE_BYTES - 20 + bytes_over)
    answer = await send(wholesaler, "/stocks", content)
    assert answer.status_code == status
