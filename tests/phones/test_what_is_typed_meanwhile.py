"""While a form waits for a line its page is worked on: what is typed there is nobody's to take away."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.phones.far_server import Edit, FarServer, Line, Nature
from tests.phones.lives import HOME, KEPT

TAKEN = "() => document.querySelector('#queue').hidden"


def send(page: Page) -> None:
    page.fill("#ani-0", "12 kg")
    page.click("button >> nth=0")
    page.wait_for_selector("#queue:visible")


def send_as_filled(page: Page) -> None:
    page.evaluate("document.querySelector('#ani-0').value = '12 kg'")
    page.click("button >> nth=0")
    page.wait_for_selector("#queue:visible")


def line_is_back(server: FarServer, page: Page) -> None:
    server.lines = {Line.WHOLE: 1.0}
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function(TAKEN)


@pytest.mark.parametrize("brings_page", [True, False], ids=["in place", "gone to"])
def test_what_was_typed_since_it_was_sent_stands_in_the_page_that_follows(
    order: tuple[FarServer, Page], brings_page: bool
):
    server, page = order
    server.edits["ani-0"].stands_on, server.brings_page = True, brings_page
    page.goto(HOME)
    send(page)
    page.fill("#ani-0-note", "tiga karung")
    line_is_back(server, page)
    page.wait_for_function("() => document.querySelector('#ani-0')?.value === ''")
    assert page.input_value("#ani-0-note") == "tiga karung"
    page.goto(HOME)  # as after a dead battery
    assert (page.input_value("#ani-0"), page.input_value("#ani-0-note")) == ("", "tiga karung")
    assert server.effects == {"ani-0": 1}


def test_nothing_is_left_of_a_form_in_which_nothing_was_typed_since(order: tuple[FarServer, Page]):
    server, page = order
    server.edits["ani-0"].stands_on = True
    page.goto(HOME)
    send(page)
    line_is_back(server, page)
    page.wait_for_function("() => document.querySelector('#ani-0')?.value === ''")
    assert drafts(page) == {}


def test_what_the_server_had_put_in_place_of_what_was_typed_is_sent_for_it(order: tuple[FarServer, Page]):
    server, page = order
    server.edits["ani-0"].stands_on = True
    page.goto(HOME)
    page.fill("#ani-0-note", "tiga karung")
    page.focus("#leave")  # so that the browser has told of the change
    page.evaluate("document.querySelector('#ani-0-note').value = 'dari siklus'")  # nobody typed that
    send_as_filled(page)
    line_is_back(server, page)
    page.wait_for_function("() => document.querySelector('#ani-0')?.value === ''")
    assert (page.input_value("#ani-0-note"), drafts(page)) == ("", {})


def test_a_form_that_was_sent_by_scripts_of_before_is_forgotten_whole(order: tuple[FarServer, Page]):
    _server, page = order
    page.goto(HOME)
    page.fill("#ani-0", "12 kg")
    page.evaluate("localStorage.setItem('sent ani / answers ani-0', '00000000-0000-4000-8000-000000000000')")
    page.evaluate("document.cookie = 'pasok_taken=00000000-0000-4000-8000-000000000000'")
    page.goto(HOME)
    assert (page.input_value("#ani-0"), drafts(page)) == ("", {})


def test_a_form_that_waits_closes_its_own_button_and_no_photo_s(order: tuple[FarServer, Page]):
    server, page = order
    photo = Edit("ani-1", "ani", Nature.GOOD, "foto", is_photo=True)
    server.edits["ani-1"] = photo
    page.goto(HOME)
    send(page)
    page.set_input_files("#ani-1", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"foto"})
    page.click("button[form=photo-ani-1]")
    page.get_by_text("Menunggu", exact=True).wait_for()
    page.wait_for_function("() => document.querySelectorAll('#queue li').length === 2")
    own = page.locator("form:has(#ani-0) > button:not([form])")
    assert (own.is_disabled(), page.locator("button[form=photo-ani-0]").is_disabled()) == (True, False)
    assert page.locator("button[form=photo-ani-1]").is_enabled()  # for the next photo


def test_the_button_of_a_form_that_no_longer_waits_is_open_again(order: tuple[FarServer, Page]):
    _server, page = order
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(HOME)
    send(page)
    page.click("#queue li button")
    page.wait_for_function(TAKEN)
    assert page.locator("form:has(#ani-0) > button:not([form])").is_enabled()


def drafts(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(KEPT)["drafts"]
    return {name: text for name, text in found.items() if name.startswith(("draft ", "sent "))}
