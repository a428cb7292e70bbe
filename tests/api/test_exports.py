"""Lists as files over the API, and back again."""

from itertools import chain

import pytest

from service.domain.people import Role
from service.files.reading import read_table
from service.files.tables import MEDIA_TYPES, FileKind
from tests.api.callers import callers
from tests.factories.entries import real_policy
from tests.factories.markets import add_catalogue
from tests.factories.workbooks import csv_file

__all__ = ["callers"]

HEADERS = {
    "/stocks": ["kode_barang", "jumlah_kemasan", "isi_kemasan", "satuan", "harga", "mulai", "sampai"],
    "/offers": ["kode_barang", "jumlah", "satuan", "harga", "mulai", "sampai", "minimum", "produsen", "lot", "exp"],
}
ROWS = {
    "/stocks": [
        ["RICE-P", 4, 50, "kg", 690_000, "2026-11-30", "2026-12-05"],
        ["UHT", 9, 24, "pc", 72_000, "2026-11-30", "2026-12-05"],
    ],
    "/offers": [
        ["CARROT", 250, "kg", 14_000, "2026-11-30", "2026-12-04", 20, "=HYPERLINK(1)", "L-1", "2026-12-09"],
        ["RICE-P", 100, "kg", 14_500, "2026-11-30", "2026-12-04", 0, "'-Tani", "", ""],
    ],
}
SELLERS = {"/stocks": Role.WHOLESALER, "/offers": Role.COOP_OFFICER}


@pytest.fixture
async def market(session, world):
    session.add(real_policy())
    await add_catalogue(session)
    return world


def said(things: list[dict]) -> list[dict]:
    """Return what things say, without what makes each one its own."""
    own = {"id", "status", "version", "created_at"}
    return sorted(({k: v for k, v in thing.items() if k not in own} for thing in things), key=str)


@pytest.mark.parametrize("kind", FileKind)
@pytest.mark.parametrize("address", ROWS)
async def test_what_is_exported_and_sent_back_says_the_same(client_as, market, address, kind):
    seller = client_as(SELLERS[address])
    headers = {"Content-Type": MEDIA_TYPES[kind]}
    await seller.post(f"{address}/import", content=csv_file(HEADERS[address], *ROWS[address]), headers=headers)
    first = (await seller.get(address)).json()["items"]
    exported = await seller.get(f"{address}/export", params={"format": kind.value})
    assert exported.headers["Content-Type"].startswith(MEDIA_TYPES[kind])
    for thing in first:
        withdrawn = await seller.post(f"{address}/{thing['id']}/withdraw", headers={"If-Match": '"1"'})
        assert withdrawn.status_code == 200
    again = await seller.post(f"{address}/import", content=exported.content, headers=headers)
    assert again.json()["written_rows"] == len(ROWS[address])
    second = (await seller.get(address, params={"status": "open"})).json()["items"]
    keep = ("item_code", "price_idr", "from_date", "to_date", "origin_producer", "packs", "pack_qty", "offered_qty")
    assert [{k: t.get(k) for k in keep} for t in said(second)] == [{k: t.get(k) for k in keep} for t in said(first)]


async def test_no_exported_text_is_a_formula(client_as, market):
    seller = client_as(Role.COOP_OFFICER)
    content = csv_file(HEADERS["/offers"], *ROWS["/offers"])
    await seller.post("/offers/import", content=content, headers={"Content-Type": "text/csv"})
    exported = await seller.get("/offers/export", params={"format": "csv"})
    cells = chain.from_iterable(line.split(";") for line in exported.content.decode("utf-8-sig").splitlines())
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=HYPERLINK(1)" in exported.text


async def test_forecast_lines_and_orders_are_exported_too(client_as, market):
    kitchen = client_as(Role.KITCHEN_HEAD)
    content = csv_file(["item", "tanggal", "jumlah", "satuan"], ["RICE-P", "2026-11-30", 200, "kg"])
    await kitchen.post(
        "/forecasts/import", content=content, params={"week_start": "2026-11-30"}, headers={"Content-Type": "text/csv"}
    )
    lines = read_table((await kitchen.get("/forecasts/export")).content, FileKind.XLSX)
    assert [row[0] for _, row in lines.rows] == ["RICE-P"]
    orders = read_table((await kitchen.get("/orders/export")).content, FileKind.XLSX)
    assert (orders.header[0], orders.rows) == ("nomor", ())


async def test_nobody_exports_what_their_list_does_not_show(client_as, market, foreign_world):
    assert (await client_as(Role.KITCHEN_HEAD).get("/stocks/export")).status_code == 403
    seller, stranger = client_as(Role.WHOLESALER), client_as(Role.COOP_OFFICER, foreign_world)
    content = csv_file(HEADERS["/stocks"], *ROWS["/stocks"])
    await seller.post("/stocks/import", content=content, headers={"Content-Type": "text/csv"})
    assert read_table((await stranger.get("/stocks/export")).content, FileKind.XLSX).rows == ()


async def test_the_lines_of_orders_are_exported_to_those_who_see_them(callers):
    order = await callers.first_order()
    path = "/orders/lines/export"
    own = read_table((await callers.of(Role.COOP_OFFICER).get(path)).content, FileKind.XLSX)
    assert [row[1] for _, row in own.rows] == [line["position"] for line in order["lines"]]
    assert (own.header[9], own.rows[0][1][9:11], own.rows[0][1][14]) == ("jumlah_dipesan", (40, "kg"), 504_000)
    kitchen = read_table((await callers.of(Role.KITCHEN_HEAD).get(path)).content, FileKind.XLSX)
    assert {row[5] for _, row in kitchen.rows} == {callers.week.kitchens[0].code}
    assert read_table((await callers.stranger().get(path)).content, FileKind.XLSX).rows == ()
