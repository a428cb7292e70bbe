"""What leaves: loaded lot by lot in the pages, dispatched, and signed for by the cooperative."""

import uuid

import pytest

from service.domain.people import Role
from service.workflows.prepare_deliveries import prepare_due_deliveries
from tests.api.callers import answer, callers
from tests.factories.purchases import confirm_purchases
from tests.web.test_orders_pages import browser

__all__ = ["browser", "callers"]


@pytest.fixture
async def order(callers):
    return await callers.first_order()


@pytest.fixture
async def note(callers, units, order):
    said = [answer(line) for line in order["lines"]]
    await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json={"answers": said})
    async with units.begin() as work:
        await confirm_purchases(work)
    await prepare_due_deliveries(units)
    kitchen_id = str(callers.week.kitchens[0].id)
    found = (await callers.of(Role.COOP_OFFICER).get("/deliveries")).json()["items"]
    made = next(one for one in found if one["kitchen_id"] == kitchen_id)
    return (await callers.of(Role.COOP_OFFICER).get(f"/deliveries/{made['id']}")).json()


def load(note, **changed):
    fields = {"form": "load", "at": f"/deliveries/{note['id']}", "version": "1", "once": str(uuid.uuid4())}
    for line in note["lines"]:
        fields |= {
            f"shipped_qty.{line['id']}.0": f"{line['planned_qty'] // 1000} kg",
            f"lot_code.{line['id']}.0": "L-1",
            f"producer.{line['id']}.0": "<b>Tani Mekar</b>",
        }
    return fields | changed


async def test_the_list_and_the_home_page_open_with_nothing_to_send(browser, note):
    officer = await browser()
    listed = await officer.get("/deliveries")
    assert (listed.status_code, note["number"] in listed.text) == (200, True)
    assert "Tidak ada yang berangkat" in listed.text
    home = (await officer.get("/")).text
    assert "Tawarkan barang" in home
    assert (await officer.get("/deliveries?status=received")).text.count(note["number"]) == 0


async def test_a_drop_is_loaded_and_leaves_and_its_producer_is_written_as_typed(browser, note):
    officer = await browser()
    assert 'data-offline="dispatch_delivery"' in (await officer.get(f"/deliveries/{note['id']}")).text
    sent = await officer.post(f"/deliveries/{note['id']}/dispatch", data=load(note))
    assert sent.headers["Location"] == f"/deliveries/{note['id']}?said=dispatched"
    page = (await officer.get(f"/deliveries/{note['id']}")).text
    assert "di jalan" in page
    assert "&lt;b&gt;Tani Mekar" in page
    again = await officer.post(f"/deliveries/{note['id']}/dispatch", data=load(note))
    assert again.status_code == 412


async def test_what_is_wrong_with_a_load_stands_beside_its_field(browser, note):
    line = note["lines"][0]
    wrong = {
        f"shipped_qty.{line['id']}.0": "1",
        f"lot_code.{line['id']}.0": "",
        f"temperature.{line['id']}.0": "hangat",
    }
    refused = await (await browser()).post(f"/deliveries/{note['id']}/dispatch", data=load(note, **wrong))
    assert refused.status_code == 422
    assert f'id="load-lot_code.{line["id"]}.0-wrong"' in refused.text
    less = await (await browser()).post(
        f"/deliveries/{note['id']}/dispatch", data=load(note, **{f"shipped_qty.{line['id']}.0": "1"})
    )
    assert f'id="load-rest.{line["id"]}-wrong"' in less.text


async def test_the_cooperative_signs_what_was_weighed(browser, callers, note):
    officer = await browser()
    await officer.post(f"/deliveries/{note['id']}/dispatch", data=load(note))
    body = {"lines": [{"line_id": line["id"], "received_qty": line["planned_qty"]} for line in note["lines"]]}
    weighed = await callers.of(Role.KITCHEN_HEAD).post(f"/deliveries/{note['id']}/receipt", json=body)
    assert "Tanda tangani berita acara" in (await officer.get(f"/deliveries/{note['id']}")).text
    fields = {"form": "sign", "at": f"/deliveries/{note['id']}", "version": str(weighed.json()["version"])}
    signed = await officer.post(f"/receipts/{weighed.json()['id']}/signatures", data=fields)
    assert signed.headers["Location"].startswith(f"/deliveries/{note['id']}/receipt?said=")
    page = await officer.get(f"/deliveries/{note['id']}")
    assert "Yang menyerahkan (koperasi):" in page.text
    assert "Cabut tanda tangan kami" in page.text
    taken_back = await officer.post(
        f"/receipts/{weighed.json()['id']}/signatures/take-back", data={"form": "take-back"}
    )
    assert taken_back.headers["Location"].endswith("?said=signature_taken_back")
    assert "Cabut tanda tangan kami" not in (await officer.get(f"/deliveries/{note['id']}")).text


async def test_a_cooperative_waits_with_its_name_until_every_line_is_weighed(browser, callers, note):
    officer, kitchen = await browser(), callers.of(Role.KITCHEN_HEAD)
    await officer.post(f"/deliveries/{note['id']}/dispatch", data=load(note))
    lines = [{"line_id": line["id"], "received_qty": line["planned_qty"]} for line in note["lines"]]
    assert len(lines) > 1
    for weighed, is_whole in ((lines[:1], False), (lines[1:], True)):
        kept = await kitchen.post(f"/deliveries/{note['id']}/receipt", json={"lines": weighed})
        assert kept.is_success
        page = (await officer.get(f"/deliveries/{note['id']}")).text
        assert ("Tanda tangani berita acara" in page) is is_whole
        assert ("Menunggu dapur menimbang." in page) is not is_whole


async def test_a_delivery_says_whose_name_is_missing(browser, callers, note):
    officer, kitchen = await browser(), await browser(Role.KITCHEN_HEAD)
    await officer.post(f"/deliveries/{note['id']}/dispatch", data=load(note))
    body = {"lines": [{"line_id": line["id"], "received_qty": line["planned_qty"]} for line in note["lines"]]}
    weighed = await callers.of(Role.KITCHEN_HEAD).post(f"/deliveries/{note['id']}/receipt", json=body)
    signed = await kitchen.post(f"/receipts/{weighed.json()['id']}/signatures", data={"version": "1"})
    assert signed.headers["Location"].endswith("?said=handover_signed")
    page = (await kitchen.get(f"/deliveries/{note['id']}")).text
    assert "Dapur sudah tanda tangan; menunggu koperasi." in page
    assert "dapur belum" not in page


async def test_another_cooperative_finds_no_note(browser, note):
    assert (await (await browser(Role.COOP_OFFICER, 1)).get(f"/deliveries/{note['id']}")).status_code == 404
