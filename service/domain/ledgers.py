"""Double entry: every movement of money stands in the books of both sides; in each the entries add up to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.tables import Row, one_of


class Account(StrEnum):
    """What a book keeps apart: money owed to the organisation, by it, moved through its bank, earned, spent."""

    RECEIVABLE = "receivable"
    PAYABLE = "payable"
    BANK = "bank"
    SALES = "sales"
    PURCHASES = "purchases"


class LedgerEntry(Row, table=True):
    """One side of a movement in one book; debits are positive. Nothing is ever changed, only added."""

    __table_args__ = (
        sa.CheckConstraint("amount_idr <> 0", name="not_nothing"),
        sa.UniqueConstraint("movement_id", "organisation_id", "account"),
        sa.Index("ix_ledger_entry_book", "organisation_id", "account", "booked_on"),
        sa.Index("ix_ledger_entry_region_booked", "region_code", "booked_on", "id"),
        sa.Index("ix_ledger_entry_organisation_booked", "organisation_id", "booked_on", "id"),
        sa.Index("ix_ledger_entry_pair", "organisation_id", "counterparty_id", "booked_on"),
    )
    id: UUID = Field(primary_key=True)
    movement_id: UUID
    """The invoice, credit note, purchase or payment that moved the money."""
    region_code: str = Field(foreign_key="region.code")
    booked_on: date
    organisation_id: UUID = Field(foreign_key="organisation.id")
    counterparty_id: UUID = Field(foreign_key="organisation.id")
    account: Account = Field(sa_type=one_of(Account))
    amount_idr: int = Field(sa_type=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Movement:
    """Goods sold or money paid between two organisations; ``amount_idr`` is positive."""

    seller_id: UUID
    buyer_id: UUID
    amount_idr: int


@dataclass(frozen=True, slots=True)
class Booking:
    """An entry to be: in whose book, against whom, on which account; debits are positive."""

    organisation_id: UUID
    counterparty_id: UUID
    account: Account
    amount_idr: int


def sale(movement: Movement) -> Iterator[Booking]:
    """Yield the entries of goods sold on credit."""
    yield from _pair(movement, movement.seller_id, Account.RECEIVABLE, Account.SALES)
    yield from _pair(movement, movement.buyer_id, Account.PURCHASES, Account.PAYABLE)


def payment(movement: Movement) -> Iterator[Booking]:
    """Yield the entries of money paid for goods that were sold on credit."""
    yield from _pair(movement, movement.seller_id, Account.BANK, Account.RECEIVABLE)
    yield from _pair(movement, movement.buyer_id, Account.PAYABLE, Account.BANK)


def credit(movement: Movement) -> Iterator[Booking]:
    """Yield the entries of goods that are not owed for after all: a sale taken back."""
    yield from _reversed(sale(movement))


def repayment(movement: Movement) -> Iterator[Booking]:
    """Yield the entries of money given back, or of a payment that was written down by mistake."""
    yield from _reversed(payment(movement))


def _reversed(bookings: Iterable[Booking]) -> Iterator[Booking]:
    return (replace(booking, amount_idr=-booking.amount_idr) for booking in bookings)


def _pair(movement: Movement, book_id: UUID, debit: Account, credit: Account) -> Iterator[Booking]:
    other_id = movement.buyer_id if book_id == movement.seller_id else movement.seller_id
    yield Booking(book_id, other_id, debit, movement.amount_idr)
    yield Booking(book_id, other_id, credit, -movement.amount_idr)


def is_balanced(bookings: Iterable[Booking]) -> bool:
    """Tell whether the entries of every book add up to nothing."""
    sums: dict[UUID, int] = {}
    for booking in bookings:
        sums[booking.organisation_id] = sums.get(booking.organisation_id, 0) + booking.amount_idr
    return not any(sums.values())
