"""Money and suppliers of a kitchen through the pages."""

import pytest

from service.domain.people import Role
from tests.factories.things import add_catalogue_things, add_things


@pytest.fixture
async def things(session, world):
    return await add_catalogue_things(session) | await add_things(session, world)


async def test_an_invoice_is_listed_and_paid_in_parts(page_as, things, session, world):
    browser = page_as(Role.KITCHEN_ACCOUNTANT)
    listed = await browser.get("/payments")
    address = f"/invoices/{things['invoice_id'].value}/payments"
    assert address in listed.text
    page = await browser.get(address)
    assert "Catat pembayaran" in page.text
    day = page.text.split('name="paid_on" type="date" value="')[1].split('"')[0]
    said = {"form": "pay", "at": address, "amount_idr": "Rp 1.000", "paid_on": day, "reference": "TRX-9"}
    wrong = await browser.post(address, data=said | {"amount_idr": "Rp 999.999.999.999"})
    assert wrong.status_code == 422
    assert 'id="pay-amount_idr-wrong"' in wrong.text
    assert 'value="TRX-9"' in wrong.text


async def test_the_head_sees_an_invoice_and_does_not_pay(page_as, things):
    browser, address = page_as(Role.KITCHEN_HEAD), f"/invoices/{things['invoice_id'].value}/payments"
    page = await browser.get(address)
    assert "Akuntan dapur yang mencatat pembayaran." in page.text
    assert (await browser.post(address, data={})).status_code == 403


async def test_suppliers_are_counted_towards_what_is_wanted(page_as, things):
    page = await page_as(Role.KITCHEN_HEAD).get("/suppliers?days=365")
    assert page.status_code == 200
    assert "Pemasok kami" in page.text


async def test_a_counter_price_is_decided_once(page_as, things):
    browser = page_as(Role.KITCHEN_HEAD)
    page = await browser.get("/price-proposals")
    assert "Usulan harga" in page.text
    address = f"/price-proposals/{things['price_proposal_id'].value}/decision"
    unsaid = await browser.post(address, data={"form": "x", "at": "/price-proposals", "version": "1"})
    assert unsaid.status_code == 422
    stale = await browser.post(address, data={"at": "/price-proposals", "version": "99", "then": "refuse"})
    assert stale.status_code in {409, 412}
