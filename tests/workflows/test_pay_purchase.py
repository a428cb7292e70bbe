"""Wholesalers are owed for what they confirmed, and paid by the cooperative, in the books of both."""

import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.database.queries.invariants import violations
from service.database.queries.ledgers import LedgerFilter, list_entries
from service.domain.errors import AlreadyReversed, InvalidField, NotFound, NotPermitted
from service.domain.ledgers import Account
from service.domain.payables import PurchasePayment, open_idr
from service.domain.people import Role, User
from service.domain.purchases import Purchase
from service.workflows.expire_purchases import expire_purchase
from service.workflows.pay_purchase import PayPurchase, ReversePurchasePayment, pay_purchase, reverse_purchase_payment
from tests.factories.plans import actor_of
from tests.workflows.test_orders_at_once import at_once, kinds
from tests.workflows.test_purchases import bought, selling


async def owed(work):
    """Let a wholesaler confirm all; return it, the cooperative's officer and the purchase."""
    wholesaler, purchase, line = await bought(work)
    await selling(purchase, line, line.ordered_packs)(replace(work, actor=wholesaler))
    officers = sa.select(User).where(User.role == Role.COOP_OFFICER, User.organisation_id == purchase.cooperative_id)
    return wholesaler, actor_of((await work.session.scalars(officers)).one()), purchase


def paying(purchase, amount_idr):
    command = PayPurchase(purchase.id, amount_idr, purchase.owed_on, "TRX-1")
    return lambda work: pay_purchase(work, command)


async def test_confirmed_packs_are_owed_for_and_paid_in_parts(work):
    _, officer, purchase = await owed(work)
    total = purchase.total_idr
    assert total == open_idr(purchase) > 0
    await paying(purchase, total // 3)(replace(work, actor=officer))
    assert open_idr(purchase) == total - total // 3
    book = LedgerFilter(purchase.region_code, purchase.wholesaler_id)
    entries = await list_entries(work.session, book, after=None, limit=9)
    assert {(one.document, one.number, one.entry.account, one.entry.amount_idr) for one in entries} == {
        ("purchase", purchase.number, Account.RECEIVABLE, total),
        ("purchase", purchase.number, Account.SALES, -total),
        ("purchase_payment", purchase.number, Account.BANK, total // 3),
        ("purchase_payment", purchase.number, Account.RECEIVABLE, -(total // 3)),
    }
    assert await violations(work.session) == []
    await work.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


async def test_of_packs_that_nobody_sold_nothing_is_owed(work):
    _, purchase, _ = await bought(work)
    await expire_purchase(replace(work, now=purchase.respond_by_at), purchase.id)
    assert (purchase.total_idr, purchase.owed_on) == (0, None)
    assert await violations(work.session) == []


async def test_a_payment_by_mistake_is_taken_back_once(work):
    _, officer, purchase = await owed(work)
    by = replace(work, actor=officer)
    await paying(purchase, purchase.total_idr)(by)
    paid = (await work.session.scalars(sa.select(PurchasePayment))).one()
    await reverse_purchase_payment(by, ReversePurchasePayment(paid.id, "wrong purchase"))
    assert purchase.paid_idr == 0
    with pytest.raises(AlreadyReversed):
        await reverse_purchase_payment(by, ReversePurchasePayment(paid.id, "again"))
    reversal = (await work.session.scalars(sa.select(PurchasePayment).where(PurchasePayment.amount_idr < 0))).one()
    with pytest.raises(NotFound):
        await reverse_purchase_payment(by, ReversePurchasePayment(reversal.id, "a reversal is none"))
    assert await violations(work.session) == []


async def test_only_the_cooperative_pays_and_no_more_than_is_owed(work):
    wholesaler, officer, purchase = await owed(work)
    with pytest.raises(NotPermitted):
        await paying(purchase, 1)(replace(work, actor=wholesaler))
    with pytest.raises(NotFound):
        await paying(purchase, 1)(replace(work, actor=replace(officer, organisation_id=uuid.uuid4())))
    with pytest.raises(InvalidField):
        await paying(purchase, purchase.total_idr + 1)(replace(work, actor=officer))


async def test_of_many_who_pay_at_once_no_more_than_is_owed_is_taken(crowd):
    async with crowd.begin() as work:
        _, officer, purchase = await owed(work)
    third = purchase.total_idr // 3 + 1
    results = await at_once(crowd, [(officer, paying(purchase, third))] * 8, seed=1)
    assert kinds(results) == {"Purchase": 2, "InvalidField": 6}
    async with crowd.begin() as work:
        assert (await work.session.get_one(Purchase, purchase.id)).paid_idr == 2 * third
        assert await violations(work.session) == []
