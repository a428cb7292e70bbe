"""What a cooperative buys: answered by the wholesaler in the pages, paid by the cooperative."""

import re
import uuid

import pytest

from service.domain.people import Role
from tests.api.callers import callers
from tests.api.test_purchases import purchase
from tests.web.test_orders_pages import browser

__all__ = ["browser", "callers", "purchase"]


@pytest.fixture
async def order(purchase):
    return purchase


def form(purchase, **fields):
    return {"form": "answers", "at": f"/purchases/{purchase['id']}", "once": str(uuid.uuid4()), **fields}


async def test_a_wholesaler_sells_everything_with_two_presses_and_is_paid(browser, purchase):
    seller, path = await browser(Role.WHOLESALER), f"/purchases/{purchase['id']}"
    assert "Jawab pembelian" in (await seller.get("/")).text
    assert purchase["number"] in (await seller.get("/purchases?status=sent")).text
    seen = await seller.post(f"{path}/answers", data=form(purchase, take_all="yes"))
    assert "Jawaban ini final" in seen.text
    fields = dict(re.findall(r'<input type="hidden" name="(choice[^"]+|confirmed)" value="([^"]*)"', seen.text))
    sent = await seller.post(f"{path}/answers", data=form(purchase, **fields))
    assert sent.headers["Location"] == f"{path}?said=purchase_answered"

    buyer = await browser(Role.COOP_OFFICER)
    page = (await buyer.get(path)).text
    assert "Catat pembayaran" in page
    day = re.search(r'name="paid_on" type="date" value="([^"]+)"', page)[1]
    pay = {"form": "pay", "at": path, "amount_idr": "10.000", "paid_on": day, "reference": "TRX-1"}
    assert (await buyer.post(f"{path}/payments", data=pay | {"reference": ""})).status_code == 422
    paid = await buyer.post(f"{path}/payments", data=pay)
    assert paid.headers["Location"] == f"{path}?said=purchase_paid"
    page = (await buyer.get(path)).text
    payment_id = re.search(r"/purchase-payments/([0-9a-f-]+)/reversal", page)[1]
    back = {"form": "reversal", "at": path, f"reason.{payment_id}": "Salah"}
    assert (await buyer.post(f"/purchase-payments/{payment_id}/reversal", data=back)).status_code == 303


async def test_a_cut_without_a_reason_keeps_what_was_typed(browser, purchase):
    seller, line = await browser(Role.WHOLESALER), purchase["lines"][0]
    less = {f"choice.{line['id']}": "none", f"reason.{line['id']}": ""}
    refused = await seller.post(f"/purchases/{purchase['id']}/answers", data=form(purchase, **less))
    assert refused.status_code == 422
    assert f'id="answers-reason.{line["id"]}-wrong"' in refused.text
    assert 'value="none" checked' in refused.text
    less[f"reason.{line['id']}"] = "out_of_stock"
    sent = await seller.post(f"/purchases/{purchase['id']}/answers", data=form(purchase, confirmed="yes", **less))
    assert sent.status_code == 303
    assert "Stok habis" in (await seller.get(f"/purchases/{purchase['id']}")).text
    late = await seller.post(f"/purchases/{purchase['id']}/answers", data=form(purchase, confirmed="yes", **less))
    assert late.status_code == 409


async def test_the_outlet_is_empty_at_first_and_other_cooperatives_see_nothing(browser, purchase):
    assert "Tidak ada sisa kemasan" in (await (await browser()).get("/outlet-stock")).text
    other = await browser(Role.COOP_OFFICER, 1)
    assert (await other.get(f"/purchases/{purchase['id']}")).status_code == 404
