"""Late money for packs is told of once, to cooperative and wholesaler, and only while some is owed."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from service.domain.events import Event
from service.domain.notifications import Notification
from service.domain.payables import PurchasePayment
from service.workflows.chase_payables import ChasePurchase, chase_payables, chase_purchase
from service.workflows.pay_purchase import ReversePurchasePayment, reverse_purchase_payment
from service.workflows.tell_events import tell_events
from tests.workflows.test_pay_invoice import invoiced
from tests.workflows.test_pay_purchase import owed, paying
from tests.workflows.test_reject_late import lines_of, rejecting


async def late_purchase(units, clock):
    """Leave a purchase unpaid until the day after its last day; part of it was paid."""
    async with units.begin() as work:
        _, officer, purchase = await owed(work)
        await paying(purchase, 1_000)(replace(work, actor=officer))
    return officer, purchase, clock.now + timedelta(days=15)


async def overdue_events(units):
    async with units.begin() as work:
        return list(await work.session.scalars(sa.select(Event).where(Event.type == "purchase.overdue")))


async def texts_of(units, kind):
    await tell_events(units)
    async with units.begin() as work:
        return set(await work.session.scalars(sa.select(Notification.text).where(Notification.kind == kind)))


async def test_late_money_for_packs_is_told_of_once_and_not_before_its_day_is_over(units, clock):
    _, purchase, late = await late_purchase(units, clock)
    clock.now = late - timedelta(days=1)
    assert await chase_payables(units) == []
    clock.now = late
    assert await chase_payables(units) == [purchase.id]
    assert await chase_payables(units) == []
    [event] = await overdue_events(units)
    assert set(event.concerns) == {purchase.cooperative_id, purchase.wholesaler_id}
    left = f"{purchase.total_idr - 1_000:,}".replace(",", ".")
    [text] = await texts_of(units, "purchase_overdue")
    assert purchase.number in text
    assert f"Sisa yang harus dibayar: Rp {left}." in text


async def test_what_is_paid_is_never_told_of(units, clock):
    officer, purchase, late = await late_purchase(units, clock)
    async with units.begin() as work:
        await paying(purchase, purchase.total_idr - 1_000)(replace(work, actor=officer))
    clock.now = late
    assert await chase_payables(units) == []


async def test_money_that_was_late_and_is_taken_back_is_told_of_again(units, clock):
    officer, purchase, late = await late_purchase(units, clock)
    clock.now = late
    assert await chase_payables(units) == [purchase.id]
    async with units.begin() as work:
        await paying(purchase, purchase.total_idr - 1_000)(replace(work, actor=officer))
    assert await chase_payables(units) == []
    async with units.begin() as work:
        paid = sa.select(PurchasePayment.id).where(PurchasePayment.amount_idr > 1_000)
        command = ReversePurchasePayment((await work.session.scalars(paid)).one(), "bounced")
        await reverse_purchase_payment(replace(work, actor=officer), command)
    assert await chase_payables(units) == [purchase.id]
    assert await chase_payables(units) == []


async def test_of_many_workers_that_look_at_once_one_tells(crowd, clock):
    _, purchase, late = await late_purchase(crowd, clock)
    clock.now = late

    async def look():
        async with crowd.begin() as work:
            return await chase_purchase(work, ChasePurchase(purchase.id))

    assert sorted(await asyncio.gather(*(look() for _ in range(5)))) == [False] * 4 + [True]
    assert len(await overdue_events(crowd)) == 1


async def test_the_cooperative_hears_of_a_credit_note(units):
    async with units.begin() as work:
        delivered, invoice = await invoiced(work)
        [line, *_] = await lines_of(work, invoice)
        note = await rejecting(invoice, line, line.accepted_qty)(replace(work, actor=delivered.head))
    [text] = await texts_of(units, "credit_note")
    assert note.number in text
    assert invoice.number in text
