"""Logins that ended, messages that were sent and events that everybody has read are deleted when their time is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.database.queries.retention import (
    delete_events,
    delete_invitations,
    delete_logins,
    delete_notifications,
    delete_webhook_deliveries,
)
from service.database.unit_of_work import UnitsOfWork
from service.domain.retention import Retention

Deletion = Callable[[AsyncSession, datetime], Awaitable[int]]


async def forget_past(units: UnitsOfWork, retention: Retention) -> dict[str, int]:
    """Delete what is past its time, messages before the events that they name.

    Each few thousand rows are a unit of work of their own: nobody waits for long, and what a crash leaves goes the
    next time.

    Returns
    -------
    dict
        How many rows of each kind were deleted.
    """
    now = units.clock()
    deletions: dict[str, tuple[Deletion, datetime]] = {
        "logins": (delete_logins, retention.logins_before(now)),
        "invitations": (delete_invitations, retention.logins_before(now)),
        "notifications": (delete_notifications, retention.messages_before(now)),
        "webhook_deliveries": (delete_webhook_deliveries, retention.messages_before(now)),
        "events": (delete_events, retention.events_before(now)),
    }
    return {name: await _all(units, delete, before) for name, (delete, before) in deletions.items()}


async def _all(units: UnitsOfWork, delete: Deletion, before: datetime) -> int:
    total = 0
    while True:
        async with units.begin() as work:
            count = await delete(work.session, before)
        total += count
        if not count:
            return total
