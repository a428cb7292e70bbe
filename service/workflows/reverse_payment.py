"""A payment that was written down by mistake is taken back, with a reason; nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.invoices import lock_invoice, reversal_of
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.invoices import Invoice, Payment, PaymentKind, require_reversible
from service.domain.permissions import Action, require, require_actor, require_reach
from service.workflows.pay_invoice import move_money


@dataclass(frozen=True, slots=True)
class ReversePayment:
    """The payment, and why it is taken back."""

    payment_id: UUID
    reason: str


async def reverse_payment(work: UnitOfWork, command: ReversePayment) -> Invoice:
    """Take a payment back: its invoice is owed again, and the books of both sides say so.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not pay for the kitchen, or there is no such payment of it.
    AlreadyReversed, MoneyRefunded
        If it was taken back before, or its money was given back by a refund since.
    """
    actor = require_actor(work.actor)
    payment = await work.session.get(Payment, command.payment_id)
    if payment is None or payment.kind is not PaymentKind.PAYMENT:
        require(actor, Action.INVOICES_PAY)
        raise NotFound("No such payment.")
    seen = await work.session.get_one(Invoice, payment.invoice_id)
    require_reach(
        actor, Action.INVOICES_PAY, region_code=seen.region_code, organisation_ids=(seen.kitchen_id,), what="payment"
    )
    invoice = await lock_invoice(work.session, seen.id)
    require_reversible(invoice, payment, is_reversed=await reversal_of(work.session, payment.id) is not None)
    await move_money(
        work,
        invoice,
        kind=PaymentKind.REVERSAL,
        amount_idr=payment.amount_idr,
        paid_on=payment.paid_on,
        reference=command.reason,
        reverses_id=payment.id,
    )
    return invoice
