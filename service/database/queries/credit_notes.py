"""Credit notes with their lines, and what of an invoice can still be credited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.domain.credit_notes import CreditNote, CreditNoteLine, TakenLine
from service.domain.invoices import Invoice, InvoiceLine
from service.domain.items import Item
from service.domain.organisations import Organisation


@dataclass(frozen=True, slots=True)
class CreditNoteSummary:
    """A credit note with its invoice and the names of both sides."""

    note: CreditNote
    invoice: Invoice
    cooperative: Organisation
    kitchen: Organisation


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """A line with its credit note and its item."""

    summary: CreditNoteSummary
    line: CreditNoteLine
    item: Item


async def invoice_of_receipt(session: AsyncSession, receipt_id: UUID) -> Invoice | None:
    """Return the invoice of a receipt; none if nothing was taken."""
    return (await session.scalars(sa.select(Invoice).where(col(Invoice.receipt_id) == receipt_id))).one_or_none()


async def last_credited_on(session: AsyncSession, invoice_id: UUID) -> date | None:
    """Return the day of an invoice's last credit note; none if nothing was credited."""
    query = sa.select(sa.func.max(col(CreditNote.issued_on))).where(col(CreditNote.invoice_id) == invoice_id)
    return await session.scalar(query)


async def taken_lines(session: AsyncSession, invoice_id: UUID) -> dict[UUID, TakenLine]:
    """Return an invoice's lines by receipt line, with what was credited; the invoice is held by the caller."""
    credited = (
        sa.select(col(CreditNoteLine.invoice_line_id), sa.func.sum(col(CreditNoteLine.qty)).label("qty"))
        .join(CreditNote, col(CreditNote.id) == col(CreditNoteLine.credit_note_id))
        .where(col(CreditNote.invoice_id) == invoice_id)
        .group_by(col(CreditNoteLine.invoice_line_id))
        .subquery()
    )
    query = (
        sa.select(InvoiceLine, Item, sa.func.coalesce(credited.c.qty, 0))
        .join(Item, col(Item.code) == col(InvoiceLine.item_code))
        .outerjoin(credited, credited.c.invoice_line_id == col(InvoiceLine.id))
        .where(col(InvoiceLine.invoice_id) == invoice_id)
    )
    rows = await session.execute(query)
    return {line.receipt_line_id: TakenLine(line, item, int(qty)) for line, item, qty in rows}


async def list_credit_notes(
    session: AsyncSession,
    *,
    region_code: str,
    cooperative_ids: Sequence[UUID],
    kitchen_ids: Sequence[UUID],
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[CreditNoteSummary]:
    """Return credit notes of a region, the latest first; of a side, all that are named must be it."""
    query = _summaries().where(
        col(CreditNote.region_code) == region_code,
        *(col(CreditNote.cooperative_id) == one for one in cooperative_ids),
        *(col(CreditNote.kitchen_id) == one for one in kitchen_ids),
    )
    if after is not None:
        place = sa.tuple_(col(CreditNote.issued_on), col(CreditNote.id))
        query = query.where(place < sa.tuple_(*(sa.literal(part) for part in after)))
    query = query.order_by(col(CreditNote.issued_on).desc(), col(CreditNote.id).desc()).limit(limit)
    return [CreditNoteSummary(*row) for row in await session.execute(query)]


async def list_credited_lines(
    session: AsyncSession, *, region_code: str, cooperative_ids: Sequence[UUID], kitchen_ids: Sequence[UUID], limit: int
) -> list[CreditedLine]:
    """Return the lines of credit notes of a region, the latest first."""
    query = (
        _summaries()
        .add_columns(CreditNoteLine, Item)
        .join(CreditNoteLine, col(CreditNoteLine.credit_note_id) == col(CreditNote.id))
        .join(Item, col(Item.code) == col(CreditNoteLine.item_code))
        .where(
            col(CreditNote.region_code) == region_code,
            *(col(CreditNote.cooperative_id) == one for one in cooperative_ids),
            *(col(CreditNote.kitchen_id) == one for one in kitchen_ids),
        )
        .order_by(col(CreditNote.issued_on).desc(), col(CreditNote.id).desc(), col(CreditNoteLine.position))
    )
    rows = await session.execute(query.limit(limit))
    return [CreditedLine(CreditNoteSummary(*sides), line, item) for *sides, line, item in rows]


async def summary_of(session: AsyncSession, note_id: UUID) -> CreditNoteSummary | None:
    """Return a credit note with its invoice and the names of both sides."""
    row = (await session.execute(_summaries().where(col(CreditNote.id) == note_id))).one_or_none()
    return CreditNoteSummary(*row) if row else None


async def note_lines(session: AsyncSession, note_id: UUID) -> list[tuple[CreditNoteLine, Item]]:
    """Return a credit note's lines as they stand in it, with their items."""
    query = (
        sa.select(CreditNoteLine, Item)
        .join(Item, col(Item.code) == col(CreditNoteLine.item_code))
        .where(col(CreditNoteLine.credit_note_id) == note_id)
        .order_by(col(CreditNoteLine.position))
    )
    return [(line, item) for line, item in await session.execute(query)]


def _summaries() -> sa.Select[CreditNote, Invoice, Organisation, Organisation]:
    cooperative, kitchen = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(CreditNote, Invoice, cooperative, kitchen)
        .join(Invoice, col(Invoice.id) == col(CreditNote.invoice_id))
        .join(cooperative, col(cooperative.id) == col(CreditNote.cooperative_id))
        .join(kitchen, col(kitchen.id) == col(CreditNote.kitchen_id))
    )
