"""Receiving through the pages: weighing, signing, photos, late rejects, recalled goods."""

import uuid

import pytest

from service.domain.items import Item
from service.domain.people import Role
from tests.factories.deliveries import PICTURE
from tests.factories.recalls import new_recall, new_recall_part


def weighed(line, **fields):
    return {"form": "weighing", f"choice.{line.id}": "all"} | {
        f"{name}.{line.id}": said for name, said in fields.items()
    }


async def test_what_comes_is_listed_with_its_cooperative(page_as, drop, world):
    page = await page_as(Role.FIELD_ASSISTANT).get("/receipts")
    assert world.cooperative.name in page.text
    assert f"/deliveries/{drop[0].id}/receipt" in page.text


async def test_a_weighed_line_leads_to_the_signature(page_as, drop):
    browser, (delivery, line) = page_as(Role.FIELD_ASSISTANT), drop
    address = f"/deliveries/{delivery.id}/receipt"
    kept = await browser.post(address, data=weighed(line, received_qty="39,8 kg") | {"at": address})
    assert (kept.status_code, kept.headers["Location"]) == (303, f"{address}?said=all_weighed")
    page = await browser.get(address)
    assert "Tanda tangani berita acara" in page.text


async def test_the_page_says_what_the_items_own_tolerance_is_and_judges_by_it(page_as, drop, session):
    browser, (delivery, line) = page_as(Role.FIELD_ASSISTANT), drop
    item = await session.get_one(Item, line.item_code)
    item.receipt_tolerance_bp = 300
    await session.flush()
    address = f"/deliveries/{delivery.id}/receipt"
    shown = " ".join((await browser.get(address)).text.split())
    assert "Selisih sampai 1,2 kg tetap dihitung penuh" in shown
    kept = await browser.post(address, data=weighed(line, received_qty="38,8 kg") | {"at": address})
    assert (kept.status_code, kept.headers["Location"]) == (303, f"{address}?said=all_weighed")


async def test_less_without_a_reason_is_told_beside_the_line_and_keeps_what_was_typed(page_as, drop):
    delivery, line = drop
    address = f"/deliveries/{delivery.id}/receipt"
    said = weighed(line, received_qty="30") | {
        f"choice.{line.id}": "less",
        f"rejected_qty.{line.id}": "2,5",
        "at": address,
    }
    page = await page_as(Role.FIELD_ASSISTANT).post(address, data=said)
    assert page.status_code == 422
    assert f'id="weighing-reason.{line.id}-wrong"' in page.text
    assert 'value="2,5"' in page.text


async def test_nothing_chosen_is_told(page_as, drop):
    address = f"/deliveries/{drop[0].id}/receipt"
    page = await page_as(Role.KITCHEN_HEAD).post(address, data={"form": "weighing", "at": address})
    assert page.status_code == 422
    assert "Isi paling sedikit satu baris." in page.text


async def test_the_accountant_does_not_weigh(page_as, drop):
    page = await page_as(Role.KITCHEN_ACCOUNTANT).post(f"/deliveries/{drop[0].id}/receipt", data={})
    assert page.status_code == 403


async def test_a_photo_is_kept_and_what_is_no_photo_is_refused_in_words(page_as, drop):
    browser, (delivery, line) = page_as(Role.FIELD_ASSISTANT), drop
    address = f"/deliveries/{delivery.id}/receipt"
    await browser.post(address, data=weighed(line))
    page = await browser.get(address)
    action = next(part.split('"')[0] for part in page.text.split('action="')[1:] if "/photos" in part.split('"')[0])
    good = await browser.post(action, data={"at": address}, files={"photo": ("a.jpg", PICTURE, "image/jpeg")})
    assert good.status_code == 303, good.text
    assert good.headers["Location"] == f"{address}?said=photo_added"
    assert "Foto 1" in (await browser.get(address)).text
    bad = await browser.post(
        action, data={"form": "x", "at": address}, files={"photo": ("a.txt", b"teks", "text/plain")}
    )
    assert bad.status_code == 422
    assert "Ini bukan foto" in bad.text


async def test_a_photo_can_be_taken_beside_the_scales_before_they_are_written_down(page_as, drop):
    browser, (delivery, line) = page_as(Role.FIELD_ASSISTANT), drop
    address = f"/deliveries/{delivery.id}/receipt"
    before = (await browser.get(address)).text
    beside = before.split("data-reasons")[1].split("</details>")[0]
    assert f'form="photo-{line.id}"' in beside
    assert "capture" not in beside, "with it a phone lets nobody choose a picture that it has"
    assert f'action="/deliveries/{delivery.id}/lines/{line.id}/photos"' in before.split("</form>", 2)[2]
    page = await browser.post(
        f"/deliveries/{delivery.id}/lines/{line.id}/photos",
        data={"form": f"photo-{line.id}", "at": address},
        files={"photo": ("a.jpg", PICTURE, "image/jpeg")},
    )
    assert page.status_code == 409, "without JavaScript nothing waits"
    assert "belum ditimbang" in page.text


async def test_a_photo_from_the_queue_is_kept_once_and_a_bad_one_is_refused_in_words(page_as, drop, clock):
    browser, (delivery, line) = page_as(Role.FIELD_ASSISTANT), drop
    form = {
        "queued_kind": "add_photo",
        "queued_target": str(delivery.id),
        "queued_made_at": clock.now.isoformat(),
        "once": str(uuid.uuid4()),
        "line_id": str(line.id),
    }
    large = PICTURE + bytes(1_500_000)
    early = (await browser.post("/queued", data=form, files={"photo": ("a", large)})).json()
    assert (early["outcome"], early["is_final"]) == ("refused", False)
    await browser.post(f"/deliveries/{delivery.id}/receipt", data=weighed(line))
    for _ in range(2):
        told = (await browser.post("/queued", data=form, files={"photo": ("a", large)})).json()
        assert told["outcome"] == "done"
    page = (await browser.get(f"/deliveries/{delivery.id}/receipt")).text
    assert ("Foto 1" in page, "Foto 2" in page) == (True, False)
    bad = {**form, "once": str(uuid.uuid4())}
    told = (await browser.post("/queued", data=bad, files={"photo": ("a", b"teks")})).json()
    assert (told["outcome"], told["advice"]) == ("refused", "Ini bukan foto; pilih gambar JPEG, PNG atau WebP.")
    none = (await browser.post("/queued", data={**form, "once": str(uuid.uuid4())})).json()
    assert (none["outcome"], none["is_final"]) == ("refused", True)


async def test_a_stale_version_of_what_is_signed_is_told_in_indonesian(page_as, drop):
    browser, (delivery, line) = page_as(Role.FIELD_ASSISTANT), drop
    address = f"/deliveries/{delivery.id}/receipt"
    await browser.post(address, data=weighed(line))
    page = await browser.get(address)
    action = next(part.split('"')[0] for part in page.text.split('action="')[1:] if "/signatures" in part.split('"')[0])
    stale = await browser.post(action, data={"form": "signature", "at": address, "version": "99"})
    assert stale.status_code == 412
    assert "Sudah diubah orang lain" in stale.text
    version = page.text.split('name="version" value="')[1].split('"')[0]
    signed = await browser.post(action, data={"form": "signature", "at": address, "version": version})
    assert signed.headers["Location"] == f"{address}?said=handover_signed"
    again = await browser.post(address, data=weighed(line) | {"at": address})
    assert again.status_code == 409
    assert "Berita acara sudah ditandatangani" in again.text
    assert "Cabut tanda tangan kami" in (await browser.get(address)).text
    taken_back = await browser.post(f"{action}/take-back", data={"form": "take-back", "at": address})
    assert taken_back.headers["Location"] == f"{address}?said=signature_taken_back"
    assert (await browser.post(address, data=weighed(line) | {"at": address})).status_code == 303


async def test_who_signs_last_is_told_that_it_is_final(page_as, drop):
    browser, (delivery, line) = page_as(Role.FIELD_ASSISTANT), drop
    address = f"/deliveries/{delivery.id}/receipt"
    await browser.post(address, data=weighed(line))
    alone = (await browser.get(address)).text
    assert "dicabut sebelum koperasi tanda tangan" in alone
    action = next(part.split('"')[0] for part in alone.split('action="')[1:] if "/signatures" in part.split('"')[0])
    version = alone.split('name="version" value="')[1].split('"')[0]
    signed = await page_as(Role.COOP_OFFICER).post(action, data={"form": "signature", "version": version})
    assert signed.status_code == 303
    last = (await browser.get(address)).text
    assert "berita acara selesai dan timbangan tidak bisa diubah lagi" in last
    assert "dicabut sebelum koperasi tanda tangan" not in last


@pytest.mark.parametrize("is_last", [False, True])
async def test_a_signature_is_told_by_what_is_still_missing_however_it_was_sent(page_as, drop, clock, is_last):
    browser, (delivery, line) = page_as(Role.FIELD_ASSISTANT), drop
    address = f"/deliveries/{delivery.id}/receipt"
    await browser.post(address, data=weighed(line))
    page = (await browser.get(address)).text
    action = next(part.split('"')[0] for part in page.split('action="')[1:] if "/signatures" in part.split('"')[0])
    if is_last:
        first = await page_as(Role.COOP_OFFICER).post(action, data={"version": "1"})
        said = (await browser.get(first.headers["Location"])).text.split('class="said"')[1].split("</p>")[0]
        assert "setelah kedua pihak tanda tangan" in said
    form = {
        "queued_kind": "sign_receipt",
        "queued_target": str(delivery.id),
        "queued_made_at": clock.now.isoformat(),
        "once": str(uuid.uuid4()),
    }
    told = (await browser.post("/queued", data=form)).json()
    assert told["location"] == f"{address}?said={'handover_closed' if is_last else 'handover_signed'}"


async def test_recalled_goods_are_accounted_for(page_as, drop, session, world):
    recall = new_recall(world.users[Role.FOOD_OFFICER])
    session.add(recall)
    await session.flush()
    part = new_recall_part(recall, world.kitchen)
    session.add(part)
    await session.flush()
    browser, address = page_as(Role.KITCHEN_HEAD), f"/recalls/{recall.id}/confirmation"
    assert "Barang ditarik" in (await browser.get("/")).text
    kilos = str(part.accepted_qty // 1000)
    said = {f"{name}.{part.item_code}": "0" for name in ("eaten_qty", "stored_qty", "discarded_qty")}
    wrong = await browser.post(address, data=said | {"form": "remains", "at": address})
    assert wrong.status_code == 422
    assert "Jumlah ketiganya harus" in wrong.text
    done = await browser.post(address, data=said | {f"stored_qty.{part.item_code}": kilos})
    assert done.headers["Location"].endswith("said=recall_confirmed")
