"""The books: entries with the papers that moved the money, and what stands between two organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.domain.credit_notes import CreditNote
from service.domain.invoices import Invoice, Payment
from service.domain.ledgers import Account, LedgerEntry
from service.domain.organisations import Organisation
from service.domain.payables import PurchasePayment
from service.domain.purchases import Purchase

OWED_ACCOUNTS = (Account.RECEIVABLE, Account.PAYABLE)


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Whose books, and what they are narrowed to; ``None``: not narrowed."""

    region_code: str
    organisation_id: UUID | None = None
    counterparty_id: UUID | None = None
    account: Account | None = None
    from_date: date | None = None
    to_date: date | None = None


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry with the names of both sides and the paper that moved the money: its kind and number."""

    entry: LedgerEntry
    organisation: Organisation
    counterparty: Organisation
    document: str
    number: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What an organisation is owed by another (below 0: owes it) before a period, what moved it, and after; rupiah."""

    counterparty: Organisation
    opening_idr: int
    moved_idr: int

    @property
    def closing_idr(self) -> int:
        """What is owed after the period."""
        return self.opening_idr + self.moved_idr


async def list_entries(
    session: AsyncSession, wanted: LedgerFilter, *, after: tuple[date, UUID] | None, limit: int
) -> list[ShownEntry]:
    """Return the entries of books, the latest first."""
    place = sa.tuple_(col(LedgerEntry.booked_on), col(LedgerEntry.id))
    page = sa.select(LedgerEntry).where(*_conditions(wanted))
    if after is not None:
        page = page.where(place < sa.tuple_(*(sa.literal(part) for part in after)))
    page = page.order_by(col(LedgerEntry.booked_on).desc(), col(LedgerEntry.id).desc()).limit(limit)
    # The page first, then its names: joined at once, all that was ever booked would be joined and thrown away.
    entry = aliased(LedgerEntry, page.subquery())
    book, other, paid, bought = aliased(Organisation), aliased(Organisation), aliased(Invoice), aliased(Purchase)
    kinds = sa.case(
        (col(Invoice.id).is_not(None), "invoice"),
        (col(CreditNote.id).is_not(None), "credit_note"),
        (col(Purchase.id).is_not(None), "purchase"),
        (col(bought.id).is_not(None), "purchase_payment"),
        else_="payment",
    )
    numbers = (col(Invoice.number), col(CreditNote.number), paid.number, col(Purchase.number), bought.number)
    query = (
        sa.select(entry, book, other, kinds, sa.func.coalesce(*numbers, ""))
        .join(book, col(book.id) == col(entry.organisation_id))
        .join(other, col(other.id) == col(entry.counterparty_id))
        .outerjoin(Invoice, col(Invoice.id) == col(entry.movement_id))
        .outerjoin(CreditNote, col(CreditNote.id) == col(entry.movement_id))
        .outerjoin(Payment, col(Payment.id) == col(entry.movement_id))
        .outerjoin(paid, col(paid.id) == col(Payment.invoice_id))
        .outerjoin(Purchase, col(Purchase.id) == col(entry.movement_id))
        .outerjoin(PurchasePayment, col(PurchasePayment.id) == col(entry.movement_id))
        .outerjoin(bought, col(bought.id) == col(PurchasePayment.purchase_id))
        .order_by(col(entry.booked_on).desc(), col(entry.id).desc())
    )
    return [ShownEntry(*row) for row in await session.execute(query)]


async def list_statements(
    session: AsyncSession, *, organisation_id: UUID, from_date: date, to_date: date
) -> list[Statement]:
    """Return for everybody whom an organisation ever dealt with until then what stood and moved between them."""
    amount, day = col(LedgerEntry.amount_idr), col(LedgerEntry.booked_on)
    before = sa.func.coalesce(sa.func.sum(amount).filter(day < from_date), 0)
    within = sa.func.coalesce(sa.func.sum(amount).filter(day >= from_date), 0)
    sums = (
        sa.select(col(LedgerEntry.counterparty_id).label("other_id"), before.label("opening"), within.label("moved"))
        .where(
            col(LedgerEntry.organisation_id) == organisation_id,
            col(LedgerEntry.account).in_(OWED_ACCOUNTS),
            day <= to_date,
        )
        .group_by(col(LedgerEntry.counterparty_id))
        .subquery()
    )
    query = (
        sa.select(Organisation, sums.c.opening, sums.c.moved)
        .join(sums, sums.c.other_id == col(Organisation.id))
        .order_by(col(Organisation.code))
    )
    return [Statement(other, int(opening), int(moved)) for other, opening, moved in await session.execute(query)]


def _conditions(wanted: LedgerFilter) -> list[sa.ColumnElement[bool]]:
    asked = (
        (LedgerEntry.region_code, wanted.region_code),
        (LedgerEntry.organisation_id, wanted.organisation_id),
        (LedgerEntry.counterparty_id, wanted.counterparty_id),
        (LedgerEntry.account, wanted.account),
    )
    conditions = [col(column) == value for column, value in asked if value is not None]
    if wanted.from_date is not None:
        conditions.append(col(LedgerEntry.booked_on) >= wanted.from_date)
    if wanted.to_date is not None:
        conditions.append(col(LedgerEntry.booked_on) <= wanted.to_date)
    return conditions
