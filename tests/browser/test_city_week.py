"""The operator's week, by clicks on a phone: who has not posted, matching, a refusal, publishing, the answers."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from service.database.schema import create_database, drop_database
from tests.browser.conftest import own_name
from tests.browser.looking import DESKTOP, PHONE
from tests.e2e.people import Person
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
    page.get_by_role("link", name="Mulai pencocokan").click()
    outdated = solved(operator)

    take_away(server.address, outdated)
    page.get_by_role("link", name="Terbitkan rencana ini").click()
    operator.see()
    page.get_by_role("button", name="Ya, terbitkan").click()
    page.get_by_role("alert").wait_for()
    operator.seen.errors.clear()  # the browser itself tells the console of the 409
    assert "Rencana sudah tidak sesuai keadaan" in page.get_by_role("alert").inner_text()
    operator.see()

    page.get_by_role("link", name="Jalankan pencocokan sekali lagi").click()
    published = solved(operator)
    page.get_by_role("link", name="Terbitkan rencana ini").click()
    page.get_by_role("button", name="Ya, terbitkan").click()
    assert "Rencana terbit" in page.get_by_role("status").first.inner_text()
    operator.see()

    page.get_by_role("link", name="Pantau jawaban").click()
    operator.see()
    assert "4 dari 4 pesanan masih menunggu jawaban" in page.locator("#board").inner_text()

    operator.open(f"/plans/{outdated}/publish")
    page.get_by_role("button", name="Ya, terbitkan").click()
    page.get_by_role("alert").wait_for()
    operator.seen.errors.clear()
    assert "Rencana minggu ini sudah terbit" in page.get_by_role("alert").inner_text()
    look_through(visit, published)


def solved(operator) -> str:
    """Start a run on the page of runs, watch it until its plan is there, open the plan and return its id."""
    page = operator.page
    page.get_by_label("Paling lama dihitung").fill("1")
    operator.see()
    page.get_by_role("button", name="Mulai pencocokan").click()
    operator.see()
    review = page.get_by_role("link", name="Tinjau rencana")
    review.wait_for(timeout=SOLVED_WITHIN_MS)
    operator.see()
    review.click()
    operator.see()
    return page.url.rpartition("/")[2]


def take_away(address: str, plan_id: str) -> None:
    """Let a cooperative withdraw an offer that a plan counts on."""
    with Person(address, "operator.kota") as operator, Person(address, "pengurus.koperasi") as officer:
        own = {offer["id"]: offer for offer in officer.every("/offers", status="open")}
        used = {line["offer_id"] for line in operator.every(f"/plans/{plan_id}/allocations")}
        offer = own[min(used & own.keys())]
        officer.done(f"/offers/{offer['id']}/withdraw", version=offer["version"], status=200)


def look_through(visit, plan_id: str) -> None:
    """Open every part of a plan on a desk and, the drawn ones, on a phone."""
    paths = [f"/plans/{plan_id}{part}" for part in ("", "/map", "/what-ifs", "/worth")]
    for screen in (DESKTOP, PHONE):
        visitor = visit("auditor", screen)
        for path in (*paths, f"/plans/{plan_id}/shortages", f"/plans/{plan_id}/lines", "/runs", "/plans"):
            visitor.open(path)
