"""One order through the pages of all who touch it: taken, bought, sent, weighed, signed by both, invoiced, paid.

Answers, sales and payments go without JavaScript; the goods are weighed where the phone has no signal.
"""

from __future__ import annotations

import psycopg
import pytest

from service.database.engine import conninfo
from tests.browser.weeks import note_goods
from tests.e2e.people import Person

OFFICER, WHOLESALER = "pengurus.koperasi", "grosir"
HEAD, ASSISTANT, ACCOUNTANT = "kepala.dapur", "aslap.dapur", "akuntan.dapur"


WHO_BUYS_HERE = """
    SELECT purchase_order.cooperative_id, stock.wholesaler_id, purchase_order.id::text
    FROM order_line AS line
    JOIN purchase_order ON purchase_order.id = line.order_id
    JOIN stock ON stock.id = line.stock_id
    JOIN app_user AS head ON head.organisation_id = line.kitchen_id AND head.username = %s
    WHERE line.status = 'awaiting_answer'
    GROUP BY 1, 2, 3 ORDER BY COUNT(*) DESC, 3 LIMIT 1"""


@pytest.fixture(scope="module")
def wanted(server, town):
    """The lines of the order that the cooperative takes: its own goods, and the packs of one wholesaler.

    Who buys packs for the kitchen is the plan's choice, so the logins are given to those two.
    """
    with psycopg.connect(conninfo(town.database_url), autocommit=True) as database:
        cooperative, seller, order_id = database.execute(WHO_BUYS_HERE, [full_name(HEAD)]).fetchone()
        for login, organisation in ((OFFICER, cooperative), (WHOLESALER, seller)):
            database.execute(
                "UPDATE app_user SET organisation_id = %s WHERE username = %s", [organisation, full_name(login)]
            )
        packs = {str(stock) for (stock,) in database.execute("SELECT id FROM stock WHERE wholesaler_id = %s", [seller])}
    with Person(server.address, OFFICER) as officer:
        lines = officer.read(f"/orders/{order_id}")["lines"]
    return {line["id"] for line in lines if line["stock_id"] is None or line["stock_id"] in packs}


def full_name(login: str) -> str:
    return f"{login}@pasok.test"


def test_one_order_goes_from_its_answer_to_the_last_payment(visit, server, town, wanted):
    take_what_can_be_brought(visit, wanted)
    sell_the_packs(visit)
    let_the_goods_leave(visit, town, server)
    weigh_without_signal_and_sign(visit)
    pay_in_two_parts(visit)


def take_what_can_be_brought(visit, wanted):
    officer = visit(OFFICER, java_script_enabled=False)
    page = officer.open("/")
    page.get_by_role("button", name="Jawab sekarang").click()
    while page.locator("[data-line]").count():
        for line in page.locator("[data-line]").all():
            is_wanted = line.get_attribute("id").removeprefix("answers-choice.") in wanted
            line.get_by_text("Semua" if is_wanted else "Tidak", exact=True).click()
            if not is_wanted:
                line.get_by_label("Mengapa?").select_option("no_cash")
        page.get_by_role("button", name="Periksa lalu kirim").click()
        page.wait_for_url("**/orders/*/answers")
        officer.see()
        page.get_by_role("button", name="Ya, kirim jawaban").click()
        page.wait_for_url("**/orders/*said=*")
        officer.see()
    assert "sudah dijawab" in page.locator("main .tag").first.inner_text()


def sell_the_packs(visit):
    seller = visit(WHOLESALER, java_script_enabled=False)
    page = seller.open("/purchases")
    page.locator("li.next").get_by_role("link").first.click()
    seller.see()
    page.get_by_role("button", name="Jual semuanya").click()
    seller.see()
    page.get_by_role("button", name="Ya, kirim jawaban").click()
    page.get_by_text("semua barang sudah dijawab").wait_for()
    seller.see()


def let_the_goods_leave(visit, town, server):
    note_goods(town.database_url)
    with Person(server.address, HEAD) as head:
        drops = [head.read(f"/deliveries/{drop['id']}") for drop in head.every("/deliveries", status="planned")]
    officer = visit(OFFICER)
    officer.open("/deliveries")
    largest = max(drops, key=lambda drop: len(drop["lines"]))
    page = officer.open(f"/deliveries/{largest['id']}")
    for name, value in (("lot_code", "L-1"), ("producer", "Kelompok Tani Mekar"), ("temperature", "-20")):
        for field in page.locator(f"input[name^='{name}.'][name$='.0']").all():
            field.fill(value)
    page.get_by_role("button", name="Barang berangkat").click()
    page.get_by_text("Barang tercatat berangkat").wait_for()
    officer.see()


def weigh_without_signal_and_sign(visit):
    assistant, officer = visit(ASSISTANT, is_app=True), visit(OFFICER)
    page = assistant.page
    page.goto("/receipts")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.get_by_role("button", name="Timbang dan terima").first.click()
    page.wait_for_load_state()
    page.reload()  # the worker that keeps pages has it now
    assistant.context.set_offline(True)
    page.reload()
    for field in page.locator("input[name^='temperature.']").all():
        field.fill("-20")
    first = page.locator("fieldset.line").first
    first.get_by_text("Tolak semua").click()
    first.get_by_label("Alasan").select_option("spoiled")
    page.get_by_role("button", name="Sisanya sesuai surat jalan").click()
    page.locator("#queue").get_by_text("1 kiriman menunggu sinyal").wait_for()
    assistant.context.set_offline(False)
    page.locator("#queue").get_by_text("1 kiriman menunggu sinyal").wait_for(state="hidden", timeout=30_000)
    assistant.seen.errors.clear()  # the browser tells the console of the lost line
    page.reload()
    page.get_by_role("button", name="Tanda tangani sebagai").click()
    page.get_by_text("Tanda tangan tersimpan").wait_for()
    assistant.see()

    page = officer.open("/deliveries?status=dispatched")
    page.locator("main table").get_by_role("link").first.click()
    page.get_by_role("button", name="Tanda tangani atas nama").click()
    page.get_by_text("Berita acara selesai").wait_for()
    officer.see()


def pay_in_two_parts(visit):
    accountant = visit(ACCOUNTANT, java_script_enabled=False)
    for part, amount in (("TRX-1", "10.000"), ("TRX-2", None)):
        page = accountant.open("/payments")
        page.locator("ul.cards").get_by_role("link").first.click()
        accountant.see()
        if amount:
            page.get_by_label("Yang dibayar").fill(amount)
        page.get_by_label("Nomor transfer").fill(part)
        page.get_by_role("button", name="Catat pembayaran").click()
        page.get_by_text("Pembayaran tercatat").wait_for()
        accountant.see()
    assert page.locator("main .tag").first.inner_text() == "lunas"
    assert page.request.get(page.get_by_role("link", name="PDF").first.get_attribute("href")).ok
    money = visit(OFFICER).open("/money")
    assert "Tagihan yang belum lunas Rp 0" in " ".join(money.locator("dl").first.inner_text().split())
