"""Money and fair share: each member sees its own, the city the fair share of all."""

import re
from datetime import date, timedelta

import pytest

from service.domain.invoices import InvoiceStatus
from service.domain.orders import Order, OrderLine
from service.domain.people import Role
from service.web.pages import money
from tests.factories.deliveries import new_credit_note, new_delivery, new_invoice, new_receipt

ISSUED_ON = date(2026, 11, 1)
LATE, TO_REFUND, LATEST = "INV/1", "INV/2", "INV/3"


@pytest.fixture
async def invoices(session, world, drop, monkeypatch):
    """Three invoices on pages of two: the oldest is late, of the next goods were credited after it was paid."""
    monkeypatch.setattr(money, "MOST_ROWS", 2)
    delivery, line = drop
    order_line = await session.get_one(OrderLine, line.order_line_id)
    order = await session.get_one(Order, order_line.order_id)
    changes = {
        LATE: {"due_on": ISSUED_ON + timedelta(days=7)},
        TO_REFUND: {"status": InvoiceStatus.PAID, "paid_idr": 520_000, "credited_idr": 20_000},
        LATEST: {},
    }
    for number, (name, changed) in enumerate(changes.items(), start=1):
        more = new_delivery(order, order_line, number=f"SJ-{number}", drop_no=delivery.drop_no + number)
        session.add(more)
        await session.flush()
        receipt = new_receipt(more)
        session.add(receipt)
        await session.flush()
        fields = {"sequence": number, "number": name, "issued_on": ISSUED_ON + timedelta(days=number)}
        invoice = new_invoice(receipt, **fields, **changed)
        session.add(invoice)
        await session.flush()
        note = {"sequence": number, "number": f"NK/{number}", "issued_on": fields["issued_on"]}
        session.add(new_credit_note(invoice, world.users[Role.FIELD_ASSISTANT], **note))
        await session.flush()


def listed(page):
    """Return the numbers of the invoices and of the credit notes on a page, and where its lists go on."""
    numbers = re.findall(r"(?:INV|NK)/\d", re.sub(r"\(INV/\d\)", "", page))
    return numbers, [link.replace("&amp;", "&") for link in re.findall(r'href="(/money\?[^"]*after=[^"]*)"', page)]


async def test_a_cooperative_reaches_its_older_invoices_and_credit_notes(page_as, invoices):
    officer = page_as(Role.COOP_OFFICER)
    numbers, [older, older_notes] = listed((await officer.get("/money")).text)
    assert numbers == [LATEST, TO_REFUND, "NK/3", "NK/2"]
    assert listed((await officer.get(older)).text)[0][0] == LATE
    assert "NK/1" in listed((await officer.get(older_notes)).text)[0]


@pytest.mark.parametrize(("narrowed", "number"), [("overdue=true", LATE), ("refundable=true", TO_REFUND)])
async def test_its_sums_lead_to_what_they_add_up(page_as, invoices, narrowed, number):
    officer = page_as(Role.COOP_OFFICER)
    page = (await officer.get("/money")).text
    [address] = set(re.findall(rf'<dd><a href="(/money\?{narrowed}[^"]*)"', page))
    assert listed((await officer.get(address)).text)[0][0] == number
    assert [one for one in listed((await officer.get(address)).text)[0] if one.startswith("INV")] == [number]


async def test_a_narrowed_list_goes_on_narrowed(page_as, invoices, monkeypatch):
    monkeypatch.setattr(money, "MOST_ROWS", 1)
    officer = page_as(Role.COOP_OFFICER)
    _, [more, _notes] = listed((await officer.get("/money?status=issued")).text)
    assert "status=issued" in more
    assert listed((await officer.get(more)).text)[0][0] == LATE


@pytest.mark.parametrize("role", [Role.COOP_OFFICER, Role.WHOLESALER, Role.KITCHEN_ACCOUNTANT])
async def test_members_see_their_statement_over_a_period(page_as, role):
    shown = await page_as(role).get("/money?from_date=2026-11-01&to_date=")
    assert (shown.status_code, "Rekening koran" in shown.text) == (200, True)
    assert (await page_as(role).get("/money?from_date=2026-11-02&to_date=2026-11-01")).status_code == 422


async def test_a_cooperative_sees_its_fair_share_with_the_formula_in_words(page_as, world):
    own = (await page_as(Role.COOP_OFFICER).get("/fair-share")).text
    assert world.cooperative.name in own
    assert "Keandalan adalah" in own
    assert (await page_as(Role.WHOLESALER).get("/fair-share")).status_code == 403
