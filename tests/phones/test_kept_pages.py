"""Pages that a phone keeps open again without a line, for whoever opened them and nobody else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.phones.near_server import NearServer, open_the_app, serving

KEPT_PAGES = """async () => (await (await caches.open("pages")).keys()).map((page) => new URL(page.url).pathname)"""


@pytest.fixture
def app(chromium: Browser) -> Iterator[tuple[NearServer, Page]]:
    """A phone on which the app stands, of somebody who is logged in."""
    with serving() as server:
        context = chromium.new_context(base_url=server.address)
        server.reader = "ani"
        page = context.new_page()
        open_the_app(page)
        yield server, page
        context.close()


def heading(page: Page) -> str:
    return page.inner_text("h1")


@pytest.mark.parametrize("script", ["ours", "none"])
def test_whoever_leaves_takes_their_pages_along_and_the_app_still_opens(app: tuple[NearServer, Page], script: str):
    _server, page = app
    page.goto("/orders")
    if script == "none":
        page.evaluate("document.querySelector('form[data-leaving]').submit()")  # as a page whose scripts did not come
    else:
        page.click("#leave")
    page.wait_for_url("**/login")
    page.wait_for_function("async () => (await (await caches.open('pages')).keys()).length === 1")
    assert page.evaluate(KEPT_PAGES) == ["/offline"]
    page.context.set_offline(True)
    page.goto("/orders")
    assert heading(page) == "/offline / None"


def test_the_next_person_is_shown_no_page_of_the_one_before(app: tuple[NearServer, Page]):
    server, page = app
    page.goto("/orders")
    server.reader = "budi"  # the session of the one before ended by itself
    page.goto("/deliveries")
    page.wait_for_function("() => localStorage.getItem('reader') === 'budi'")
    page.wait_for_function(f"async () => (await ({KEPT_PAGES})()).includes('/offline')")
    page.goto("/payments")
    page.context.set_offline(True)
    page.goto("/payments")
    assert heading(page) == "/payments / budi"
    page.goto("/orders")
    assert heading(page) == "/offline / budi"


def test_whoever_comes_back_finds_their_pages(app: tuple[NearServer, Page]):
    _server, page = app
    page.goto("/orders")
    page.goto("/deliveries")  # as after a login of the same person
    page.context.set_offline(True)
    page.goto("/orders")
    assert heading(page) == "/orders / ani"


@pytest.mark.parametrize("refuses", ["Cache.prototype.put", "CacheStorage.prototype.open"])
def test_a_full_phone_is_shown_what_has_come(app: tuple[NearServer, Page], refuses: str):
    server, page = app
    page.goto("/orders")
    page.context.service_workers[0].evaluate(
        f"() => {{ {refuses} = () => Promise.reject(new DOMException('full', 'QuotaExceededError')) }}"
    )
    server.news = "baru"
    page.goto("/orders")
    assert heading(page) == "/orders / ani baru"


def test_a_page_that_breaks_off_is_shown_as_it_was_kept(app: tuple[NearServer, Page]):
    server, page = app
    page.goto("/orders")
    server.news, server.is_cut = "baru", True
    page.goto("/orders")
    assert heading(page) == "/orders / ani"
