"""A cooperative's week, lived by clicks on a phone."""

from service.demo.people import DEMO_PASSWORD


def test_an_order_is_answered_line_by_line_and_a_lost_race_says_what_became_of_it(visit, server):
    officer, other = visit("pengurus.koperasi"), visit("pengurus.koperasi")
    page = officer.open("/")
    page.get_by_role("button", name="Jawab sekarang").click()
    page.wait_for_url("**/orders/*")
    officer.see()
    path = page.url.removeprefix(server.address)
    other.open(path)

    lines = page.locator("[data-line]")
    lines.nth(0).get_by_text("Semua", exact=True).click()
    lines.nth(1).get_by_text("Tidak", exact=True).click()
    lines.nth(1).get_by_label("Mengapa?").select_option("no_transport")
    assert "2 dari" in page.locator("[data-sum]").inner_text()
    page.get_by_role("button", name="Periksa lalu kirim").click()
    officer.see()
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url.removeprefix(server.address))))
    page.get_by_role("button", name="Ya, kirim jawaban").click()
    page.get_by_text("Jawaban terkirim").wait_for()
    officer.see()
    assert [one for one in asked if "/static/" not in one[1]] == [("POST", "/queued")], "the next page came along"
    assert page.url.endswith(f"{path}?said=answered")
    assert page.locator("[data-line]").nth(0).get_by_text("Semua", exact=True).is_enabled()
    page.go_back()
    page.locator("[role=status]").wait_for(state="detached")
    officer.see()
    assert page.url.endswith(path)
    assert ("GET", path) in asked, "back shows what is true now"

    late = other.page
    late.locator("[data-line]").nth(0).get_by_text("Semua", exact=True).click()
    late.get_by_role("button", name="Periksa lalu kirim").click()
    late.get_by_role("button", name="Ya, kirim jawaban").click()
    late.get_by_text("Yang terjadi dengan baris itu").wait_for()
    assert "Baris ini sudah dijawab" in late.get_by_role("alert").inner_text()


def test_an_expired_session_in_mid_form_loses_nothing(visit):
    officer = visit("pengurus.koperasi", java_script_enabled=False)
    page = officer.page
    page.goto("/orders?status=sent")
    page.get_by_role("button", name="Jawab sekarang").click()
    page.locator("[data-line]").nth(0).get_by_text("Semua", exact=True).click()
    officer.context.clear_cookies()
    page.get_by_role("button", name="Periksa lalu kirim").click()
    page.get_by_label("Nama pengguna").fill("pengurus.koperasi@pasok.test")
    page.get_by_label("Kata sandi").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("button", name="Kirim sekarang").click()
    assert "Sudah benar?" in page.locator("h1").inner_text()


def test_everything_else_is_taken_at_once(visit):
    officer = visit("pengurus.koperasi")
    page = officer.open("/orders?status=sent")
    page.get_by_role("button", name="Jawab sekarang").click()
    page.get_by_role("button", name="Ambil semuanya").click()
    page.get_by_role("heading", name="Sudah benar?").wait_for()
    officer.see()
    page.get_by_role("button", name="Ya, kirim jawaban").click()
    page.get_by_text("Jawaban terkirim").wait_for()
