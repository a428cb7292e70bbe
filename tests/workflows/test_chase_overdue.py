"""Late money is told of once, to both sides, and only while some is owed."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.events import Event
from service.domain.invoices import Payment
from service.domain.notifications import Notification
from service.domain.people import Role
from service.workflows.chase_overdue import ChaseInvoice, chase_invoice, chase_overdue
from service.workflows.reverse_payment import ReversePayment, reverse_payment
from service.workflows.tell_events import tell_events
from tests.workflows.test_pay_invoice import invoiced, pay


async def late_week(units, clock):
    """Leave an invoice unpaid until the day after its last day; part of it was paid."""
    async with units.begin() as work:
        delivered, invoice = await invoiced(work)
        await pay(work, delivered, invoice, 1_000)
    return delivered, invoice, clock.now + timedelta(days=15)


async def overdue_events(units):
    async with units.begin() as work:
        return list(await work.session.scalars(sa.select(Event).where(Event.type == "invoice.overdue")))


async def test_an_invoice_is_told_of_once_and_not_before_its_day_is_over(units, clock):
    _, invoice, late = await late_week(units, clock)
    clock.now = late - timedelta(days=1)
    assert await chase_overdue(units) == []

    clock.now = late
    assert await chase_overdue(units) == [invoice.id]
    assert await chase_overdue(units) == []

    [event] = await overdue_events(units)
    assert set(event.concerns) == {invoice.cooperative_id, invoice.kitchen_id}
    assert event.facts["open_idr"] == invoice.total_idr - 1_000


async def test_the_message_names_what_is_still_owed(units, clock):
    _, invoice, late = await late_week(units, clock)
    await tell_events(units)
    clock.now = late
    await chase_overdue(units)
    await tell_events(units)
    async with units.begin() as work:
        query = sa.select(Notification.text).where(Notification.kind == "invoice_overdue")
        texts = set(await work.session.scalars(query))
    owed = f"{invoice.total_idr - 1_000:,}".replace(",", ".")
    assert len(texts) == 1
    assert f"belum lunas. Sisa yang harus dibayar: Rp {owed}." in texts.pop()


async def test_a_paid_invoice_is_never_told_of(units, clock):
    delivered, invoice, late = await late_week(units, clock)
    async with units.begin() as work:
        await pay(work, delivered, invoice, invoice.total_idr - 1_000)
    clock.now = late
    assert await chase_overdue(units) == []


@pytest.mark.parametrize("workers", [5])
async def test_of_many_workers_that_look_at_once_one_tells(crowd, clock, workers):
    _, invoice, late = await late_week(crowd, clock)
    clock.now = late

    async def look():
        async with crowd.begin() as work:
            return await chase_invoice(work, ChaseInvoice(invoice.id))

    assert sorted(await asyncio.gather(*(look() for _ in range(workers)))) == [False] * (workers - 1) + [True]
    assert len(await overdue_events(crowd)) == 1


async def test_money_that_was_late_and_is_taken_back_is_told_of_again(units, clock):
    delivered, invoice, late = await late_week(units, clock)
    clock.now = late
    await chase_overdue(units)
    async with units.begin() as work:
        await pay(work, delivered, invoice, invoice.total_idr - 1_000)
    async with units.begin(actor=delivered.people[Role.KITCHEN_ACCOUNTANT]) as work:
        query = sa.select(Payment).where(Payment.invoice_id == invoice.id).order_by(Payment.amount_idr.desc()).limit(1)
        paid = (await work.session.scalars(query)).one()
        await reverse_payment(work, ReversePayment(paid.id, "wrong invoice"))

    assert await chase_overdue(units) == [invoice.id]
    assert len(await overdue_events(units)) == 2
