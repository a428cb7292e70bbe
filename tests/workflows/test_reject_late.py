"""Signed goods that turned out bad: credited once, refunded if paid, and the books of both sides follow."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.database.queries.invoices import open_idr_of
from service.domain.credit_notes import CreditNote, LateReject
from service.domain.errors import AlreadyReversed, InvalidField, MoneyRefunded, NotFound, NotPermitted, NotSigned
from service.domain.invoices import Invoice, InvoiceLine, InvoiceStatus, Payment, PaymentKind, refundable_idr
from service.domain.people import Role
from service.domain.receipts import ReceiptLine, RejectReason
from service.workflows.refund_invoice import RefundInvoice, refund_invoice
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.reverse_payment import ReversePayment, reverse_payment, reverse_refund
from tests.factories.delivered_weeks import add_delivered_week, send_out, sign_both, take_in
from tests.factories.plans import new_policy
from tests.workflows.test_orders_at_once import at_once, kinds
from tests.workflows.test_pay_invoice import invoiced, pay

SPOILED = RejectReason.SPOILED


async def lines_of(work, invoice):
    query = sa.select(ReceiptLine).where(ReceiptLine.receipt_id == invoice.receipt_id).order_by(ReceiptLine.id)
    return list(await work.session.scalars(query))


def rejecting(invoice, line, qty):
    command = RejectLate(invoice.receipt_id, (LateReject(line.id, qty, SPOILED),))
    return lambda work: reject_late(work, command)


async def test_bad_goods_are_owed_for_no_more(work):
    delivered, invoice = await invoiced(work)
    [line, *_] = await lines_of(work, invoice)
    note = await rejecting(invoice, line, 2_000)(replace(work, actor=delivered.head))
    assert (note.number[-5:], invoice.credited_idr, invoice.status) == ("00001", note.total_idr, InvoiceStatus.ISSUED)
    owed = await open_idr_of(work.session, [invoice.cooperative_id], region_code=invoice.region_code)
    assert owed == {invoice.cooperative_id: invoice.total_idr - note.total_idr}
    assert await violations(work.session) == []
    await work.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


async def test_what_was_paid_already_is_given_back(work):
    delivered, invoice = await invoiced(work)
    await pay(work, delivered, invoice, invoice.total_idr)
    [line, *_] = await lines_of(work, invoice)
    note = await rejecting(invoice, line, 2_000)(replace(work, actor=delivered.head))
    assert (refundable_idr(invoice), invoice.status) == (note.total_idr, InvoiceStatus.PAID)
    by = replace(work, actor=delivered.officer)
    with pytest.raises(InvalidField):
        await refund_invoice(by, RefundInvoice(invoice.id, note.total_idr + 1, invoice.issued_on, "TRX-2"))
    await refund_invoice(by, RefundInvoice(invoice.id, note.total_idr, invoice.issued_on, "TRX-2"))
    assert refundable_idr(invoice) == 0
    assert await violations(work.session) == []


async def test_a_payment_is_taken_back_once(work):
    delivered, invoice = await invoiced(work)
    await pay(work, delivered, invoice, invoice.total_idr)
    paid = (await work.session.scalars(sa.select(Payment))).one()
    by = replace(work, actor=delivered.people[Role.KITCHEN_ACCOUNTANT])
    await reverse_payment(by, ReversePayment(paid.id, "wrong invoice"))
    assert (invoice.status, invoice.paid_idr) == (InvoiceStatus.ISSUED, 0)
    with pytest.raises(AlreadyReversed):
        await reverse_payment(by, ReversePayment(paid.id, "again"))
    kinds_ = [one.kind for one in await work.session.scalars(sa.select(Payment).order_by(Payment.amount_idr))]
    assert kinds_ == [PaymentKind.REVERSAL, PaymentKind.PAYMENT]
    assert await violations(work.session) == []


async def test_a_payment_whose_money_was_given_back_is_not_taken_back(work):
    delivered, invoice = await invoiced(work)
    [line, *_] = await lines_of(work, invoice)
    await pay(work, delivered, invoice, invoice.total_idr)
    note = await rejecting(invoice, line, line.accepted_qty)(replace(work, actor=delivered.head))
    given_back = RefundInvoice(invoice.id, note.total_idr, invoice.issued_on, "TRX-2")
    await refund_invoice(replace(work, actor=delivered.officer), given_back)
    paid = (await work.session.scalars(sa.select(Payment).where(Payment.kind == PaymentKind.PAYMENT))).one()
    by = replace(work, actor=delivered.people[Role.KITCHEN_ACCOUNTANT])
    with pytest.raises(MoneyRefunded) as caught:
        await reverse_payment(by, ReversePayment(paid.id, "wrong invoice"))
    assert caught.value.facts["most_idr"] == invoice.paid_idr == invoice.total_idr - note.total_idr

    refund = (await work.session.scalars(sa.select(Payment).where(Payment.kind == PaymentKind.REFUND))).one()
    undoing, officer = ReversePayment(refund.id, "not sent"), replace(work, actor=delivered.officer)
    with pytest.raises(NotPermitted):
        await reverse_refund(by, undoing)
    with pytest.raises(NotFound):
        await reverse_refund(officer, ReversePayment(paid.id, "a payment is no refund"))
    await reverse_refund(officer, undoing)
    assert refundable_idr(invoice) == note.total_idr
    with pytest.raises(AlreadyReversed):
        await reverse_refund(officer, undoing)
    await reverse_payment(by, ReversePayment(paid.id, "wrong invoice"))
    assert invoice.paid_idr == 0
    assert await violations(work.session) == []


async def test_goods_that_are_worth_nothing_are_not_credited(work):
    delivered, invoice = await invoiced(work)
    [line, *_] = await lines_of(work, invoice)
    await work.session.execute(sa.update(InvoiceLine).values(price_idr=1))
    with pytest.raises(InvalidField) as caught:
        await rejecting(invoice, line, 1)(replace(work, actor=delivered.head))
    assert caught.value.faults[0].code == "worthless"


async def test_before_both_sign_the_line_is_weighed_anew_instead(work):
    delivered = await add_delivered_week(work)
    note = delivered.notes[0]
    await send_out(work, delivered, note)
    receipt = await take_in(work, delivered, note)
    with pytest.raises(NotSigned):
        await reject_late(replace(work, actor=delivered.head), RejectLate(receipt.id, ()))


async def test_too_late_or_too_much_is_refused_and_only_the_kitchen_rejects(work):
    delivered, invoice = await invoiced(work)
    [line, *_] = await lines_of(work, invoice)
    by = replace(work, actor=delivered.head)
    with pytest.raises(InvalidField):
        await rejecting(invoice, line, line.accepted_qty + 1)(by)
    with pytest.raises(InvalidField):
        await rejecting(invoice, line, 1_000)(replace(by, now=work.now + timedelta(days=15)))
    with pytest.raises(NotPermitted):
        await rejecting(invoice, line, 1_000)(replace(work, actor=delivered.officer))
    stranger = replace(delivered.head, organisation_id=delivered.week.kitchens[1].id)
    with pytest.raises(NotFound):
        await rejecting(invoice, line, 1_000)(replace(work, actor=stranger))


async def test_the_citys_policy_says_how_long_goods_can_be_rejected_and_when_money_is_late(work):
    delivered = await add_delivered_week(work)
    longer = {"late_reject_days": 20, "late_reject_keeping_days": 30, "invoice_due_days": 21}
    work.session.add(new_policy(number=2, values={**new_policy().values, **longer}))
    await work.session.flush()
    await send_out(work, delivered, delivered.notes[0])
    await sign_both(work, delivered, await take_in(work, delivered, delivered.notes[0]))
    invoice = (await work.session.scalars(sa.select(Invoice))).one()
    assert invoice.due_on - invoice.issued_on == timedelta(days=21)
    [line, *_] = await lines_of(work, invoice)
    by = replace(work, actor=delivered.head, now=work.now + timedelta(days=19))
    assert await rejecting(invoice, line, 1_000)(by)


@pytest.mark.parametrize("seed", [1, 2])
async def test_of_two_who_reject_all_at_once_one_is_credited(crowd, seed):
    async with crowd.begin() as work:
        delivered, invoice = await invoiced(work)
        [line, *_] = await lines_of(work, invoice)
    deed = (delivered.head, rejecting(invoice, line, line.accepted_qty))
    assert kinds(await at_once(crowd, [deed, deed], seed)) == {"CreditNote": 1, "InvalidField": 1}
    async with crowd.begin() as work:
        assert len(list(await work.session.scalars(sa.select(CreditNote)))) == 1
        assert await violations(work.session) == []
