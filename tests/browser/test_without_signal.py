"""A phone that loses its signal: pages that were opened open again, what is answered waits, and goes once."""

import pytest

from service.demo.people import DEMO_PASSWORD
from tests.e2e.people import Person, until

OFFICER = "pengurus.koperasi"
QUEUE = "#queue"
ALL_KEPT = """async () => {
    const opened = await new Promise((done) => {
        const request = indexedDB.open("pasok", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("queue", { keyPath: "id" });
        request.onsuccess = () => done(request.result);
    });
    const left = await new Promise((done) => {
        const request = opened.transaction("queue").objectStore("queue").count();
        request.onsuccess = () => done(request.result);
    });
    const pages = await (await caches.open("pages")).keys();
    return { left, pages: pages.map((page) => new URL(page.url).pathname), drafts: Object.keys(localStorage) };
}"""
KEPT_PAGES = """async () => (await (await caches.open("pages")).keys()).map((page) => page.url).join(" ")"""


@pytest.fixture(scope="module")
def colleague(server):
    """Somebody at the same cooperative, who uses a program."""
    with Person(server.address, OFFICER) as person:
        yield person


@pytest.fixture
def order(colleague):
    """The cooperative's order, which waits for answers."""
    return colleague.read(f"/orders/{colleague.every('/orders')[0]['id']}")


def waiting_line(order):
    return next(line for line in order["lines"] if line["status"] == "awaiting_answer")


def state_of(colleague, order, line):
    lines = colleague.read(f"/orders/{order['id']}")["lines"]
    return next(one for one in lines if one["id"] == line["id"])["status"]


def on_the_phone(visit, path, *, is_own_session=False):
    """Open the app and the page while there is a signal, so that the phone has both."""
    visitor = visit(OFFICER, is_app=True, is_own_session=is_own_session)
    visitor.page.on("dialog", lambda dialog: dialog.accept())
    visitor.page.goto("/")
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    visitor.page.goto("/")
    visitor.page.goto(path)
    return visitor


def take(visitor, line):
    """Choose to take a line whole, and send."""
    visitor.page.locator(f"input[name='choice.{line['id']}'][value=all]").check()
    visitor.page.get_by_role("button", name="Periksa lalu kirim").click()
    visitor.page.get_by_role("button", name="Ya, kirim jawaban").click()


def behind_a_weak_line(visit, order, line):
    """Send an answer without a line, which is back when it waits, too weak to send it."""
    visitor = on_the_phone(visit, f"/orders/{order['id']}", is_own_session=True)
    visitor.context.set_offline(True)
    take(visitor, line)
    visitor.page.locator(QUEUE).get_by_text("menunggu sinyal").wait_for()
    visitor.context.route("**/queued", lambda route: route.abort())
    visitor.context.set_offline(False)
    return visitor


def erase_account(visitor, password):
    visitor.page.goto("/account")
    visitor.page.get_by_text("Hapus akun saya").click()
    visitor.page.locator("form[action='/account/erase'] input[type=password]").fill(password)
    visitor.page.get_by_role("button", name="Hapus untuk selamanya").click()


def test_an_answer_without_signal_waits_is_shown_and_goes_once(visit, colleague, order):
    line = waiting_line(order)
    visitor = on_the_phone(visit, f"/orders/{order['id']}")
    visitor.context.set_offline(True)
    visitor.page.reload()
    assert order["number"] in visitor.page.content()
    take(visitor, line)
    note = visitor.page.locator(QUEUE)
    note.get_by_text("1 kiriman menunggu sinyal").wait_for()
    assert state_of(colleague, order, line) == "awaiting_answer"
    visitor.page.goto("/")  # another page says so too
    note.get_by_text("1 kiriman menunggu sinyal").wait_for()
    visitor.context.set_offline(False)
    note.wait_for(state="hidden", timeout=30_000)
    assert state_of(colleague, order, line) == "accepted"


def test_the_page_on_which_an_answer_waited_shows_what_came_of_it(visit, colleague, order):
    line = waiting_line(order)
    visitor = on_the_phone(visit, f"/orders/{order['id']}")
    visitor.context.set_offline(True)
    take(visitor, line)
    visitor.page.locator(QUEUE).get_by_text("menunggu sinyal").wait_for()
    visitor.context.set_offline(False)
    visitor.page.get_by_text("Jawaban terkirim").wait_for(timeout=30_000)
    assert visitor.page.locator(f"input[name='choice.{line['id']}']").count() == 0
    assert visitor.page.locator(QUEUE).is_hidden()


def test_what_somebody_else_answered_meanwhile_is_shown_until_it_is_removed(visit, colleague, order):
    line = waiting_line(order)
    visitor = on_the_phone(visit, f"/orders/{order['id']}")
    visitor.context.set_offline(True)
    take(visitor, line)
    note = visitor.page.locator(QUEUE)
    note.get_by_text("menunggu sinyal").wait_for()
    said = {"line_id": line["id"], "accepted_qty": 0, "reason": "no_transport"}
    colleague.done(f"/orders/{order['id']}/answers", {"answers": [said]})
    visitor.context.set_offline(False)
    note.get_by_text("Baris ini sudah dijawab").wait_for(timeout=30_000)
    assert state_of(colleague, order, line) == "declined"
    visitor.page.goto("/")
    note.get_by_text("Baris ini sudah dijawab").wait_for()
    note.get_by_role("button", name="Hapus").click()
    note.wait_for(state="hidden")


def test_an_answer_that_was_computed_while_the_page_was_open_is_there_without_signal(visit, colleague):
    visitor = on_the_phone(visit, f"/offers/{colleague.every('/offers')[0]['id']}/why")
    visitor.page.locator("#answer-waits").wait_for(state="detached", timeout=30_000)
    visitor.context.set_offline(True)
    visitor.page.reload()
    visitor.page.get_by_role("heading", name="Mengapa tidak terpilih?").wait_for()


def test_a_page_that_was_never_opened_says_so_without_signal(visit):
    visitor = on_the_phone(visit, "/orders")
    visitor.context.set_offline(True)
    visitor.page.goto("/price-caps")
    visitor.page.get_by_role("heading", name="Tidak ada sinyal").wait_for()


def test_nothing_of_a_person_stays_on_the_phone_after_leaving(visit, colleague, order):
    line = waiting_line(order)
    visitor = behind_a_weak_line(visit, order, line)
    visitor.page.get_by_text("Menu", exact=True).click()
    visitor.page.get_by_role("button", name="Keluar").click()
    visitor.page.get_by_text("Anda sudah keluar").wait_for()
    kept = visitor.page.evaluate(ALL_KEPT)
    assert kept["left"] == 0
    assert [path for path in kept["pages"] if path.startswith("/orders")] == []
    assert kept["drafts"] == []
    assert state_of(colleague, order, line) == "awaiting_answer"


def test_an_account_that_is_not_erased_keeps_what_waits_on_the_phone(visit, colleague, order):
    line = waiting_line(order)
    visitor = behind_a_weak_line(visit, order, line)
    erase_account(visitor, "bukan kata sandi saya")
    visitor.page.get_by_text("Bukan kata sandi Anda").first.wait_for()
    assert visitor.page.evaluate(ALL_KEPT)["left"] == 1
    visitor.page.goto("/login?said=erased")
    visitor.page.get_by_role("heading", name="Masuk").wait_for()
    assert visitor.page.evaluate(ALL_KEPT)["left"] == 1
    visitor.context.unroute("**/queued")
    visitor.page.goto("/")
    until(30, lambda: state_of(colleague, order, line) == "accepted")


def test_nothing_of_an_account_that_was_erased_stays_on_the_phone(visit):
    visitor = visit("akuntan.dapur", is_app=True, is_own_session=True)
    visitor.page.on("dialog", lambda dialog: dialog.accept())
    visitor.page.goto("/account")
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    visitor.page.goto("/account")
    visitor.page.evaluate("localStorage.setItem(`draft ${document.body.dataset.reader} /x`, 'rahasia')")
    erase_account(visitor, DEMO_PASSWORD)
    visitor.page.get_by_text("Akun Anda dihapus").wait_for()
    until(10, lambda: visitor.page.evaluate(ALL_KEPT)["drafts"] == [])
    assert "/account" not in visitor.page.evaluate(ALL_KEPT)["pages"]


def test_what_waits_of_one_person_is_neither_shown_to_nor_sent_by_the_next(visit, colleague, order):
    line = waiting_line(order)
    visitor = on_the_phone(visit, f"/orders/{order['id']}")
    visitor.context.set_offline(True)
    take(visitor, line)
    visitor.page.locator(QUEUE).get_by_text("menunggu sinyal").wait_for()
    visitor.context.clear_cookies()  # the session ended by itself, and somebody else logs in
    visitor.context.set_offline(False)
    visitor.page.wait_for_url("**/login?next=*")  # what waits cannot go without its owner
    visitor.log_in("grosir")
    visitor.page.goto("/")
    assert visitor.page.locator(QUEUE).is_hidden()
    assert state_of(colleague, order, line) == "awaiting_answer"
    until(10, lambda: order["id"] not in visitor.page.evaluate(KEPT_PAGES))
    visitor.page.goto("/")  # kept for the next person, with the page that says so for all others
    visitor.context.set_offline(True)
    visitor.page.goto(f"/orders/{order['id']}")
    visitor.page.get_by_role("heading", name="Tidak ada sinyal").wait_for()
    assert order["number"] not in visitor.page.content()


def test_what_is_typed_is_there_after_the_battery_died(visit):
    visitor = visit("admin")
    page = visitor.open("/users")
    page.get_by_text("Tambah pengguna").click()
    page.get_by_label("Nama lengkap").fill("Siti Rahma")
    page.get_by_label("Nama pengguna").fill("siti.rahma")
    page.get_by_label("Peran").select_option("coop_officer")
    page.close()
    visitor.page = visitor.context.new_page()
    page = visitor.open("/users")
    assert page.locator("[name=full_name]").input_value() == "Siti Rahma"
    assert page.locator("[name=role]").input_value() == "coop_officer"
    page.get_by_text("Tambah pengguna").click()
    cooperative = page.get_by_label("Organisasi").locator("option", has_text="KKMP").first
    page.get_by_label("Organisasi").select_option(value=cooperative.get_attribute("value"))
    page.get_by_role("button", name="Tambah", exact=True).click()
    page.get_by_role("heading", name="Tautan untuk Siti Rahma").wait_for()
    page.goto("/users")
    assert page.locator("[name=full_name]").input_value() == ""
