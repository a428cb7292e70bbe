"""A refund that is owed for longer than an invoice may be is announced once to both sides, whoever of many looks."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.credit_notes import last_credited_on
from service.database.queries.invoices import late_refund_ids, lock_invoice
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.calendars import local_day
from service.domain.events import EventType
from service.domain.invoices import Invoice, is_refund_to_chase, refund_due_on, refundable_idr
from service.domain.places import Region
from service.workflows.do_each import do_each


async def chase_refunds(units: UnitsOfWork) -> list[UUID]:
    """Announce every refund that became late, each in a short transaction of its own.

    Returns
    -------
    list of UUID
        The invoices of which money is owed back.
    """
    async with units.begin() as work:
        late = await late_refund_ids(work.session, work.now)
    done = await do_each(units, late, chase_refund, failure="refund_not_chased")
    return [invoice_id for invoice_id, is_told in done.items() if is_told]


async def chase_refund(work: UnitOfWork, invoice_id: UUID) -> bool:
    """Announce the refund unless it was announced, or made in the meantime; tell whether it was."""
    await work.session.get_one(Invoice, invoice_id)
    invoice = await lock_invoice(work.session, invoice_id)
    credited_on = await last_credited_on(work.session, invoice.id)
    region = await work.session.get_one(Region, invoice.region_code)
    today = local_day(work.now, timezone=region.timezone)
    if credited_on is None or not is_refund_to_chase(invoice, credited_on, today):
        return False
    invoice.refund_told_at = work.now
    due = refund_due_on(invoice, credited_on)
    after = {"number": invoice.number, "due_on": due.isoformat(), "open_idr": refundable_idr(invoice)}
    work.record("invoice.refund_overdue", "invoice", invoice.id, region_code=invoice.region_code, after=after)
    work.announce(
        EventType.INVOICE_REFUND_OVERDUE,
        entity="invoice",
        entity_id=invoice.id,
        region_code=invoice.region_code,
        concerns=(invoice.cooperative_id, invoice.kitchen_id),
        facts=after,
    )
    await work.session.flush()
    return True
