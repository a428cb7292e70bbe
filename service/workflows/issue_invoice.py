"""A signed receipt becomes an invoice in the same transaction: goods that were taken are owed for, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from service.database.queries.deliveries import NotedLine, codes_of
from service.database.queries.entry_facts import read_policy_values
from service.database.queries.invoices import next_number
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.events import EventType
from service.domain.invoices import Invoice, InvoiceLine, InvoiceStatus, NumberedPaper, due_on, invoice_number
from service.domain.ledgers import Booking, LedgerEntry, Movement, sale
from service.domain.places import Region
from service.domain.receipts import Receipt, ReceiptLine
from service.domain.units import value_idr


async def issue_invoice(
    work: UnitOfWork, receipt: Receipt, lines: Sequence[ReceiptLine], shown: Mapping[UUID, NotedLine]
) -> Invoice | None:
    """Invoice what was accepted, at the prices of the order; nothing if all was refused.

    Parameters
    ----------
    receipt, lines
        The receipt, just signed and held by the caller, and what was weighed of it.
    shown
        The delivery's lines by id, with their items.
    """
    region = await work.session.get_one(Region, receipt.region_code)
    today = local_day(work.now, timezone=region.timezone)
    positions = {line_id: each.line.position for line_id, each in shown.items()}
    taken = sorted((line for line in lines if line.accepted_qty), key=lambda line: positions[line.delivery_line_id])
    total_idr = sum(_value_idr(line, shown) for line in taken)
    if not total_idr:
        return None
    invoice = await _invoice(work, receipt, today, total_idr)
    work.session.add(invoice)
    await work.session.flush()
    work.session.add_all(_line(work, invoice, position, line, shown) for position, line in enumerate(taken, 1))
    movement = Movement(invoice.cooperative_id, invoice.kitchen_id, total_idr)
    book(work, sale(movement), movement_id=invoice.id, region_code=invoice.region_code, booked_on=today)
    after = {"number": invoice.number, "total_idr": total_idr, "due_on": invoice.due_on.isoformat()}
    work.record("invoice.issued", "invoice", invoice.id, region_code=invoice.region_code, after=after)
    work.announce(
        EventType.INVOICE_ISSUED,
        entity="invoice",
        entity_id=invoice.id,
        region_code=invoice.region_code,
        concerns=(invoice.cooperative_id, invoice.kitchen_id),
        facts=after,
    )
    await work.session.flush()
    return invoice


def book(
    work: UnitOfWork, bookings: Iterable[Booking], *, movement_id: UUID, region_code: str, booked_on: date
) -> None:
    """Write the entries of one movement into the books of both sides."""
    work.session.add_all(
        LedgerEntry(
            id=work.new_id(),
            movement_id=movement_id,
            region_code=region_code,
            booked_on=booked_on,
            organisation_id=booking.organisation_id,
            counterparty_id=booking.counterparty_id,
            account=booking.account,
            amount_idr=booking.amount_idr,
        )
        for booking in bookings
    )


def _value_idr(line: ReceiptLine, shown: Mapping[UUID, NotedLine]) -> int:
    noted = shown[line.delivery_line_id]
    return value_idr(qty=line.accepted_qty, price_idr=noted.line.price_idr, unit=noted.item.unit)


def _line(
    work: UnitOfWork, invoice: Invoice, position: int, line: ReceiptLine, shown: Mapping[UUID, NotedLine]
) -> InvoiceLine:
    return InvoiceLine(
        id=work.new_id(),
        created_at=work.now,
        invoice_id=invoice.id,
        position=position,
        receipt_line_id=line.id,
        item_code=line.item_code,
        qty=line.accepted_qty,
        price_idr=shown[line.delivery_line_id].line.price_idr,
        value_idr=_value_idr(line, shown),
    )


async def _invoice(work: UnitOfWork, receipt: Receipt, today: date, total_idr: int) -> Invoice:
    policy = await read_policy_values(work.session, receipt.region_code)
    sequence = await next_number(
        work.session, paper=NumberedPaper.INVOICE, cooperative_id=receipt.cooperative_id, year=today.year
    )
    codes = await codes_of(work.session, [receipt.cooperative_id])
    return Invoice(
        id=work.new_id(),
        created_at=work.now,
        region_code=receipt.region_code,
        week_start=receipt.week_start,
        number=invoice_number(cooperative_code=codes[receipt.cooperative_id], year=today.year, sequence=sequence),
        year=today.year,
        sequence=sequence,
        receipt_id=receipt.id,
        cooperative_id=receipt.cooperative_id,
        kitchen_id=receipt.kitchen_id,
        issued_on=today,
        due_on=due_on(today, policy.invoice_due_days),
        total_idr=total_idr,
        status=InvoiceStatus.ISSUED,
    )
