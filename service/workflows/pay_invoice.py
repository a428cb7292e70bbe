"""A kitchen's accountant writes down that an invoice, or part of it, was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.invoices import lock_invoice
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.invoices import Invoice, Payment, PaymentKind, apply_payment, require_payable
from service.domain.ledgers import Movement, payment, repayment
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.places import Region
from service.workflows.issue_invoice import book

PAST = {
    PaymentKind.PAYMENT: "paid",
    PaymentKind.REVERSAL: "payment_reversed",
    PaymentKind.REFUND: "refunded",
}
"""What happened to the invoice, by the kind of money that moved."""


@dataclass(frozen=True, slots=True)
class PayInvoice:
    """What was paid of an invoice (rupiah), when, and the bank's reference."""

    invoice_id: UUID
    amount_idr: int
    paid_on: date
    reference: str


async def pay_invoice(work: UnitOfWork, command: PayInvoice) -> Invoice:
    """Count a payment; of two at once, one waits and then finds less owed.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not pay, or the invoice is another kitchen's.
    InvalidField
        If more is paid than owed, or on a day that cannot be.
    """
    actor = require_actor(work.actor)
    seen = await work.session.get(Invoice, command.invoice_id)
    if seen is None:
        require(actor, Action.INVOICES_PAY)
        raise NotFound("No such invoice.")
    require_reach(
        actor, Action.INVOICES_PAY, region_code=seen.region_code, organisation_ids=(seen.kitchen_id,), what="invoice"
    )
    invoice = await lock_invoice(work.session, seen.id)
    region = await work.session.get_one(Region, invoice.region_code)
    today = local_day(work.now, timezone=region.timezone)
    require_payable(invoice, amount_idr=command.amount_idr, paid_on=command.paid_on, today=today)
    await move_money(
        work,
        invoice,
        kind=PaymentKind.PAYMENT,
        amount_idr=command.amount_idr,
        paid_on=command.paid_on,
        reference=command.reference,
    )
    return invoice


async def move_money(
    work: UnitOfWork,
    invoice: Invoice,
    *,
    kind: PaymentKind,
    amount_idr: int,
    paid_on: date,
    reference: str,
    reverses_id: UUID | None = None,
) -> Payment:
    """Count money paid, taken back or given back for an invoice that the caller holds, in the books of both sides.

    Parameters
    ----------
    amount_idr
        Above 0 if the cooperative gets it, below 0 if the kitchen does.
    """
    moved = Payment(
        id=work.new_id(),
        created_at=work.now,
        invoice_id=invoice.id,
        region_code=invoice.region_code,
        amount_idr=amount_idr,
        paid_on=paid_on,
        reference=reference,
        recorded_by=require_actor(work.actor).user_id,
        kind=kind,
        reverses_id=reverses_id,
    )
    work.session.add(moved)
    apply_payment(invoice, moved.amount_idr)
    region = await work.session.get_one(Region, invoice.region_code)
    movement = Movement(invoice.cooperative_id, invoice.kitchen_id, abs(amount_idr))
    book(
        work,
        payment(movement) if amount_idr > 0 else repayment(movement),
        movement_id=moved.id,
        region_code=invoice.region_code,
        booked_on=local_day(work.now, timezone=region.timezone),
    )
    _record(work, invoice, moved)
    await work.session.flush()
    return moved


def _record(work: UnitOfWork, invoice: Invoice, moved: Payment) -> None:
    is_refund_undone = moved.kind is PaymentKind.REVERSAL and moved.amount_idr > 0
    what = EventType.INVOICE_REFUND_REVERSED.value if is_refund_undone else f"invoice.{PAST[moved.kind]}"
    after = {
        "kind": moved.kind.value,
        "amount_idr": moved.amount_idr,
        "paid_idr": invoice.paid_idr,
        "status": invoice.status.value,
        "reference": moved.reference,
    }
    work.record(what, "invoice", invoice.id, region_code=invoice.region_code, after=after)
    work.announce(
        EventType(what),
        entity="invoice",
        entity_id=invoice.id,
        region_code=invoice.region_code,
        concerns=(invoice.cooperative_id, invoice.kitchen_id),
        facts=after,
    )
