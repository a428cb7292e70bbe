"""What is past its time is deleted a few thousand rows at a time, so that nobody waits for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.events import Event
from service.domain.notifications import Notification, NotificationStatus
from service.domain.people import Invitation, LoginSession
from service.domain.tables import Row
from service.domain.webhooks import WebhookDelivery, WebhookDeliveryStatus

AT_ONCE: Final = 2000


async def delete_logins(session: AsyncSession, before: datetime) -> int:
    """Delete logins that ended before an instant; return how many."""
    ended = sa.func.least(col(LoginSession.expires_at), col(LoginSession.revoked_at))
    return await _delete(session, LoginSession, sa.select(col(LoginSession.id)).where(ended < before))


async def delete_invitations(session: AsyncSession, before: datetime) -> int:
    """Delete invitations that were used or ended before an instant; return how many."""
    ended = sa.func.least(col(Invitation.expires_at), col(Invitation.used_at))
    return await _delete(session, Invitation, sa.select(col(Invitation.id)).where(ended < before))


async def delete_notifications(session: AsyncSession, before: datetime) -> int:
    """Delete notifications from before an instant that do not wait; return how many."""
    over = col(Notification.status) != NotificationStatus.WAITING
    old = sa.select(col(Notification.id)).where(over, col(Notification.created_at) < before)
    return await _delete(session, Notification, old)


async def delete_webhook_deliveries(session: AsyncSession, before: datetime) -> int:
    """Delete webhook deliveries from before an instant that do not wait; return how many."""
    over = col(WebhookDelivery.status) != WebhookDeliveryStatus.PENDING
    old = sa.select(col(WebhookDelivery.id)).where(over, col(WebhookDelivery.created_at) < before)
    return await _delete(session, WebhookDelivery, old)


async def delete_events(session: AsyncSession, before: datetime) -> int:
    """Delete events from before an instant that no message names; return how many."""
    first = sa.select(col(Event.id), col(Event.at)).order_by(col(Event.sequence)).limit(AT_ONCE).subquery()
    named = [
        sa.exists().where(col(reference) == first.c.id)
        for reference in (Notification.event_id, WebhookDelivery.event_id)
    ]
    return await _delete(session, Event, sa.select(first.c.id).where(first.c.at < before, sa.not_(sa.or_(*named))))


async def _delete(session: AsyncSession, table: type[Row], ids: sa.Select[Any]) -> int:
    key: Any = table.__table__.c.id  # type: ignore[attr-defined]
    gone = await session.execute(sa.delete(table).where(key.in_(ids.limit(AT_ONCE))).returning(key))
    return len(gone.all())
