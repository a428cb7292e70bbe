"""A payment or refund that was written down by mistake is taken back, with a reason; nothing is deleted."""

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
    """The payment or refund, and why it is taken back."""

    payment_id: UUID
    reason: str


async def reverse_payment(work: UnitOfWork, command: ReversePayment) -> Invoice:
    """Take a payment back, as the kitchen: its invoice is owed again, and the books of both sides say so.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not pay for the kitchen, or there is no such payment of it.
    AlreadyReversed, MoneyRefunded
        If it was taken back before, or its money was given back by a refund since.
    """
    return await _reverse(work, command, PaymentKind.PAYMENT, Action.INVOICES_PAY)


async def reverse_refund(work: UnitOfWork, command: ReversePayment) -> Invoice:
    """Take a refund back, as the cooperative: the money is still to be given back, and the books say so.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not refund for the cooperative, or there is no such refund of it.
    AlreadyReversed
        If it was taken back before.
    """
    return await _reverse(work, command, PaymentKind.REFUND, Action.INVOICES_REFUND)


async def _reverse(work: UnitOfWork, command: ReversePayment, kind: PaymentKind, action: Action) -> Invoice:
    actor = require_actor(work.actor)
    moved = await work.session.get(Payment, command.payment_id)
    if moved is None or moved.kind is not kind:
        require(actor, action)
        raise NotFound(f"No such {kind.value}.")
    seen = await work.session.get_one(Invoice, moved.invoice_id)
    owner_id = seen.kitchen_id if kind is PaymentKind.PAYMENT else seen.cooperative_id
    require_reach(actor, action, region_code=seen.region_code, organisation_ids=(owner_id,), what=kind.value)
    invoice = await lock_invoice(work.session, seen.id)
    require_reversible(invoice, moved, is_reversed=await reversal_of(work.session, moved.id) is not None)
    await move_money(
        work,
        invoice,
        kind=PaymentKind.REVERSAL,
        amount_idr=-moved.amount_idr,
        paid_on=moved.paid_on,
        reference=command.reason,
        reverses_id=moved.id,
    )
    return invoice
