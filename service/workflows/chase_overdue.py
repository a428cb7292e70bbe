"""Money that is late is announced once to both sides, whoever of many workers looks."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.invoices import late_invoice_ids, lock_invoice
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.calendars import local_day
from service.domain.events import EventType
from service.domain.invoices import is_to_chase, open_idr
from service.domain.places import Region
from service.workflows.do_each import do_each


@dataclass(frozen=True, slots=True)
class ChaseInvoice:
    """An invoice that may be late."""

    invoice_id: UUID


async def chase_overdue(units: UnitsOfWork) -> list[UUID]:
    """Announce every invoice that became late, each in a short transaction of its own.

    Returns
    -------
    list of UUID
        The invoices announced.
    """
    async with units.begin() as work:
        late = await late_invoice_ids(work.session, work.now)
    done = await do_each(units, [ChaseInvoice(one) for one in late], chase_invoice, failure="invoice_not_chased")
    return [command.invoice_id for command, is_told in done.items() if is_told]


async def chase_invoice(work: UnitOfWork, command: ChaseInvoice) -> bool:
    """Announce the invoice unless it was announced, or paid in the meantime; tell whether it was."""
    invoice = await lock_invoice(work.session, command.invoice_id)
    region = await work.session.get_one(Region, invoice.region_code)
    if not is_to_chase(invoice, local_day(work.now, timezone=region.timezone)):
        return False
    invoice.overdue_told_at = work.now
    after = {"number": invoice.number, "due_on": invoice.due_on.isoformat(), "open_idr": open_idr(invoice)}
    work.record("invoice.overdue", "invoice", invoice.id, region_code=invoice.region_code, after=after)
    work.announce(
        EventType.INVOICE_OVERDUE,
        entity="invoice",
        entity_id=invoice.id,
        region_code=invoice.region_code,
        concerns=(invoice.cooperative_id, invoice.kitchen_id),
        facts=after,
    )
    await work.session.flush()
    return True
