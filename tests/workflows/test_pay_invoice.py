"""Money for goods: paid in parts, never beyond what is owed, and the books of both sides balance."""

import asyncio
import uuid
from dataclasses import replace
from datetime import date

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from service.database.queries.invoices import next_number, open_idr_of
from service.domain.errors import InvalidField, NotFound, NotPermitted
from service.domain.invoices import Invoice, InvoiceStatus, NumberedPaper, Payment
from service.domain.ledgers import Account, LedgerEntry
from service.domain.people import Role
from service.domain.purchases import Purchase
from service.workflows.pay_invoice import PayInvoice, pay_invoice
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from tests.factories.delivered_weeks import add_delivered_week, send_out, sign_both, take_in
from tests.workflows.test_orders_at_once import at_once, kinds


async def invoiced(work):
    """Bring the first note's goods, sign for them, and return week and invoice."""
    delivered = await add_delivered_week(work)
    note = delivered.notes[0]
    await send_out(work, delivered, note)
    await sign_both(work, delivered, await take_in(work, delivered, note))
    return delivered, (await work.session.scalars(sa.select(Invoice))).one()


def paying(invoice, amount_idr):
    return PayInvoice(invoice.id, amount_idr, invoice.issued_on, "TRX-1")


async def pay(work, delivered, invoice, amount_idr):
    by = replace(work, actor=delivered.people[Role.KITCHEN_ACCOUNTANT])
    return await pay_invoice(by, paying(invoice, amount_idr))


async def balances(session):
    total = sa.func.sum(LedgerEntry.amount_idr)
    rows = await session.execute(
        sa.select(LedgerEntry.organisation_id, LedgerEntry.account, total)
        .where(LedgerEntry.movement_id.not_in(sa.select(Purchase.id)))
        .group_by(LedgerEntry.organisation_id, LedgerEntry.account)
    )
    return {(organisation_id, account): int(amount) for organisation_id, account, amount in rows}


async def test_an_invoice_is_paid_in_parts_and_the_books_of_both_sides_follow(work):
    delivered, invoice = await invoiced(work)
    total = invoice.total_idr
    await pay(work, delivered, invoice, 100)
    assert (invoice.status, invoice.paid_idr) == (InvoiceStatus.PARTLY_PAID, 100)
    assert await open_idr_of(work.session, [invoice.cooperative_id], region_code=invoice.region_code) == {
        invoice.cooperative_id: total - 100
    }
    await pay(work, delivered, invoice, total - 100)
    assert invoice.status is InvoiceStatus.PAID
    assert await open_idr_of(work.session, [invoice.cooperative_id], region_code=invoice.region_code) == {}
    assert await balances(work.session) == {
        (invoice.cooperative_id, Account.RECEIVABLE): 0,
        (invoice.cooperative_id, Account.SALES): -total,
        (invoice.cooperative_id, Account.BANK): total,
        (invoice.kitchen_id, Account.PAYABLE): 0,
        (invoice.kitchen_id, Account.PURCHASES): total,
        (invoice.kitchen_id, Account.BANK): -total,
    }
    await work.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


async def test_a_movement_that_does_not_balance_is_refused_by_the_database(work):
    _, invoice = await invoiced(work)
    work.session.add(
        LedgerEntry(
            id=uuid.uuid4(),
            movement_id=uuid.uuid4(),
            region_code=invoice.region_code,
            booked_on=date(2026, 11, 29),
            organisation_id=invoice.cooperative_id,
            counterparty_id=invoice.kitchen_id,
            account=Account.BANK,
            amount_idr=1,
        )
    )
    await work.session.flush()
    with pytest.raises(DBAPIError, match="does not balance") as caught:
        async with work.session.begin_nested():
            await work.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert isinstance(caught.value.orig, psycopg.errors.CheckViolation)


@pytest.mark.parametrize("change", ["UPDATE ledger_entry SET amount_idr = 2 * amount_idr", "DELETE FROM ledger_entry"])
async def test_what_is_booked_cannot_be_changed(work, change):
    await invoiced(work)
    with pytest.raises(DBAPIError, match="never changed"):
        async with work.session.begin_nested():
            await work.session.execute(sa.text(change))


async def test_only_the_kitchens_accountant_pays_and_no_more_than_is_owed(work):
    delivered, invoice = await invoiced(work)
    with pytest.raises(NotPermitted):
        await pay_invoice(replace(work, actor=delivered.head), paying(invoice, 1))
    accountant = delivered.people[Role.KITCHEN_ACCOUNTANT]
    stranger = replace(accountant, organisation_id=uuid.uuid4())
    with pytest.raises(NotFound):
        await pay_invoice(replace(work, actor=stranger), paying(invoice, 1))
    with pytest.raises(InvalidField):
        await pay(work, delivered, invoice, invoice.total_idr + 1)


async def test_of_many_who_pay_at_once_no_more_than_is_owed_is_taken(crowd):
    async with crowd.begin() as work:
        delivered, invoice = await invoiced(work)
    third = invoice.total_idr // 3 + 1
    accountant = delivered.people[Role.KITCHEN_ACCOUNTANT]
    results = await at_once(crowd, [(accountant, lambda work: pay_invoice(work, paying(invoice, third)))] * 10, seed=1)
    assert kinds(results) == {"Invoice": 2, "InvalidField": 8}
    async with crowd.begin() as work:
        paid = await work.session.scalar(sa.select(sa.func.sum(Payment.amount_idr)))
        assert paid == (await work.session.get_one(Invoice, invoice.id)).paid_idr == 2 * third


async def test_of_two_sides_that_sign_at_once_one_closes_the_receipt_and_one_invoice_is_issued(crowd):
    async with crowd.begin() as work:
        delivered = await add_delivered_week(work)
        await send_out(work, delivered, delivered.notes[0])
        receipt = await take_in(work, delivered, delivered.notes[0])

    def signing(work):
        return sign_receipt(work, SignReceipt(receipt.id))

    results = await at_once(crowd, [(delivered.head, signing), (delivered.officer, signing)] * 5, seed=2)
    assert kinds(results) == {"Receipt": 10}
    async with crowd.begin() as work:
        assert len(list(await work.session.scalars(sa.select(Invoice)))) == 1


async def test_numbers_have_no_gap_though_some_are_given_back(crowd):
    """Ten take a number at once; every third fails before it is kept."""
    async with crowd.begin() as work:
        delivered = await add_delivered_week(work)
    cooperative_id = delivered.week.cooperatives[0].id
    kept = []

    async def take(number):
        async with crowd.begin() as work:
            taken = await next_number(
                work.session, paper=NumberedPaper.INVOICE, cooperative_id=cooperative_id, year=2026
            )
            if number % 3 == 0:
                message = "crashed before the invoice was kept"
                raise RuntimeError(message)
        kept.append(taken)

    await asyncio.gather(*(take(number) for number in range(10)), return_exceptions=True)
    assert sorted(kept) == list(range(1, len(kept) + 1))
    assert len(kept) == 6
