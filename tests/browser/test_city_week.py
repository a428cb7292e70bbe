"""The operator's week, by clicks on a phone: who has not posted, matching, a refusal, publishing, the answers."""

import asyncio
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
