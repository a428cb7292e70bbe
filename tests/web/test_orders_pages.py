"""The order of a cooperative in the pages: answered line by line, refused with what became of it, never lost."""

import re
import uuid
from datetime import datetime

import httpx
import pytest

from service.domain.people import Role
from service.workflows.expire_answers import expire_answers
from tests.api.callers import answer, callers
from tests.api.conftest import BASE_URL
from tests.api.test_list_exports import csv_rows
from tests.factories.plans import new_policy
from tests.web.browsing import a_browser, a_phone
from tests.web.leaving import lost_by_leaving

__all__ = ["callers"]


@pytest.fixture
async def order(callers):
    return await callers.first_order()


@pytest.fixture
async def browser(app, callers, order):
    async def opened(role=Role.COOP_OFFICER, index=0):
        token = callers.of(role, index).headers["Authorization"].removeprefix("Bearer ")
        made.append(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app),
                base_url=BASE_URL,
                cookies={"pasok_session": token},
                headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
            )
        )
        return made[-1]

    made = []
    yield opened
    for one in made:
        await one.aclose()


def form(order, **fields):
    return {"form": "answers", "at": f"/orders/{order['id']}", "once": str(uuid.uuid4()), **fields}


def choices(line, choice, qty="", reason="", remark=""):
    return {
        f"choice.{line['id']}": choice,
        f"accepted_qty.{line['id']}": qty,
        f"reason.{line['id']}": reason,
        f"remark.{line['id']}": remark,
    }


async def test_the_list_says_what_is_to_be_answered(browser, order):
    listed = await (await browser()).get("/orders?status=sent")
    assert listed.status_code == 200
    assert order["number"] in listed.text
    assert "Jawab sekarang" in listed.text
    assert "Belum ada pesanan" in (await (await browser()).get("/orders?status=answered&week_start=")).text


async def test_an_order_is_answered_after_a_look_at_its_sum(browser, order):
    officer, (first, second, *_) = await browser(), order["lines"]
    said = choices(first, "all") | choices(second, "less", "12,000 kg".replace(",000", ""), "no_transport")
    seen = await officer.post(f"/orders/{order['id']}/answers", data=form(order, **said))
    assert (seen.status_code, "Jawaban ini final" in seen.text) == (200, True)
    assert "2 baris belum Anda pilih" in seen.text
    unanswered = (await officer.get(f"/orders/{order['id']}")).text
    assert "belum dijawab" not in unanswered.replace("3 dari", "")
    assert "/answers/export" not in unanswered

    sent = await officer.post(f"/orders/{order['id']}/answers", data=form(order, confirmed="yes", **said))
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/orders/{order['id']}?said=lines_answered")
    page = (await officer.get(sent.headers["Location"])).text
    assert "Masih ada baris" in page
    assert "Tidak ada angkutan" in page
    assert page.count('type="radio"') == 3 * 2
    assert (
        len(csv_rows((await officer.get(f"/api/v1/orders/{order['id']}/answers/export?format=csv")).content)) == 1 + 2
    )
    assert f"/api/v1/orders/{order['id']}/answers/export" in page


async def test_everything_is_taken_with_two_presses(browser, order):
    officer = await browser()
    seen = await officer.post(f"/orders/{order['id']}/answers", data=form(order, take_all="yes"))
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', seen.text.partition("<form method")[2]))
    assert fields["take_all"] == "yes"
    sent = await officer.post(f"/orders/{order['id']}/answers", data=fields | {"once": str(uuid.uuid4())})
    assert sent.headers["Location"].endswith("said=order_answered")


async def test_less_without_an_amount_or_a_reason_keeps_what_was_typed(browser, order):
    line = order["lines"][0]
    said = choices(line, "less", "", "", "<script>alert(1)</script>")
    refused = await (await browser()).post(f"/orders/{order['id']}/answers", data=form(order, **said))
    assert refused.status_code == 422
    for name in ("accepted_qty", "reason"):
        assert f'id="answers-{name}.{line["id"]}-wrong"' in refused.text
    assert 'value="less" checked' in refused.text
    assert "&lt;script&gt;alert(1)" in refused.text
    assert "<script>alert" not in refused.text


async def test_more_than_ordered_and_no_choice_at_all_are_told_beside_the_line(browser, order):
    officer, line = await browser(), order["lines"][0]
    more = choices(line, "less", "999999", "no_cash")
    refused = await officer.post(f"/orders/{order['id']}/answers", data=form(order, **more))
    assert (refused.status_code, f"answers-accepted_qty.{line['id']}-wrong" in refused.text) == (422, True)
    nothing = await officer.post(f"/orders/{order['id']}/answers", data=form(order))
    assert "Pilih jawaban untuk paling sedikit satu baris" in nothing.text


async def test_a_lost_race_says_who_answered_and_keeps_the_other_choices(browser, callers, order):
    first, second, *_ = order["lines"]
    body = {"answers": [answer(first, 0, "no_cash")]}
    assert (await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json=body)).status_code == 201
    said = choices(first, "all") | choices(second, "all")
    lost = await (await browser()).post(f"/orders/{order['id']}/answers", data=form(order, confirmed="yes", **said))
    assert lost.status_code == 409
    assert "Baris ini sudah dijawab" in lost.text
    became = lost.text.partition('id="what-became"')[2].partition("</section>")[0]
    assert "tidak diambil" in became
    assert "dijawab" in became
    assert lost.text.count('value="all" checked') == 1


async def test_an_answer_that_comes_too_late_shows_what_became_of_its_line(browser, units, clock, order):
    line, officer = order["lines"][0], await browser()
    clock.now = datetime.fromisoformat(order["respond_by_at"])
    await expire_answers(units)
    late = await officer.post(
        f"/orders/{order['id']}/answers", data=form(order, confirmed="yes", **choices(line, "all"))
    )
    assert late.status_code == 409
    became = late.text.partition('id="what-became"')[2].partition("</section>")[0]
    assert "belum ada pemasoknya, sedang dicarikan koperasi lain" in became


async def test_prices_are_proposed_and_accepted_goods_given_back(browser, callers, order):
    officer, (first, second, *_) = await browser(), order["lines"]
    path = f"/orders/{order['id']}/price-proposals"
    assert "Usulkan harga" in (await officer.get(path)).text
    low = {"form": "proposals", "at": path, f"price_idr.{first['id']}": "1"}
    assert (await officer.post(path, data=low)).status_code == 422
    sent = await officer.post(path, data=low | {f"price_idr.{first['id']}": f"Rp {first['price_idr'] + 100}"})
    assert sent.headers["Location"] == f"/orders/{order['id']}?said=price_proposed"
    assert "dapur belum memutuskan" in (await officer.get(f"/orders/{order['id']}")).text

    body = {"answers": [answer(second)]}
    answered = await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json=body)
    path = f"/orders/{order['id']}/withdrawals"
    assert second["item_name"] in (await officer.get(path)).text
    back = {"form": "withdrawals", "at": path, "version": "1", f"withdrawn_qty.{second['id']}": "1 kg"}
    assert (await officer.post(path, data=back)).status_code == 422
    back |= {f"reason.{second['id']}": "spoiled"}
    assert (await officer.post(path, data=back)).status_code == 412
    sent = await officer.post(path, data=back | {"version": str(answered.json()["version"])})
    assert sent.headers["Location"] == f"/orders/{order['id']}?said=goods_withdrawn"
    assert "Barang rusak" in (await officer.get(f"/orders/{order['id']}")).text


async def test_a_kitchen_reads_its_lines_and_another_cooperative_finds_nothing(browser, order):
    path = f"/orders/{order['id']}"
    read = await (await browser(Role.KITCHEN_HEAD)).get(path)
    assert (read.status_code, "Periksa lalu kirim" in read.text) == (200, False)
    assert (await (await browser(Role.COOP_OFFICER, 1)).get(path)).status_code == 404
    assert (await (await browser(Role.WHOLESALER)).get(path)).status_code == 403


async def test_goods_that_were_declined_are_needed_again_around_the_cooperative(browser, callers, order):
    officer, line = await browser(), order["lines"][0]
    before = (await officer.get("/demand-near-me")).text
    body = {"answers": [answer(line, 0, "no_cash")]}
    await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json=body)
    after = (await officer.get("/demand-near-me")).text
    assert f"item_code={line['item_code']}" in after
    assert after.count("<tr>") > before.count("<tr>") or after != before


async def test_a_slip_is_taken_back_while_the_city_lets_it_and_then_no_more(browser, callers, order, session):
    session.add(new_policy(number=2, values={**new_policy().values, "undo_minutes": 5}))
    await session.flush()
    officer, path, line = await browser(), f"/orders/{order['id']}", order["lines"][0]
    assert "bisa ditarik selama 5 menit" in (await officer.get(path)).text
    body = {"answers": [answer(line, 0, "no_cash")]}
    await callers.of(Role.COOP_OFFICER).post(f"{path}/answers", json=body)
    assert "Tarik jawaban terakhir" in (await officer.get(path)).text
    assert "Tarik jawaban terakhir" not in (await (await browser(Role.KITCHEN_HEAD)).get(path)).text

    undo = {"form": "undo", "at": path, "once": str(uuid.uuid4())}
    done = await officer.post(f"{path}/answers/undo", data=undo)
    assert (done.status_code, done.headers["Location"]) == (303, f"{path}?said=answers_undone")
    shown = (await officer.get(done.headers["Location"])).text
    assert "menunggu jawaban Anda lagi" in shown
    assert "Tarik jawaban terakhir" not in shown
    again = await officer.post(f"{path}/answers/undo", data=undo | {"once": str(uuid.uuid4())})
    assert (again.status_code, "tidak bisa ditarik lagi" in again.text) == (409, True)


async def test_a_phone_whose_reader_waits_gets_the_next_page_with_the_answer(browser, order, clock):
    officer, (line, *_) = await browser(), order["lines"]
    queued = {"queued_kind": "answer_order", "queued_target": order["id"], "queued_made_at": clock.now.isoformat()}
    sent = form(order, **choices(line, "none", reason="no_cash"), **queued)
    told = (await officer.post("/queued", data=sent | {"queued_shows": "yes"})).json()
    assert (told["outcome"], told["location"]) == ("done", f"/orders/{order['id']}?said=answered")
    there = (await officer.get(told["location"])).text
    assert bare(told["page"]) == bare(there), "as if it had been gone to"
    assert "Jawaban terkirim" in there
    again = (await officer.post("/queued", data=sent)).json()  # it came in later, when nobody waited any more
    assert (again["outcome"], "page" in again) == ("done", False)
    refused = (await officer.post("/queued", data=sent | {"queued_shows": "yes", "once": str(uuid.uuid4())})).json()
    assert (refused["outcome"], "page" in refused) == ("refused", False)


def bare(page):
    """Return a page without the ids of its forms."""
    return re.sub(r'name="once" value="[^"]*"', "", page)


async def test_what_is_typed_about_goods_given_back_is_there_after_its_page_was_left(browser, callers, order):
    body = {"answers": [answer(line) for line in order["lines"]]}
    await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json=body)
    address = f"/orders/{order['id']}/withdrawals"
    async with a_browser() as chromium, a_phone(chromium, await browser()) as (page, said):
        await page.goto(address)
        assert await page.locator("input[name^=withdrawn_qty]").count() == len(order["lines"])
        wrong = await lost_by_leaving(page, address)
    assert wrong + said == []
