"""Invoices with their lines and payments; the next number without a gap; what the books say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.locks import for_change
from service.domain.credit_notes import CreditNote
from service.domain.invoices import Invoice, InvoiceCounter, InvoiceLine, InvoiceStatus, NumberedPaper, Payment
from service.domain.items import Item
from service.domain.organisations import Organisation
from service.domain.places import Region


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """What a list is narrowed to; ``None``: not narrowed. Of a side, all that are named must be it."""

    cooperative_ids: tuple[UUID, ...] = ()
    kitchen_ids: tuple[UUID, ...] = ()
    status: InvoiceStatus | None = None
    overdue_on: date | None = None
    """Only those that are late on this day."""
    is_refundable: bool = False
    """Only those of which money is to be given back."""


@dataclass(frozen=True, slots=True)
class InvoiceSummary:
    """An invoice with the names of both sides."""

    invoice: Invoice
    cooperative: Organisation
    kitchen: Organisation


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """Money that moved, with its invoice."""

    payment: Payment
    summary: InvoiceSummary


@dataclass(frozen=True, slots=True)
class Debt:
    """What kitchens owe of some invoices, what of that is late, what they are owed back; rupiah."""

    owed_idr: int = 0
    overdue_idr: int = 0
    refundable_idr: int = 0


async def next_number(session: AsyncSession, *, paper: NumberedPaper, cooperative_id: UUID, year: int) -> int:
    """Take a cooperative's next number of a year; whoever asks next waits until this one is kept or given up."""
    insert = postgresql.insert(InvoiceCounter).values(
        paper=paper, cooperative_id=cooperative_id, year=year, last_number=1
    )
    query = insert.on_conflict_do_update(
        index_elements=[col(InvoiceCounter.paper), col(InvoiceCounter.cooperative_id), col(InvoiceCounter.year)],
        set_={"last_number": InvoiceCounter.__table__.c.last_number + 1},  # type: ignore[attr-defined]
    ).returning(col(InvoiceCounter.last_number))
    return (await session.scalars(query)).one()


async def lock_invoice(session: AsyncSession, invoice_id: UUID) -> Invoice:
    """Hold an invoice that was read before; none is ever deleted."""
    query = for_change(sa.select(Invoice).where(col(Invoice.id) == invoice_id))
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def late_invoice_ids(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the late invoices that nobody was told of, by their region's day, in the order of regions and ids."""
    today = sa.cast(sa.func.timezone(col(Region.timezone), now), sa.Date)
    query = (
        sa.select(col(Invoice.id))
        .join(Region, col(Region.code) == col(Invoice.region_code))
        .where(
            col(Invoice.status) != InvoiceStatus.PAID,
            col(Invoice.overdue_told_at).is_(None),
            col(Invoice.due_on) < today,
        )
    )
    return list(await session.scalars(query.order_by(col(Invoice.region_code), col(Invoice.id))))


async def late_refund_ids(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the invoices whose refund is late and nobody was told of, in the order of regions and ids."""
    today = sa.cast(sa.func.timezone(col(Region.timezone), now), sa.Date)
    credited_on = (
        sa.select(sa.func.max(col(CreditNote.issued_on)))
        .where(col(CreditNote.invoice_id) == col(Invoice.id))
        .scalar_subquery()
    )
    query = (
        sa.select(col(Invoice.id))
        .join(Region, col(Region.code) == col(Invoice.region_code))
        .where(
            col(Invoice.credited_idr) > 0,
            _left() < 0,
            col(Invoice.refund_told_at).is_(None),
            credited_on + (col(Invoice.due_on) - col(Invoice.issued_on)) < today,
        )
    )
    return list(await session.scalars(query.order_by(col(Invoice.region_code), col(Invoice.id))))


async def summary_of(session: AsyncSession, invoice_id: UUID) -> InvoiceSummary | None:
    """Return an invoice with the names of both sides."""
    row = (await session.execute(_summaries().where(col(Invoice.id) == invoice_id))).one_or_none()
    return InvoiceSummary(*row) if row else None


async def invoice_lines(session: AsyncSession, invoice_id: UUID) -> list[tuple[InvoiceLine, Item]]:
    """Return an invoice's lines as they stand in it, with their items."""
    query = (
        sa.select(InvoiceLine, Item)
        .join(Item, col(Item.code) == col(InvoiceLine.item_code))
        .where(col(InvoiceLine.invoice_id) == invoice_id)
        .order_by(col(InvoiceLine.position))
    )
    return [(line, item) for line, item in await session.execute(query)]


async def payments_of(session: AsyncSession, invoice_id: UUID) -> list[Payment]:
    """Return the payments of an invoice, the first first."""
    query = sa.select(Payment).where(col(Payment.invoice_id) == invoice_id)
    return list(await session.scalars(query.order_by(col(Payment.paid_on), col(Payment.id))))


async def reversal_of(session: AsyncSession, payment_id: UUID) -> Payment | None:
    """Return what took a payment back, if anything did; its invoice is held by the caller."""
    return (await session.scalars(sa.select(Payment).where(col(Payment.reverses_id) == payment_id))).one_or_none()


async def list_invoices(
    session: AsyncSession, *, region_code: str, wanted: InvoiceFilter, after: tuple[date, UUID] | None, limit: int
) -> list[InvoiceSummary]:
    """Return invoices of a region, the latest first."""
    query = _summaries().where(col(Invoice.region_code) == region_code, *_conditions(wanted))
    if after is not None:
        place = sa.tuple_(col(Invoice.issued_on), col(Invoice.id))
        query = query.where(place < sa.tuple_(*(sa.literal(part) for part in after)))
    query = query.order_by(col(Invoice.issued_on).desc(), col(Invoice.id).desc()).limit(limit)
    return [InvoiceSummary(*row) for row in await session.execute(query)]


async def list_payments(
    session: AsyncSession, *, region_code: str, wanted: InvoiceFilter, limit: int
) -> list[ListedPayment]:
    """Return what moved for invoices of a region, the latest first."""
    query = (
        _summaries()
        .add_columns(Payment)
        .join(Payment, col(Payment.invoice_id) == col(Invoice.id))
        .where(col(Invoice.region_code) == region_code, *_conditions(wanted))
        .order_by(col(Payment.paid_on).desc(), col(Payment.id).desc())
    )
    rows = await session.execute(query.limit(limit))
    return [ListedPayment(payment, InvoiceSummary(*sides)) for *sides, payment in rows]


async def open_idr_of(
    session: AsyncSession, cooperative_ids: Collection[UUID], *, region_code: str, but_week: date | None = None
) -> dict[UUID, int]:
    """Return what kitchens still owe cooperatives of a region, in rupiah; one week's goods left aside."""
    owed = sa.func.sum(col(Invoice.total_idr) - col(Invoice.credited_idr) - col(Invoice.paid_idr))
    query = (
        sa.select(col(Invoice.cooperative_id), sa.cast(owed, sa.BigInteger))
        .where(
            col(Invoice.cooperative_id).in_(cooperative_ids),
            col(Invoice.region_code) == region_code,
            col(Invoice.status) != InvoiceStatus.PAID,
        )
        .group_by(col(Invoice.cooperative_id))
    )
    if but_week is not None:
        query = query.where(col(Invoice.week_start) != but_week)
    return dict((await session.execute(query)).all())


async def debts_of_kitchens(
    session: AsyncSession, *, region_code: str, but_week: date, today: date
) -> dict[UUID, Debt]:
    """Return what each kitchen of a region owes for other weeks, what of all is late, and what it is owed back."""
    query = (
        sa.select(col(Invoice.kitchen_id), *_debt_sums(today, col(Invoice.week_start) != but_week))
        .where(col(Invoice.region_code) == region_code, _left() != 0)
        .group_by(col(Invoice.kitchen_id))
    )
    return {kitchen_id: Debt(*sums) for kitchen_id, *sums in await session.execute(query)}


async def debt_of(session: AsyncSession, *, region_code: str, wanted: InvoiceFilter, today: date) -> Debt:
    """Return what is owed of all invoices that a list would show, however many pages it has."""
    query = sa.select(*_debt_sums(today)).where(col(Invoice.region_code) == region_code, *_conditions(wanted))
    owed, overdue, refundable = tuple((await session.execute(query)).one())
    return Debt(owed, overdue, refundable)


def _left() -> sa.ColumnElement[int]:
    return col(Invoice.total_idr) - col(Invoice.credited_idr) - col(Invoice.paid_idr)


def _debt_sums(today: date, *of_owed: sa.ColumnElement[bool]) -> list[sa.ColumnElement[int]]:
    """Return the columns of a ``Debt``; conditions narrow what counts as owed alone."""
    left = _left()

    def sum_of(amount: sa.ColumnElement[int], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.cast(sa.func.coalesce(sa.func.sum(amount).filter(*conditions), 0), sa.BigInteger)

    return [
        sum_of(left, left > 0, *of_owed),
        sum_of(left, left > 0, col(Invoice.due_on) < today),
        sum_of(-left, left < 0),
    ]


def _summaries() -> sa.Select[Invoice, Organisation, Organisation]:
    cooperative, kitchen = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(Invoice, cooperative, kitchen)
        .join(cooperative, col(cooperative.id) == col(Invoice.cooperative_id))
        .join(kitchen, col(kitchen.id) == col(Invoice.kitchen_id))
    )


def _conditions(wanted: InvoiceFilter) -> Sequence[sa.ColumnElement[bool]]:
    asked = (
        *((Invoice.cooperative_id, one) for one in wanted.cooperative_ids),
        *((Invoice.kitchen_id, one) for one in wanted.kitchen_ids),
        (Invoice.status, wanted.status),
    )
    conditions = [col(column) == value for column, value in asked if value is not None]
    if wanted.overdue_on is not None:
        conditions += [col(Invoice.status) != InvoiceStatus.PAID, col(Invoice.due_on) < wanted.overdue_on]
    if wanted.is_refundable:
        conditions.append(_left() < 0)
    return conditions
