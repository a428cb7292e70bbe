"""A kitchen lives its week on a phone: posts a menu, sees what comes, weighs, photographs, signs."""

from datetime import timedelta

import pytest

from tests.browser.looking import DESKTOP, PHONE
from tests.browser.weeks import bring_goods
from tests.e2e.people import Person
from tests.factories.deliveries import PICTURE

HEAD = "kepala.dapur"
ASSISTANT = "aslap.dapur"


@pytest.fixture(scope="module")
def drops(server, town):
    """Drops for the kitchen that have left."""
    return bring_goods(server, town, kitchen=HEAD, cooperative="pengurus.koperasi")


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_of_a_kitchen_are_sound(visit, town, screen):
    visitor = visit(HEAD, screen)
    week, later = town.open_week, town.open_week + timedelta(days=7)
    for path in ("/", f"/weeks/{week}", f"/weeks/{week}/goods", f"/weeks/{week}/forecast", f"/weeks/{later}/forecast"):
        visitor.open(path)
    for path in (f"/weeks/{later}/forecast/import", "/receipts", "/price-proposals", "/payments", "/suppliers"):
        visitor.open(path)


def test_the_head_of_a_kitchen_posts_a_later_week(visit, town):
    later = town.open_week + timedelta(days=7)
    visitor = visit(HEAD)
    page = visitor.open(f"/weeks/{later}")
    page.get_by_role("button", name="Susun menu minggu ini").click()
    for place in range(2):
        page.locator(f"select[name='dish.{later}.{place}']").select_option(index=place + 2)
    page.locator("#preview progress").wait_for()
    visitor.see()
    chosen = dishes_on(page, later)
    page.get_by_role("button", name="Isi seminggu dari siklus").click()
    page.get_by_text("Yang diganti").wait_for()
    visitor.see()
    filled = dishes_on(page, later)
    assert filled not in [[], chosen]  # and not what was typed before, which the phone has kept
    page.get_by_role("button", name="Simpan konsep").click()
    page.get_by_text("Konsep tersimpan.").wait_for()
    assert dishes_on(page, later) == filled
    page.locator(f"input[name='small.{later}']").fill("99999")
    page.get_by_role("button", name="Kirim ke kota").click()
    page.get_by_role("alert").wait_for()
    visitor.seen.errors.clear()  # the browser itself tells the console of the refusal
    assert page.locator(f"input[name='small.{later}']").input_value() == "99999"
    visitor.see()
    page.locator(f"input[name='small.{later}']").fill("100")
    page.wait_for_timeout(1100)  # a second press within a second is a slip of the thumb
    page.get_by_role("button", name="Kirim ke kota").click()
    page.get_by_text("Kebutuhan terkirim.").wait_for()
    visitor.see()


def dishes_on(page, day) -> list[str]:
    chosen = (field.input_value() for field in page.locator(f"select[name^='dish.{day}.']").all())
    return sorted(code for code in chosen if code)


def test_goods_are_weighed_photographed_and_signed_on_a_phone(visit, drops):
    address = f"/deliveries/{drops[0]['id']}/receipt"
    visitor = visit(ASSISTANT)
    visitor.open("/receipts")
    page = visitor.open(address)
    for field in page.locator("input[name^='temperature.']").all():
        field.fill("-20")
    page.get_by_role("button", name="Sisanya sesuai surat jalan, terima semua").click()
    page.get_by_role("heading", name="Tanda tangani berita acara").wait_for()
    visitor.see()
    photo = page.locator("form[action$='/photos']").first
    photo.locator("input[type=file]").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"teks"})
    photo.get_by_role("button", name="Simpan foto").click()
    page.get_by_text("Ini bukan foto").first.wait_for()
    visitor.seen.errors.clear()
    visitor.see()
    assert page.get_by_role("heading", name="Tanda tangani berita acara").is_visible()
    page.wait_for_timeout(1100)
    photo = page.locator("form[action$='/photos']").first
    photo.locator("input[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": PICTURE})
    photo.get_by_role("button", name="Simpan foto").click()
    page.get_by_role("link", name="Foto 1").wait_for()
    page.get_by_role("button", name="Tanda tangani sebagai").click()
    page.get_by_text("Kedua pihak").first.wait_for()
    visitor.see()


def test_whoever_weighs_what_was_signed_meanwhile_is_told_in_plain_words(visit, server, drops):
    drop = drops[1]
    page = visit(ASSISTANT, java_script_enabled=False).page
    page.goto(f"/deliveries/{drop['id']}/receipt")
    with Person(server.address, HEAD) as head:
        lines = [
            {"line_id": line["id"], "received_qty": line["shipped_qty"], "temperature_dc": -200}
            for line in drop["lines"]
        ]
        receipt = head.done(f"/deliveries/{drop['id']}/receipt", {"lines": lines}, status=200)
        head.done(f"/receipts/{receipt['id']}/signatures", version=receipt["version"])
    for field in page.locator("input[name^='temperature.']").all():
        field.fill("-20")
    page.locator("input[type=radio][value=all]").first.check()
    page.get_by_role("button", name="Simpan timbangan").click()
    assert "Berita acara sudah ditandatangani" in page.get_by_role("alert").inner_text()
