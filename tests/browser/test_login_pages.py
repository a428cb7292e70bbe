"""Entering and leaving, with the thumb."""

import pytest

from tests.browser.looking import DESKTOP, PHONE

MOST_FIRST_BYTES = 60_000
MOST_LATER_BYTES = 15_000


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_login_page_is_sound_and_light(visit, screen):
    visitor = visit(None, screen)
    visitor.open("/login")
    assert sum(visitor.weight().values()) <= MOST_FIRST_BYTES, visitor.weight()


def test_a_wrong_password_takes_the_eye_to_what_is_wrong(visit):
    visitor = visit(None)
    page = visitor.open("/login")
    page.get_by_label("Nama pengguna").fill("pengurus.koperasi@pasok.test")
    page.get_by_label("Kata sandi").fill("salah")
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("alert").wait_for()
    visitor.seen.errors.clear()  # the browser itself tells the console of the 401
    assert page.evaluate("document.activeElement.id") == "what-is-wrong"
    assert page.get_by_label("Nama pengguna").input_value() == "pengurus.koperasi@pasok.test"
    assert page.get_by_label("Kata sandi").input_value() == ""
    visitor.see()


def test_without_javascript_one_can_enter_and_leave(visit):
    visitor = visit(None, java_script_enabled=False)
    visitor.log_in("pengurus.koperasi")
    visitor.page.get_by_text("Menu").click()
    visitor.page.get_by_role("button", name="Keluar").click()
    assert "Anda sudah keluar" in visitor.page.get_by_role("status").inner_text()
