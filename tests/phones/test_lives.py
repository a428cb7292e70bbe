"""Nothing that was sent without a good line is lost or done twice, whatever the line, the battery and people do."""

import pytest
from playwright.sync_api import Browser, Page

from tests.phones.far_server import SCRIPTS, WORDS, FarServer, Line, Nature
from tests.phones.lives import HOME, Life

SEEDS = 24
ENOUGH = 50
CARELESS = {
    "forgets before it sends": (
        "const came = await send(entry, isHere);",
        "await forget(entry.id); const came = null;",
    ),
    "forgets a photo before it sends": (
        "const came = await send(entry, false);",
        "await forget(entry.id); const came = null;",
    ),
    "waits behind what is never read": (
        "if (answer.status >= 400) return",
        "if (answer.status >= 400) return null; else return",
    ),
}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_edit_is_done_once_or_refused_in_words_or_still_there(chromium: Browser, seed: int):
    assert Life(chromium, seed).live() == []


@pytest.mark.parametrize("fault", CARELESS)
def test_a_careless_queue_is_found_out(chromium: Browser, fault: str):
    careful, careless = CARELESS[fault]
    assert SCRIPTS["queue.js"].count(careful) == 1
    scripts = {**SCRIPTS, "queue.js": SCRIPTS["queue.js"].replace(careful, careless)}
    assert any(Life(chromium, seed, scripts).live() for seed in range(ENOUGH))


def test_a_server_that_makes_a_browser_forget_what_others_sent_is_found_out(chromium: Browser):
    def wiped(seed: int) -> Life:
        life = Life(chromium, seed)
        life.server.left = {"Clear-Site-Data": '"cache", "storage"'}
        return life

    assert any(wiped(seed).live() for seed in range(ENOUGH))


def send(page: Page) -> None:
    page.goto(HOME)
    page.fill("#ani-0", "12 kg")
    page.click("button >> nth=0")


def test_a_tab_that_was_left_open_sends_nothing_for_the_next_person(order: tuple[FarServer, Page]):
    server, page = order
    send(page)
    page.wait_for_selector("#queue:visible")
    server.reader, server.lines = "budi", {Line.WHOLE: 1.0}
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("body[data-reader=budi]")
    assert (server.wrong, server.effects, page.is_visible("#queue")) == ([], {}, False)
    server.reader = "ani"
    page.goto(HOME)
    page.wait_for_selector("#ani-0", state="detached")
    assert server.effects == {"ani-0": 1}


def test_what_a_server_never_reads_is_shown_and_sent_again_when_asked_for(order: tuple[FarServer, Page]):
    server, page = order
    send(page)
    page.wait_for_selector("#queue:visible")
    server.edits["ani-0"].nature, server.lines = Nature.UNREAD, {Line.WHOLE: 1.0}
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text(WORDS["untaken"]).wait_for()
    server.edits["ani-0"].nature = Nature.GOOD
    page.get_by_role("button", name=WORDS["again"]).click()
    page.wait_for_selector("#ani-0", state="detached")
    assert server.effects == {"ani-0": 1}


@pytest.mark.parametrize("line", [Line.WHOLE, Line.LOST_THERE])
def test_a_phone_that_can_keep_nothing_still_sends(order: tuple[FarServer, Page], line: Line):
    server, page = order
    server.lines = {line: 1.0}
    page.add_init_script("indexedDB.open = () => { throw new DOMException('full', 'QuotaExceededError') }")
    send(page)
    page.wait_for_function("!document.querySelector('#ani-0')")
    if line is Line.LOST_THERE:  # the browser has said that there is no line; what was typed stands in the form
        server.lines = {Line.WHOLE: 1.0}
        page.goto(HOME)
        assert page.input_value("#ani-0") == "12 kg"
        page.click("button >> nth=0")
        page.wait_for_function("!document.querySelector('#ani-0')")
    assert server.effects == {"ani-0": 1}


def test_what_is_sent_while_somebody_logs_out_is_not_forgotten_unasked(order: tuple[FarServer, Page]):
    server, page = order
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.goto(HOME)
    page.fill("#ani-0", "12 kg")
    server.lines = {Line.BROKEN: 1.0}
    page.evaluate("for (const id of ['leave', 'ani-0']) document.getElementById(id).form.requestSubmit()")
    page.get_by_text("Maaf").wait_for()
    server.lines = {Line.WHOLE: 1.0}
    page.goto(HOME)
    page.wait_for_selector("#ani-0", state="detached")
    assert (server.effects, asked) == ({"ani-0": 1}, [])
