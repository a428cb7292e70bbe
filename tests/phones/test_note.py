"""The note of what waits is read by eyes, ears and thumbs: it changes only with what it tells."""

from playwright.sync_api import Page

from tests.phones.far_server import FarServer, Line
from tests.phones.lives import HOME

NOTE_IS_OLD = (
    "() => document.querySelector('#queue').isOld === true && document.querySelector('#queue li').isOld === true"
)


def try_to_send(page: Page) -> None:
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/queued")):
        page.evaluate("dispatchEvent(new Event('online'))")


def test_a_trial_that_changes_nothing_leaves_the_note_alone(order: tuple[FarServer, Page]):
    server, page = order
    page.goto(HOME)
    page.fill("#ani-0", "12 kg")
    page.click("button >> nth=0")
    page.wait_for_selector("#queue li")
    page.evaluate("document.querySelector('#queue').isOld = document.querySelector('#queue li').isOld = true")
    page.focus("#queue li button")
    try_to_send(page)
    try_to_send(page)  # so that the note of the first one was drawn
    assert page.evaluate(NOTE_IS_OLD)
    assert page.evaluate("document.activeElement === document.querySelector('#queue li button')")
    server.lines = {Line.WHOLE: 1.0}
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function("() => document.querySelector('#queue').hidden")


def test_the_note_tells_what_has_changed(order: tuple[FarServer, Page]):
    _server, page = order
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(HOME)
    page.fill("#ani-0", "12 kg")
    page.click("button >> nth=0")
    page.get_by_text("1 menunggu").wait_for()
    page.click("#queue li button")
    page.wait_for_selector("#queue", state="hidden")
    page.click("button >> nth=0")  # the same form again
    page.get_by_text("1 menunggu").wait_for()
