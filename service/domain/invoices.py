"""What a kitchen owes for one receipt, and what settles it: payments in parts, credits, refunds, reversals."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import AlreadyReversed, InvalidField, MoneyRefunded
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, Row, one_of


class InvoiceStatus(StrEnum):
    """``paid``: nothing is owed any more. Whether it is overdue follows from the day and is not kept."""

    ISSUED = "issued"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"


INVOICE_TRANSITIONS: Transitions[InvoiceStatus] = {
    InvoiceStatus.ISSUED: frozenset(InvoiceStatus),
    InvoiceStatus.PARTLY_PAID: frozenset(InvoiceStatus),
    InvoiceStatus.PAID: frozenset(InvoiceStatus),
}
"""Any may follow any: a payment is reversed, a credit settles what was owed."""


class NumberedPaper(StrEnum):
    """What is numbered without gaps, each in its own series."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class PaymentKind(StrEnum):
    """A refund gives back money that was paid; a reversal takes back either that was written down by mistake."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    REFUND = "refund"


class InvoiceCounter(Row, table=True):
    """The last number that a cooperative gave in a year: held until the paper is kept, so that none is skipped."""

    __table_args__ = (sa.CheckConstraint("last_number > 0", name="positive"),)
    paper: NumberedPaper = Field(primary_key=True, sa_type=one_of(NumberedPaper))
    cooperative_id: UUID = Field(primary_key=True, foreign_key="cooperative.organisation_id")
    year: int = Field(primary_key=True)
    last_number: int


class Invoice(Entity, table=True):
    """What a kitchen owes a cooperative for the goods of one signed receipt; rupiah."""

    __table_args__ = (
        sa.UniqueConstraint("receipt_id"),
        sa.UniqueConstraint("cooperative_id", "year", "sequence"),
        sa.CheckConstraint("total_idr > 0 AND sequence > 0", name="positive"),
        sa.CheckConstraint("paid_idr BETWEEN 0 AND total_idr", name="paid_within_total"),
        sa.CheckConstraint("credited_idr BETWEEN 0 AND total_idr", name="credited_within_total"),
        sa.CheckConstraint(
            "CASE status WHEN 'paid' THEN paid_idr + credited_idr >= total_idr"
            " WHEN 'issued' THEN paid_idr = 0 AND credited_idr < total_idr"
            " ELSE paid_idr > 0 AND paid_idr + credited_idr < total_idr END",
            name="paid_fits_status",
        ),
        sa.CheckConstraint("issued_on <= due_on", name="date_order"),
        sa.Index("ix_invoice_region_issued", "region_code", "issued_on", "id"),
        sa.Index("ix_invoice_cooperative_issued", "cooperative_id", "issued_on", "id"),
        sa.Index("ix_invoice_kitchen_issued", "kitchen_id", "issued_on", "id"),
        sa.Index(
            "ix_invoice_left",
            "region_code",
            "kitchen_id",
            postgresql_where=sa.text("total_idr - credited_idr - paid_idr <> 0"),
        ),
        sa.Index("ix_invoice_open", "cooperative_id", postgresql_where=sa.text("status <> 'paid'")),
        sa.Index(
            "ix_invoice_to_chase",
            "due_on",
            "region_code",
            "id",
            postgresql_where=sa.text("status <> 'paid' AND overdue_told_at IS NULL"),
        ),
        sa.Index(
            "ix_invoice_to_refund",
            "region_code",
            "id",
            postgresql_where=sa.text(
                "credited_idr > 0 AND total_idr - credited_idr - paid_idr < 0 AND refund_told_at IS NULL"
            ),
        ),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    number: str = Field(max_length=60)
    year: int
    sequence: int
    receipt_id: UUID = Field(foreign_key="receipt.id")
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    kitchen_id: UUID = Field(foreign_key="kitchen.organisation_id")
    issued_on: date
    due_on: date
    total_idr: int = Field(sa_type=sa.BigInteger)
    paid_idr: int = Field(default=0, sa_type=sa.BigInteger)
    credited_idr: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": "0"})
    """Of goods that turned out bad after signing: not owed any more."""
    status: InvoiceStatus = Field(sa_type=one_of(InvoiceStatus))
    overdue_told_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When both sides were told that the money is late; once, until it is paid."""
    refund_told_at: datetime | None = Field(default=None, sa_type=UTC_INSTANT)
    """When both sides were told that a refund is late; once, until it is made."""


class InvoiceLine(Entity, table=True):
    """Accepted goods at the price of the order; the value is rounded once, per line."""

    __table_args__ = (
        sa.UniqueConstraint("receipt_line_id"),
        sa.CheckConstraint("qty > 0 AND price_idr > 0 AND value_idr >= 0", name="positive"),
        sa.Index("ix_invoice_line_invoice", "invoice_id", "position"),
    )
    invoice_id: UUID = Field(foreign_key="invoice.id")
    position: int
    receipt_line_id: UUID = Field(foreign_key="receipt_line.id")
    item_code: str = Field(foreign_key="item.code")
    qty: int = Field(sa_type=sa.BigInteger)
    price_idr: int = Field(sa_type=sa.BigInteger)
    value_idr: int = Field(sa_type=sa.BigInteger)


class Payment(Entity, table=True):
    """Money as whoever moved it wrote it down: paid, or refunded (below 0); a reversal has the opposite sign."""

    __table_args__ = (
        sa.CheckConstraint(
            "CASE kind WHEN 'payment' THEN amount_idr > 0 WHEN 'refund' THEN amount_idr < 0 ELSE amount_idr <> 0 END",
            name="sign_fits_kind",
        ),
        sa.CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal_names_payment"),
        sa.UniqueConstraint("reverses_id"),
        sa.Index("ix_payment_invoice", "invoice_id", "paid_on", "id"),
    )
    invoice_id: UUID = Field(foreign_key="invoice.id")
    region_code: str = Field(foreign_key="region.code")
    amount_idr: int = Field(sa_type=sa.BigInteger)
    paid_on: date
    reference: str = Field(max_length=60)
    """Of the transfer, as the bank's slip has it; of a reversal the reason."""
    recorded_by: UUID = Field(foreign_key="app_user.id")
    kind: PaymentKind = Field(
        default=PaymentKind.PAYMENT,
        sa_type=one_of(PaymentKind),
        sa_column_kwargs={"server_default": PaymentKind.PAYMENT.value},
    )
    reverses_id: UUID | None = Field(default=None, foreign_key="payment.id")


def invoice_number(*, cooperative_code: str, year: int, sequence: int) -> str:
    """Return an invoice's readable number, as in ``INV/C3271041009/2026/00017``."""
    return f"INV/{cooperative_code}/{year}/{sequence:05d}"


def due_on(issued_on: date, due_days: int) -> date:
    """Return the last day to pay without being late, so many days after the invoice."""
    return issued_on + timedelta(days=due_days)


def is_overdue(invoice: Invoice, today: date) -> bool:
    """Tell whether money is late."""
    return invoice.status is not InvoiceStatus.PAID and today > invoice.due_on


def is_to_chase(invoice: Invoice, today: date) -> bool:
    """Tell whether both sides are to be told that money is late: once, and only while some is owed."""
    return is_overdue(invoice, today) and invoice.overdue_told_at is None


def open_idr(invoice: Invoice) -> int:
    """Return what is still owed, in rupiah."""
    return max(0, invoice.total_idr - invoice.credited_idr - invoice.paid_idr)


def refundable_idr(invoice: Invoice) -> int:
    """Return what was paid beyond what is owed, in rupiah: the cooperative gives it back."""
    return max(0, invoice.paid_idr + invoice.credited_idr - invoice.total_idr)


def refund_due_on(invoice: Invoice, credited_on: date) -> date:
    """Return the last day to give money back, after its last credit: so many days as the invoice gave to pay."""
    return credited_on + (invoice.due_on - invoice.issued_on)


def is_refund_to_chase(invoice: Invoice, credited_on: date, today: date) -> bool:
    """Tell whether both sides are to be told that a refund is late: once, and only while some is owed."""
    is_late = refundable_idr(invoice) > 0 and today > refund_due_on(invoice, credited_on)
    return is_late and invoice.refund_told_at is None


def require_payable(invoice: Invoice, *, amount_idr: int, paid_on: date, today: date) -> None:
    """Refuse a payment of more than is owed, or of a day that the invoice cannot have been paid on.

    Raises
    ------
    InvalidField
        Naming what would be valid.
    """
    if not 0 < amount_idr <= open_idr(invoice):
        owed = open_idr(invoice)
        words = (
            f"Between 1 and {owed} rupiah, which is still owed." if owed else "The invoice is paid; nothing is owed."
        )
        raise InvalidField.at("amount_idr", words, code="out_of_range")
    if not invoice.issued_on <= paid_on <= today:
        raise InvalidField.at("paid_on", f"A day from {invoice.issued_on} to {today}.", code="out_of_range")


def require_refundable(invoice: Invoice, *, amount_idr: int, paid_on: date, today: date) -> None:
    """Refuse to give back more than was paid beyond what is owed, or on a day that cannot be.

    Raises
    ------
    InvalidField
        Naming what would be valid.
    """
    most = refundable_idr(invoice)
    if not 0 < amount_idr <= most:
        words = f"Between 1 and {most} rupiah, paid beyond what is owed." if most else "Nothing is to be given back."
        raise InvalidField.at("amount_idr", words, code="out_of_range")
    if not invoice.issued_on <= paid_on <= today:
        raise InvalidField.at("paid_on", f"A day from {invoice.issued_on} to {today}.", code="out_of_range")


def require_reversible(invoice: Invoice, paid: Payment, *, is_reversed: bool) -> None:
    """Refuse to take a payment or refund back twice, or a payment whose money was given back by a refund since.

    Raises
    ------
    AlreadyReversed, MoneyRefunded
        Of the second with ``most_idr``, the largest payment that could still be taken back.
    """
    if is_reversed:
        raise AlreadyReversed("This was taken back before.", payment_id=str(paid.id))
    if paid.amount_idr > invoice.paid_idr:
        raise MoneyRefunded("Part of this money was given back by a refund since.", most_idr=invoice.paid_idr)


def apply_payment(invoice: Invoice, amount_idr: int) -> None:
    """Count money: paid, or below 0 taken back by a reversal or given back by a refund."""
    invoice.paid_idr += amount_idr
    _settle(invoice)


def apply_credit(invoice: Invoice, value_idr: int) -> None:
    """Count goods that are not owed any more."""
    invoice.credited_idr += value_idr
    _settle(invoice)


def _settle(invoice: Invoice) -> None:
    """Let the status follow the money; what was told of lateness is over once nothing is owed."""
    if not refundable_idr(invoice):
        invoice.refund_told_at = None
    if not open_idr(invoice):
        target = InvoiceStatus.PAID
        invoice.overdue_told_at = None
    else:
        target = InvoiceStatus.PARTLY_PAID if invoice.paid_idr else InvoiceStatus.ISSUED
    invoice.status = transition(INVOICE_TRANSITIONS, invoice.status, target, what="invoice")
