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
from service.domain.webhooks import EndpointStatus, WebhookDelivery, WebhookDeliveryStatus, WebhookEndpoint

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
    """Delete webhook deliveries from before an instant that do not wait for a next attempt; return how many."""
    served = sa.select(col(WebhookEndpoint.id)).where(
        col(WebhookEndpoint.status) == EndpointStatus.ACTIVE, col(WebhookEndpoint.removed_at).is_(None)
    )
    over = sa.or_(
        col(WebhookDelivery.status) != WebhookDeliveryStatus.PENDING, col(WebhookDelivery.endpoint_id).not_in(served)
    )
    old = sa.select(col(WebhookDelivery.id)).where(over, col(WebhookDelivery.created_at) < before)
    return await _delete(session, WebhookDelivery, old)


async def delete_events(session: AsyncSession, before: datetime) -> int:
    """Delete events from before an instant that no message names; return how many."""
    # There is no index of when events happened, but they are numbered nearly in that order.
    young = sa.select(col(Event.sequence)).where(col(Event.at) >= before).order_by(col(Event.sequence)).limit(1)
    is_before = col(Event.sequence) < sa.func.coalesce(young.scalar_subquery(), sa.literal(2**62, sa.BigInteger))
    named = [
        sa.exists().where(col(reference) == col(Event.id))
        for reference in (Notification.event_id, WebhookDelivery.event_id)
    ]
    old = sa.select(col(Event.id)).where(is_before, col(Event.at) < before, sa.not_(sa.or_(*named)))
    return await _delete(session, Event, old.order_by(col(Event.sequence)))


async def _delete(session: AsyncSession, table: type[Row], ids: sa.Select[Any]) -> int:
    key: Any = table.__table__.c.id  # type: ignore[attr-defined]
    gone = await session.execute(sa.delete(table).where(key.in_(ids.limit(AT_ONCE))).returning(key))
    return len(gone.all())
