"""What a kitchen accounts for: goods taken and invoiced for the cooking days of a period, with lots and invoices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.calendars import week_of
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryLot
from service.domain.invoices import Invoice, InvoiceLine
from service.domain.items import Item
from service.domain.organisations import Organisation
from service.domain.receipts import Receipt


@dataclass(frozen=True, slots=True)
class InvoicedLine:
    """Accepted goods of an invoice, and the note and supplier they came with."""

    line: InvoiceLine
    item: Item
    invoice: Invoice
    delivery: Delivery
    cooperative: Organisation


async def invoiced_lines(
    session: AsyncSession, kitchen_id: UUID, *, from_date: date, to_date: date
) -> list[InvoicedLine]:
    """Return what a kitchen was invoiced for the cooking days of a period, by day, invoice and position."""
    query = (
        sa.select(InvoiceLine, Item, Invoice, Delivery, Organisation)
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .join(Item, col(Item.code) == col(InvoiceLine.item_code))
        .join(Receipt, col(Receipt.id) == col(Invoice.receipt_id))
        .join(Delivery, col(Delivery.id) == col(Receipt.delivery_id))
        .join(Organisation, col(Organisation.id) == col(Invoice.cooperative_id))
        .where(
            col(Invoice.kitchen_id) == kitchen_id,
            col(Invoice.week_start).between(week_of(from_date), to_date),
            col(Delivery.needed_date).between(from_date, to_date),
        )
        .order_by(col(Delivery.needed_date), col(Invoice.number), col(InvoiceLine.position))
    )
    return [InvoicedLine(*row) for row in await session.execute(query)]


async def producers_of(
    session: AsyncSession, kitchen_id: UUID, *, from_date: date, to_date: date
) -> dict[UUID, tuple[str, ...]]:
    """Return the producers behind the lots that a kitchen was brought, by cooperative."""
    query = (
        sa.select(col(Delivery.cooperative_id), col(DeliveryLot.producer))
        .join(DeliveryLine, col(DeliveryLine.id) == col(DeliveryLot.delivery_line_id))
        .join(Delivery, col(Delivery.id) == col(DeliveryLine.delivery_id))
        .where(col(Delivery.kitchen_id) == kitchen_id, col(Delivery.needed_date).between(from_date, to_date))
        .distinct()
        .order_by(col(Delivery.cooperative_id), col(DeliveryLot.producer))
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for cooperative_id, producer in await session.execute(query):
        found[cooperative_id] = (*found.get(cooperative_id, ()), producer)
    return found
