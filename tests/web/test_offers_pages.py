"""Goods put on offer and on the shelf in the pages, changed, taken back, and taken from a file; what is needed."""

import re
import uuid
from datetime import date
from threading import BoundedSemaphore

from service.database.queries.needs import open_demand
from service.domain.people import Role
from service.files import reading
from service.matching.why.sentences.wording import Language
from service.web.languages import LANGUAGE_COOKIE
from tests.factories.items import new_item
from tests.factories.plans import new_policy

MONDAY = date(2026, 12, 7)


async def stocked(session):
    session.add_all([new_item(), new_policy()])
    await session.flush()


def offer(**changed):
    return {
        "form": "offer",
        "at": "/offers/new",
        "once": str(uuid.uuid4()),
        "item_code": "RICE-M",
        "offered_qty": "100 kg",
        "price_idr": "Rp 13.000",
        "from_date": "2099-11-30",
        "to_date": "2099-12-02",
        **changed,
    }


async def test_an_offer_is_published_changed_and_taken_back(page_as, session, world):
    await stocked(session)
    officer = page_as(Role.COOP_OFFICER)
    new = await officer.get("/offers/new?item_code=RICE-M&price=13000")
    assert 'value="RICE-M" selected' in new.text
    sent = await officer.post("/offers", data=offer(origin_producer="<i>Tani</i>"))
    assert sent.headers["Location"] == "/offers?said=offered", sent.text[:3000]
    listed = (await officer.get("/offers?status=open")).text
    path = re.search(r'href="(/offers/[0-9a-f-]{36})"', listed)[1]
    assert "&lt;i&gt;Tani" in (await officer.get(path)).text
    assert "Belum ada rencana terbit" in (await officer.get(f"{path}/why")).text
    change = offer(at=path, version="1", offered_qty="120")
    assert (await officer.post(path, data=change)).headers["Location"] == f"{path}?said=saved"
    assert (await officer.post(path, data=offer(at=path, version="1"))).status_code == 412
    back = {"form": "withdraw", "at": path, "version": "2"}
    assert (await officer.post(f"{path}/withdrawal", data=back)).headers["Location"] == "/offers?said=offer_withdrawn"


async def test_a_wrong_offer_comes_back_as_it_was_typed(page_as, session, world):
    await stocked(session)
    refused = await page_as(Role.COOP_OFFICER).post("/offers", data=offer(offered_qty="banyak", price_idr=""))
    assert refused.status_code == 422
    assert 'value="banyak"' in refused.text
    assert 'id="offer-price_idr-wrong"' in refused.text
    no_item = await page_as(Role.COOP_OFFICER).post("/offers", data=offer(item_code=""))
    assert 'id="offer-item_code-wrong"' in no_item.text


async def test_a_file_with_bad_rows_is_told_row_by_row(page_as, session, world):
    await stocked(session)
    officer = page_as(Role.COOP_OFFICER)
    rows = "kode_barang;jumlah;satuan;harga;tanggal_mulai;tanggal_akhir\r\nRICE-M;x;kg;13000;30/11/2099;2/12/2099\r\n"
    rows += "RICE-M;20;kg;13000;30/11/2099;2/12/2099\r\n"
    files = {"file": ("penawaran.csv", rows.encode(), "text/csv")}
    told = await officer.post("/offers/import", data={"form": "file", "at": "/offers"}, files=files)
    assert (told.status_code, "Belum ada yang diambil" in told.text) == (200, True)
    kept = re.search(r'name="kept" value="([0-9a-f-]{36})"', told.text)[1]
    good = {"form": "file", "at": "/offers", "kept": kept, "good_only": "yes"}
    assert "1 baris diambil." in (await officer.post("/offers/import", data=good)).text
    officer.cookies.set(LANGUAGE_COOKIE, Language.ENGLISH)
    bad = {"file": ("penawaran.csv", "\r\n".join(rows.splitlines()[:2]).encode(), "text/csv")}
    told = (await officer.post("/offers/import", data={"form": "file", "at": "/offers"}, files=bad)).text
    assert "quantity: “x” is no number" in told
    assert "good rows alone" not in told, "there is none"
    nothing = await officer.post("/offers/import", data={"form": "file", "at": "/offers"})
    assert nothing.status_code == 422


async def test_a_file_that_comes_when_too_many_are_read_is_asked_for_again(page_as, monkeypatch):
    monkeypatch.setattr(reading, "_PLACES", BoundedSemaphore(0))
    told = await page_as(Role.COOP_OFFICER).post(
        "/offers/import", data={"form": "file", "at": "/offers"}, files={"file": ("penawaran.csv", b"a;b", "text/csv")}
    )
    assert told.status_code == 503
    assert "Terlalu banyak daftar sedang dibaca" in told.text
    assert 'type="file"' in told.text


async def test_a_wholesaler_fills_changes_and_empties_the_shelf(page_as, session, world):
    await stocked(session)
    seller = page_as(Role.WHOLESALER)
    assert "Isi stok Anda" in (await seller.get("/")).text
    new = offer(form="new", at="/stocks", packs="40", pack_qty="50 kg", price_idr="600.000")
    sent = await seller.post("/stocks", data=new)
    assert sent.headers["Location"] == "/stocks?said=saved", sent.text[:3000]
    page = (await seller.get("/stocks")).text
    stock_id = re.search(r'action="/stocks/([0-9a-f-]{36})"', page)[1]
    names = ("packs", "pack_qty", "price_idr", "from_date", "to_date")
    row = {f"{name}.{stock_id}": new[name] for name in names}
    row |= {"form": f"row-{stock_id}", "at": "/stocks", "version": "1", f"packs.{stock_id}": "0"}
    refused = await seller.post(f"/stocks/{stock_id}", data=row)
    assert (refused.status_code, f"packs.{stock_id}-wrong" in refused.text) == (422, True)
    changed = await seller.post(f"/stocks/{stock_id}", data=row | {f"packs.{stock_id}": "45"})
    assert changed.status_code == 303
    gone = await seller.post(f"/stocks/{stock_id}", data=row | {"version": "2", "deed": "withdraw"})
    assert gone.headers["Location"] == "/stocks?said=stock_withdrawn"


async def test_what_is_needed_is_told_without_a_kitchen(page_as, session, world):
    near = await page_as(Role.COOP_OFFICER).get("/demand-near-me?km=5")
    assert (near.status_code, world.kitchen.name in near.text) == (200, False)
    assert (await page_as(Role.WHOLESALER).get("/city-demand")).status_code == 200
    assert (await page_as(Role.KITCHEN_HEAD).get("/demand-near-me")).status_code == 403
    assert await open_demand(session, region_code="00.00", from_date=MONDAY, week_start=MONDAY) == []
