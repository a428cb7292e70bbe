"""What a cooperative owes a wholesaler for confirmed packs, and the payments that settle it in parts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.errors import AlreadyReversed, InvalidField
from service.domain.purchases import Purchase, PurchaseLine, PurchaseStatus
from service.domain.tables import Entity


class PurchasePayment(Entity, table=True):
    """Money that a cooperative paid for a purchase; below 0: a payment that was taken back, with its reason."""

    __table_args__ = (
        sa.CheckConstraint("amount_idr <> 0 AND (amount_idr < 0) = (reverses_id IS NOT NULL)", name="sign_fits"),
        sa.UniqueConstraint("reverses_id"),
        sa.Index("ix_purchase_payment_purchase", "purchase_id", "paid_on", "id"),
    )
    purchase_id: UUID = Field(foreign_key="purchase.id")
    region_code: str = Field(foreign_key="region.code")
    amount_idr: int = Field(sa_type=sa.BigInteger)
    paid_on: date
    reference: str = Field(max_length=60)
    """Of the transfer, as the bank's slip has it; of a reversal the reason."""
    recorded_by: UUID = Field(foreign_key="app_user.id")
    reverses_id: UUID | None = Field(default=None, foreign_key="purchase_payment.id")


def open_idr(purchase: Purchase) -> int:
    """Return what the cooperative still owes the wholesaler, in rupiah."""
    return purchase.total_idr - purchase.paid_idr


def due_on(purchase: Purchase) -> date | None:
    """Return the last day to pay without being late; ``None`` while nothing is owed for."""
    return None if purchase.owed_on is None else purchase.owed_on + timedelta(days=purchase.due_days)


def is_overdue(purchase: Purchase, today: date) -> bool:
    """Tell whether money for packs is late."""
    last = due_on(purchase)
    return last is not None and open_idr(purchase) > 0 and today > last


def is_to_chase(purchase: Purchase, today: date) -> bool:
    """Tell whether both sides are to be told that money is late: once, and only while some is owed."""
    return is_overdue(purchase, today) and purchase.overdue_told_at is None


def owe(purchase: Purchase, lines: Iterable[PurchaseLine], today: date) -> int:
    """Let an answered purchase be owed for, once; return what its confirmed packs cost, in rupiah.

    Nothing is owed while a line waits: the wholesaler's word is one delivery and one bill.
    """
    if purchase.status is not PurchaseStatus.ANSWERED or purchase.owed_on is not None:
        return 0
    purchase.total_idr = sum((line.confirmed_packs or 0) * line.price_idr for line in lines)
    purchase.owed_on = today if purchase.total_idr else None
    return purchase.total_idr


def require_payable(purchase: Purchase, *, amount_idr: int, paid_on: date, today: date) -> None:
    """Refuse a payment of more than is owed, or of a day on which nothing was owed yet.

    Raises
    ------
    InvalidField
        Naming what would be valid.
    """
    owed = open_idr(purchase)
    if purchase.owed_on is None or not 0 < amount_idr <= owed:
        words = f"Between 1 and {owed} rupiah, which is still owed." if owed else "Nothing is owed for this purchase."
        raise InvalidField.at("amount_idr", words, code="out_of_range")
    if not purchase.owed_on <= paid_on <= today:
        raise InvalidField.at("paid_on", f"A day from {purchase.owed_on} to {today}.", code="out_of_range")


def require_reversible(paid: PurchasePayment, *, is_reversed: bool) -> None:
    """Refuse to take a payment back twice.

    Raises
    ------
    AlreadyReversed
        Naming the payment.
    """
    if is_reversed:
        raise AlreadyReversed("This payment was taken back before.", payment_id=str(paid.id))


def apply_payment(purchase: Purchase, amount_idr: int) -> None:
    """Count money paid, or below 0 taken back; what was told of lateness is over once nothing is owed."""
    was_settled = not open_idr(purchase)
    purchase.paid_idr += amount_idr
    if was_settled or not open_idr(purchase):
        purchase.overdue_told_at = None
