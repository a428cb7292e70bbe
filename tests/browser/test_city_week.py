"""The operator's week, by clicks on a phone: who has not posted, matching, a refusal, publishing, the answers."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from service.database.schema import create_database, drop_database
from tests.browser.conftest import own_name
from tests.browser.looking import DESKTOP, PHONE
from tests.e2e.people import Person, if_match
from tests.e2e.towns import Town, load_town

SOLVED_WITHIN_MS = 60_000
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def town(database_server: str, template_database: str) -> Iterator[Town]:
    """A town whose week is posted and not planned."""
    name = own_name()
    url = create_database(database_server, name, template_database)
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's event loop may run in this thread
        yield elsewhere.submit(asyncio.run, load_town(url)).result()
    drop_database(database_server, name)


def test_the_operator_brings_a_week_from_posting_to_answers(visit, server, town):
    operator = visit("operator.kota")
    page = operator.open(f"/?week={town.open_week + WEEK}")
    assert "organisasi belum mengirim" in page.locator(".next").inner_text()
    assert "SPPG" in page.locator("table").first.inner_text()
    operator.open(f"/?week={town.open_week}")
    tap(page, "Mulai pencocokan")
    outdated = solved(operator)

    ask_less(server.address, outdated)
    tap(page, "Terbitkan rencana ini")
    operator.see()
    tap(page, "Ya, terbitkan")
    page.get_by_role("alert").wait_for()
    operator.seen.errors.clear()  # the browser itself tells the console of the 409
    assert "Rencana sudah tidak sesuai keadaan" in page.get_by_role("alert").inner_text()
    assert "Harga berubah: 1" in page.locator("main").inner_text()
    operator.see()

    tap(page, "Jalankan pencocokan sekali lagi")
    published = solved(operator)
    tap(page, "Terbitkan rencana ini")
    tap(page, "Ya, terbitkan")
    assert "Rencana terbit" in page.get_by_role("status").first.inner_text()
    operator.see()

    tap(page, "Pantau jawaban")
    operator.see()
    assert "4 dari 4 pesanan masih menunggu jawaban" in page.locator("#board").inner_text()

    operator.open(f"/plans/{outdated}/publish")
    tap(page, "Ya, terbitkan")
    page.get_by_role("alert").wait_for()
    operator.seen.errors.clear()
    assert "Rencana minggu ini sudah terbit" in page.get_by_role("alert").inner_text()
    look_through(visit, published)
    move_a_fallen_line(operator, server.address, town)
    lay_borders(operator, published)
    operator.open(f"/plans/{published}/rule-costs")
    tap(page, "Hitung biaya aturan")
    assert "Sedang dihitung" in page.locator(".next").inner_text()
    operator.see()


def tap(page, words: str) -> None:
    """Press what a person sees as a button, and wait until the page that it leads to is there."""
    page.locator("main a, main button").get_by_text(words, exact=True).first.click()
    page.wait_for_load_state("networkidle")


def solved(operator) -> str:
    """Start a run on the page of runs, watch it until its plan is there, open the plan and return its id."""
    page = operator.page
    page.get_by_label("Paling lama dihitung").fill("1")
    operator.see()
    tap(page, "Mulai pencocokan")
    operator.see()
    review = page.locator("a", has_text="Tinjau rencana")
    review.wait_for(timeout=SOLVED_WITHIN_MS)
    operator.see()
    review.click()
    operator.see()
    return page.url.rpartition("/")[2]


def ask_less(address: str, plan_id: str) -> None:
    """Let a cooperative change the price of an offer that a plan counts on."""
    with Person(address, "operator.kota") as operator, Person(address, "pengurus.koperasi") as officer:
        own = {offer["id"]: offer for offer in officer.every("/offers", status="open")}
        used = {line["offer_id"] for line in operator.every(f"/plans/{plan_id}/allocations")}
        offer = own[min(used & own.keys())]
        cheaper = {"price_idr": offer["price_idr"] - 50}
        answer = officer.patch(f"/offers/{offer['id']}", json=cheaper, headers=if_match(offer["version"]))
        assert answer.status_code == 200, answer.text


def look_through(visit, plan_id: str) -> None:
    """Open the drawn parts of a plan on both screens, and its lists on a desk."""
    lists = [f"/plans/{plan_id}{part}" for part in ("", "/worth", "/shortages", "/lines")]
    drawn = [f"/plans/{plan_id}{part}" for part in ("/map", "/what-ifs")]
    for screen, paths in ((DESKTOP, [*lists, *drawn]), (PHONE, drawn)):
        visitor = visit("auditor", screen)
        for path in paths:
            visitor.open(path)


def move_a_fallen_line(operator, address: str, town: Town) -> None:
    """Let a cooperative decline goods that have a standby, and let the operator ask the standby by hand."""
    with Person(address, "operator.kota") as city, Person(address, "pengurus.koperasi") as officer:
        values = city.read("/policies/in-force")["values"] | {"fallen_lines": "ask_operator"}
        city.done("/policies", {"note": "Dipindahkan oleh operator", "values": values})
        [order] = officer.every("/orders", week_start=town.open_week.isoformat())
        lines = officer.read(f"/orders/{order['id']}")["lines"]
        line = next(line for line in lines if line["standby_name"])
        declined = {"line_id": line["id"], "accepted_qty": 0, "reason": "no_cash"}
        officer.done(f"/orders/{order['id']}/answers", {"answers": [declined]})
    page = operator.open(f"/fallen-lines?week={town.open_week}")
    assert line["standby_name"] in page.locator("fieldset").inner_text()
    tap(page, "Pindahkan yang dipilih")
    assert page.get_by_role("status").first.inner_text() == "Cadangannya sudah dipesan."
    assert page.locator("fieldset").count() == 0
    operator.see()


def lay_borders(operator, plan_id: str) -> None:
    """Load borders from a file of the device into the map; what is no GeoJSON is told, and the map stays."""
    ring = [[106.7, -6.7], [106.9, -6.7], [106.9, -6.5], [106.7, -6.7]]
    area = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    page = operator.open(f"/plans/{plan_id}/map")
    drawn = page.locator("#map path")
    drawn.first.wait_for(state="attached")
    before = drawn.count()
    files, said = page.locator("#borders"), page.locator("#borders-said")
    files.set_input_files({"name": "b.geojson", "mimeType": "application/json", "buffer": json.dumps(area).encode()})
    said.get_by_text("Batas wilayah terpasang di peta.").wait_for()
    assert drawn.count() == before + 1
    files.set_input_files({"name": "b.txt", "mimeType": "text/plain", "buffer": b"bukan peta"})
    said.get_by_text("Berkas itu bukan GeoJSON.").wait_for()
    assert drawn.count() == before + 1
    operator.see()
