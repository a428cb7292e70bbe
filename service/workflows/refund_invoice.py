"""A cooperative gives back what a kitchen paid beyond what it owes, after goods were credited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.invoices import lock_invoice
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import NotFound
from service.domain.invoices import Invoice, PaymentKind, require_refundable
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.places import Region
from service.workflows.pay_invoice import move_money


@dataclass(frozen=True, slots=True)
class RefundInvoice:
    """What was given back of an invoice (rupiah), when, and the bank's reference."""

    invoice_id: UUID
    amount_idr: int
    paid_on: date
    reference: str


async def refund_invoice(work: UnitOfWork, command: RefundInvoice) -> Invoice:
    """Write a refund down.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not, or the invoice is another cooperative's.
    InvalidField
        If more is given back than was paid beyond what is owed, or on a day that cannot be.
    """
    actor = require_actor(work.actor)
    seen = await work.session.get(Invoice, command.invoice_id)
    if seen is None:
        require(actor, Action.INVOICES_REFUND)
        raise NotFound("No such invoice.")
    require_reach(
        actor,
        Action.INVOICES_REFUND,
        region_code=seen.region_code,
        organisation_ids=(seen.cooperative_id,),
        what="invoice",
    )
    invoice = await lock_invoice(work.session, seen.id)
    region = await work.session.get_one(Region, invoice.region_code)
    today = local_day(work.now, timezone=region.timezone)
    require_refundable(invoice, amount_idr=command.amount_idr, paid_on=command.paid_on, today=today)
    await move_money(
        work,
        invoice,
        kind=PaymentKind.REFUND,
        amount_idr=-command.amount_idr,
        paid_on=command.paid_on,
        reference=command.reference,
    )
    return invoice
