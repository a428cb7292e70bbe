"""A kitchen lives its week on a phone: posts a menu, sees what comes, weighs, photographs, signs."""

import base64
from datetime import timedelta

import pytest

from tests.browser.looking import DESKTOP, PHONE
from tests.browser.weeks import bring_goods
from tests.e2e.people import Person
from tests.factories.deliveries import PICTURE

HEAD = "kepala.dapur"
ASSISTANT = "aslap.dapur"
PHOTO = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": PICTURE}
LARGEST_ON_THE_LINE = 600_000


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
    choose_dishes(page, later)
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


@pytest.mark.parametrize("script", ["htmx.min", "drafts"])
def test_dishes_that_were_chosen_before_the_scripts_came_are_costed_and_kept(visit, town, script):
    later = town.open_week + timedelta(days=14)
    visitor = visit(HEAD, is_own_session=True)
    page = visitor.page
    held = []

    def hold(route):
        held.append(route)

    page.route(f"**/{script}*.js*", hold)
    page.goto(f"/weeks/{later}/forecast", wait_until="commit")
    choose_dishes(page, later)
    chosen = dishes_on(page, later)
    assert page.locator("#preview progress").count() == 0
    assert held
    for one in held:
        one.continue_()
    page.locator("#preview progress").wait_for()
    page.unroute_all()
    page.reload()  # as after a dead battery: nothing was sent
    assert dishes_on(page, later) == chosen
    page.locator("#preview progress").wait_for()
    visitor.see()


def choose_dishes(page, day):
    for place in range(2):
        page.locator(f"select[name='dish.{day}.{place}']").select_option(index=place + 2)


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
    photograph(page, {"name": "a.txt", "mimeType": "text/plain", "buffer": b"teks"})
    page.get_by_text("Ini bukan foto").first.wait_for()
    visitor.see()
    assert page.get_by_role("heading", name="Tanda tangani berita acara").is_visible()
    page.wait_for_timeout(1100)  # a second press within a second is a slip of the thumb
    photograph(page, PHOTO)
    page.get_by_text("Foto tersimpan.").wait_for()
    page.reload()
    page.get_by_role("link", name="Foto 1").wait_for()
    page.get_by_role("button", name="Tanda tangani sebagai").click()
    page.get_by_text("Kedua pihak").first.wait_for()
    visitor.see()


def photograph(page, file):
    reasons = page.locator("details[data-reasons]").first
    if reasons.get_attribute("open") is None:
        reasons.locator("summary").click()
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_role("button", name="Simpan foto").first.click()


def test_goods_are_weighed_and_photographed_without_signal(visit, server, drops):
    drop = drops[2]
    visitor = visit(ASSISTANT, is_app=True)
    page = visitor.page
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto("/")
    visitor.open(f"/deliveries/{drop['id']}/receipt")
    visitor.context.set_offline(True)
    photograph(page, camera_photo(page))
    page.get_by_text("Foto menunggu di ponsel ini").wait_for()
    visitor.seen.errors.clear()  # the browser itself tells the console that there is no line
    visitor.see()
    for field in page.locator("input[name^='temperature.']").all():
        field.fill("-20")
    page.get_by_role("button", name="Sisanya sesuai surat jalan, terima semua").click()
    page.locator("#queue").get_by_text("2 kiriman menunggu sinyal").wait_for()
    visitor.context.set_offline(False)
    page.locator("#queue").wait_for(state="hidden", timeout=30_000)
    with Person(server.address, HEAD) as head:
        receipt = next(one for one in head.every("/receipts") if one["delivery_id"] == drop["id"])
        [photo] = head.read(f"/receipts/{receipt['id']}/photos")["items"]
    assert photo["media_type"] == "image/jpeg"
    assert photo["size_bytes"] < LARGEST_ON_THE_LINE, "one bar of signal carries no photo as a camera makes it"


def camera_photo(page):
    """Return a photo of 12 megapixels, as the camera of a phone makes it."""
    url = page.evaluate(
        """() => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 4000, height: 3000 });
            const pen = canvas.getContext("2d");
            for (let at = 0; at < 3000; at += 1) {
                pen.fillStyle = `hsl(${(at * 47) % 360} 60% ${20 + (at * 13) % 60}%)`;
                pen.fillRect((at * 131) % 4000, (at * 71) % 3000, 200, 150);
            }
            return canvas.toDataURL("image/jpeg", 0.95);
        }"""
    )
    return {"name": "kamera.jpg", "mimeType": "image/jpeg", "buffer": base64.b64decode(url.partition(",")[2])}


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
