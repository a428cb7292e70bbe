"""By when a drop must have left, been weighed and been signed for; who is late is told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.deliveries import Delivery, DeliveryStatus
from service.domain.receipts import Receipt, ReceiptStatus
from service.domain.reliability import due_at

WARNED_BEFORE = timedelta(hours=3)
"""How long before the goods must be there a drop that has not left is told of: at five there is time to help, and what
leaves in the afternoon, as most goods do, is no news."""

WEIGHED_WITHIN = timedelta(hours=3)
"""How long after the goods had to leave they must be weighed: they are cooked the next morning."""

SIGNED_WITHIN = timedelta(hours=24)
"""How long after the weighing began both sides must have signed."""


class Stalled(StrEnum):
    """What has not happened in time."""

    NOT_LEFT_YET = "not_left_yet"
    UNDISPATCHED = "undispatched"
    UNWEIGHED = "unweighed"
    UNSIGNED = "unsigned"


def stalled(delivery: Delivery, receipt: Receipt | None, now: datetime, *, timezone: str) -> Stalled | None:
    """Tell what people are to be told of a drop now, if anything: what is late, and nobody was told of it yet."""
    due = due_at(delivery.needed_date, timezone=timezone)
    if delivery.status is DeliveryStatus.PLANNED:
        if now >= due:
            return Stalled.UNDISPATCHED if delivery.undispatched_told_at is None else None
        is_to_warn = now >= due - WARNED_BEFORE and delivery.not_left_told_at is None
        return Stalled.NOT_LEFT_YET if is_to_warn else None
    if delivery.status is not DeliveryStatus.DISPATCHED or delivery.dispatched_at is None:
        return None
    if receipt is None:
        is_late = now >= max(due, delivery.dispatched_at) + WEIGHED_WITHIN and delivery.unweighed_told_at is None
        return Stalled.UNWEIGHED if is_late else None
    is_late = now >= receipt.created_at + SIGNED_WITHIN and receipt.unsigned_told_at is None
    return Stalled.UNSIGNED if is_late and receipt.status is ReceiptStatus.OPEN else None


def note_told(delivery: Delivery, receipt: Receipt | None, what: Stalled, now: datetime) -> None:
    """Note that people were told."""
    if what is Stalled.NOT_LEFT_YET:
        delivery.not_left_told_at = now
    elif what is Stalled.UNDISPATCHED:
        delivery.undispatched_told_at = now
    elif what is Stalled.UNWEIGHED:
        delivery.unweighed_told_at = now
    elif receipt is not None:
        receipt.unsigned_told_at = now
