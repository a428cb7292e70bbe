"""Offers of several lots as a file: rows with the same key are one offer, taken or refused together."""

import pytest

from service.domain.people import Role
from service.files.reading import read_table
from service.files.tables import FileKind
from tests.api.test_imports import codes, market, send
from tests.factories.workbooks import csv_file, workbook

__all__ = ["market"]

HEADER = ["penawaran", "barang", "jumlah", "satuan", "harga", "dari", "sampai", "lot", "kedaluwarsa"]


def lot(code, qty, key="A", **other):
    row = {
        "penawaran": key,
        "barang": "CARROT",
        "jumlah": str(qty),
        "satuan": "kg",
        "harga": "14.000",
        "dari": "2026-11-30",
        "sampai": "2026-12-04",
        "lot": code,
        "kedaluwarsa": "9/12/2026",
    }
    return [{**row, **other}[name] for name in HEADER]


@pytest.fixture
def cooperative(market, client_as):
    return client_as(Role.COOP_OFFICER)


async def test_rows_of_one_key_make_one_offer_that_can_be_exported_and_tried_again(cooperative):
    alone = lot("L-3", 20, key=None)
    done = await send(cooperative, "/offers", workbook(HEADER, lot("L-1", 150), alone, lot("L-2", 100)))
    assert (done.status_code, done.json()["written_rows"], codes(done)) == (200, 3, {})
    ids = [row["id"] for row in done.json()["rows"]]
    assert ids[0] == ids[2] != ids[1]
    shown = {offer["id"]: offer for offer in (await cooperative.get("/offers")).json()["items"]}
    assert shown[ids[0]]["offered_qty"] == 250_000
    lots = [(one["lot_code"], one["lot_qty"], one["expires_date"]) for one in shown[ids[0]]["lots"]]
    assert lots == [("L-1", 150_000, "2026-12-09"), ("L-2", 100_000, "2026-12-09")]
    exported = (await cooperative.get("/offers/export")).content
    assert len(read_table(exported, FileKind.XLSX).rows) == 3
    again = await send(cooperative, "/offers", exported, dry_run=True)
    assert {code for row in codes(again).values() for _, code in row} == {"lot_already_offered"}


async def test_faults_stand_at_the_row_of_their_lot_and_no_part_is_taken_alone(cooperative):
    rows = [
        lot("L-1", 150),
        lot("L-2", 100, kedaluwarsa="2/12/2026"),
        lot("L-3", 20, key=None),
        lot("L-4", 50, key="B"),
        lot("L-5", 50, key="B", harga="13.000"),
        lot("L-6", 50, key="C", jumlah="banyak"),
        lot("L-7", 50, key="C"),
        lot("", 50, key="D", kedaluwarsa=""),
        lot("L-8", 50, key="D"),
    ]
    tried = await send(cooperative, "/offers", csv_file(HEADER, *rows), dry_run=True)
    assert codes(tried) == {
        2: [("", "part_refused")],
        3: [("expires_date", "expires_too_early")],
        5: [("", "part_refused")],
        6: [("price_idr", "differs")],
        7: [("offered_qty", "not_a_number")],
        8: [("", "part_refused")],
        9: [("lot_code", "missing")],
        10: [("", "part_refused")],
    }
    taken = await send(cooperative, "/offers", csv_file(HEADER, *rows), take="good")
    assert taken.json()["written_rows"] == 1
    [offer] = (await cooperative.get("/offers")).json()["items"]
    assert [one["lot_code"] for one in offer["lots"]] == ["L-3"]
    back = (await send(cooperative, "/offers", csv_file(HEADER, *rows[:2]), dry_run=True, answer="file")).content
    [(_, first), (_, second)] = read_table(back, FileKind.CSV).rows
    assert first[-2:] == ("ditolak", "baris: Baris 3 dari penawaran yang sama ditolak. [part_refused]")
    assert second[-1].startswith("kedaluwarsa: Lot kedaluwarsa 2 Desember 2026, ")


async def test_a_lot_that_stands_twice_is_refused_where_it_stands_again(cooperative):
    twice = await send(cooperative, "/offers", csv_file(HEADER, lot("L-1", 150), lot("L-1", 100)), dry_run=True)
    assert codes(twice) == {2: [("", "part_refused")], 3: [("lot_code", "repeated")]}
    await send(cooperative, "/offers", csv_file(HEADER, lot("L-1", 150)))
    again = await send(cooperative, "/offers", csv_file(HEADER, lot("L-2", 150), lot("L-1", 100)), dry_run=True)
    assert codes(again) == {2: [("", "part_refused")], 3: [("lot_code", "lot_already_offered")]}
