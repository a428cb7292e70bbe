"""Money that is owed back is asked for once, after as many days as the invoice gave to pay."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.credit_notes import LateReject
from service.domain.events import Event
from service.domain.invoices import Payment, PaymentKind
from service.domain.notifications import Notification
from service.domain.receipts import RejectReason
from service.workflows.chase_refunds import chase_refund, chase_refunds
from service.workflows.refund_invoice import RefundInvoice, refund_invoice
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.reverse_payment import ReversePayment, reverse_refund
from service.workflows.tell_events import tell_events
from tests.factories.runs import rows
from tests.workflows.test_pay_invoice import invoiced, pay
from tests.workflows.test_reject_late import lines_of
from tests.workflows.timers import forgotten


async def credited_week(units, clock):
    """An invoice that is paid, and goods of it that turned out bad; the day after which the refund is late."""
    async with units.begin() as work:
        delivered, invoice = await invoiced(work)
        await pay(work, delivered, invoice, invoice.total_idr)
        [line, *_] = await lines_of(work, invoice)
    async with units.begin(actor=delivered.head) as work:
        rejects = (LateReject(line.id, 2_000, RejectReason.SPOILED),)
        note = await reject_late(work, RejectLate(invoice.receipt_id, rejects))
    return delivered, invoice, note, clock.now + (invoice.due_on - invoice.issued_on) + timedelta(days=1)


async def give_back(units, delivered, invoice, amount_idr):
    async with units.begin(actor=delivered.officer) as work:
        await refund_invoice(work, RefundInvoice(invoice.id, amount_idr, invoice.issued_on, "TRX-9"))


async def is_forgotten(units, invoice):
    async with units.begin() as work:
        return invoice.id in {getattr(one, "id", None) for one in await forgotten(work.session, work.now)}


async def test_a_refund_is_told_of_once_and_not_before_its_day_is_over(units, clock):
    _, invoice, note, late = await credited_week(units, clock)
    await tell_events(units)
    assert await is_forgotten(units, invoice)
    clock.now = late - timedelta(days=1)
    assert await chase_refunds(units) == []

    clock.now = late
    assert await chase_refunds(units) == [invoice.id]
    assert await chase_refunds(units) == []

    assert not await is_forgotten(units, invoice)
    await tell_events(units)
    [event] = await rows(units, Event, type="invoice.refund_overdue")
    assert set(event.concerns) == {invoice.cooperative_id, invoice.kitchen_id}
    texts = {one.text for one in await rows(units, Notification, kind="refund_overdue")}
    owed = f"{note.total_idr:,}".replace(",", ".")
    assert len(texts) == 1
    assert f"Kelebihan bayar tagihan {invoice.number} sebesar Rp {owed} seharusnya dikembalikan" in texts.pop()


async def test_a_refund_that_is_made_is_never_told_of(units, clock):
    delivered, invoice, note, late = await credited_week(units, clock)
    await give_back(units, delivered, invoice, note.total_idr)
    clock.now = late
    assert await chase_refunds(units) == []
    assert not await is_forgotten(units, invoice)


async def test_of_what_is_left_of_a_refund_nobody_is_told_twice(units, clock):
    delivered, invoice, _, late = await credited_week(units, clock)
    clock.now = late
    await chase_refunds(units)
    await give_back(units, delivered, invoice, 1)
    assert await chase_refunds(units) == []


async def test_a_late_refund_that_is_taken_back_is_told_of_again(units, clock):
    delivered, invoice, note, late = await credited_week(units, clock)
    clock.now = late
    assert await chase_refunds(units) == [invoice.id]
    await give_back(units, delivered, invoice, note.total_idr)
    async with units.begin(actor=delivered.officer) as work:
        made = sa.select(Payment.id).where(Payment.kind == PaymentKind.REFUND)
        await reverse_refund(work, ReversePayment((await work.session.scalars(made)).one(), "bounced"))
    assert await chase_refunds(units) == [invoice.id]
    assert await chase_refunds(units) == []


@pytest.mark.parametrize("workers", [3])
async def test_of_many_workers_that_look_at_once_one_tells(crowd, clock, workers):
    _, invoice, _, clock.now = await credited_week(crowd, clock)

    async def look():
        async with crowd.begin() as work:
            return await chase_refund(work, invoice.id)

    assert sorted(await asyncio.gather(*(look() for _ in range(workers)))) == [False] * (workers - 1) + [True]
