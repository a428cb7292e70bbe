"""Whoever logs out takes along what is theirs, and nothing that others keep on the same phone."""

from playwright.sync_api import Page

from tests.phones.far_server import FarServer, Line
from tests.phones.lives import HOME, KEPT


def opened_by(reader: str, server: FarServer, page: Page) -> None:
    server.reader = reader
    page.goto(HOME)


def leave(server: FarServer, page: Page) -> None:
    server.lines = {Line.WHOLE: 1.0}
    page.context.route("**/queued", lambda route: route.abort())  # the line is too weak for that
    page.click("#leave")
    page.wait_for_selector("body:not([data-reader])")


def queued_by_ani(page: Page) -> list[str]:
    """Let a form wait on the phone; return what the phone will ask, which is agreed to."""
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.goto(HOME)
    page.fill("#ani-0", "12 kg")
    page.click("button >> nth=0")
    page.wait_for_selector("#queue:visible")
    return asked


def test_what_another_person_typed_and_sent_stays_for_them(order: tuple[FarServer, Page]):
    server, page = order
    asked = queued_by_ani(page)
    opened_by("budi", server, page)
    page.fill("#budi-0", "7 kg")
    leave(server, page)
    left = page.evaluate(KEPT)
    assert [entry["title"] for entry in left["queue"]] == ["ani-0"]
    assert {key.split()[1] for key in left["drafts"]} == {"ani"}
    assert asked == []
    page.context.unroute("**/queued")
    opened_by("ani", server, page)
    page.wait_for_selector("#ani-0", state="detached")
    assert (server.effects, server.wrong) == ({"ani-0": 1}, [])


def test_nothing_of_whoever_leaves_stays(order: tuple[FarServer, Page]):
    server, page = order
    asked = queued_by_ani(page)
    leave(server, page)
    assert page.evaluate(KEPT) == {"queue": [], "drafts": {}}
    assert asked == ["1 belum terkirim"]


def test_a_phone_that_can_keep_nothing_lets_go(order: tuple[FarServer, Page]):
    server, page = order
    page.add_init_script(
        """indexedDB.open = () => { throw new DOMException('private', 'InvalidStateError') }
        Object.defineProperty(self, 'caches', { value: undefined }) // as without HTTPS"""
    )
    page.goto(HOME)
    leave(server, page)
    assert server.reader is None
