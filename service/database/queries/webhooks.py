"""Addresses of programs and the messages to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.copying import add_missing
from service.database.cursors import Cursor, older_than
from service.domain.events import Event
from service.domain.webhooks import (
    SENT_WITHIN,
    EndpointStatus,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEndpoint,
)

AT_ONCE: Final = 40
AT_ONCE_PER_ENDPOINT: Final = 5
"""So that one address with thousands of failing messages does not hold up the others."""


async def list_endpoints(
    session: AsyncSession, *, organisation_id: UUID, after: Cursor | None, limit: int
) -> list[WebhookEndpoint]:
    """Return an organisation's addresses, newest first."""
    query = (
        sa.select(WebhookEndpoint)
        .where(
            col(WebhookEndpoint.organisation_id) == organisation_id,
            col(WebhookEndpoint.removed_at).is_(None),
            older_than(after, col(WebhookEndpoint.created_at), col(WebhookEndpoint.id)),
        )
        .order_by(col(WebhookEndpoint.created_at).desc(), col(WebhookEndpoint.id).desc())
        .limit(limit)
    )
    return list((await session.scalars(query)).all())


async def count_endpoints(session: AsyncSession, organisation_id: UUID) -> int:
    """Return how many addresses an organisation has."""
    query = sa.select(sa.func.count(col(WebhookEndpoint.id))).where(
        col(WebhookEndpoint.organisation_id) == organisation_id, col(WebhookEndpoint.removed_at).is_(None)
    )
    return await session.scalar(query) or 0


async def active_endpoints(session: AsyncSession) -> list[WebhookEndpoint]:
    """Return all addresses that hear of new events."""
    query = sa.select(WebhookEndpoint).where(
        col(WebhookEndpoint.status) == EndpointStatus.ACTIVE, col(WebhookEndpoint.removed_at).is_(None)
    )
    return list((await session.scalars(query.order_by(col(WebhookEndpoint.id)))).all())


async def add_deliveries(session: AsyncSession, deliveries: Iterable[WebhookDelivery]) -> None:
    """Add messages; one that is there already stays as it is."""
    await add_missing(session, WebhookDelivery, deliveries)


async def list_deliveries(
    session: AsyncSession,
    endpoint_id: UUID,
    *,
    status: WebhookDeliveryStatus | None,
    after: Cursor | None,
    limit: int,
) -> list[WebhookDelivery]:
    """Return the messages to an address, newest first."""
    query = sa.select(WebhookDelivery).where(
        col(WebhookDelivery.endpoint_id) == endpoint_id,
        older_than(after, col(WebhookDelivery.created_at), col(WebhookDelivery.id)),
    )
    if status is not None:
        query = query.where(col(WebhookDelivery.status) == status)
    query = query.order_by(col(WebhookDelivery.created_at).desc(), col(WebhookDelivery.id).desc()).limit(limit)
    return list((await session.scalars(query)).all())


async def take_due_deliveries(
    session: AsyncSession, now: datetime
) -> list[tuple[WebhookDelivery, WebhookEndpoint, Event]]:
    """Take messages whose time has come, count the attempt, and keep them from others while they are sent.

    A message waits for the earlier ones of its entity to the same address, those being sent included.
    """
    earlier = sa.orm.aliased(WebhookDelivery)
    waits = sa.exists().where(
        col(earlier.endpoint_id) == col(WebhookDelivery.endpoint_id),
        col(earlier.entity) == col(WebhookDelivery.entity),
        col(earlier.entity_id) == col(WebhookDelivery.entity_id),
        col(earlier.status) == WebhookDeliveryStatus.PENDING,
        col(earlier.sequence) < col(WebhookDelivery.sequence),
    )
    is_due: Any = sa.and_(
        col(WebhookDelivery.status) == WebhookDeliveryStatus.PENDING, col(WebhookDelivery.next_attempt_at) <= now
    )
    place = sa.func.row_number().over(
        partition_by=col(WebhookDelivery.endpoint_id), order_by=col(WebhookDelivery.sequence)
    )
    due = (
        sa.select(col(WebhookDelivery.id), place.label("place"))
        .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(WebhookDelivery.endpoint_id))
        .where(
            is_due,
            ~waits,
            col(WebhookEndpoint.status) == EndpointStatus.ACTIVE,
            col(WebhookEndpoint.removed_at).is_(None),
        )
        .subquery()
    )
    chosen = sa.select(due.c.id).where(due.c.place <= AT_ONCE_PER_ENDPOINT).limit(AT_ONCE)
    query = (
        sa.select(WebhookDelivery)
        .where(col(WebhookDelivery.id).in_(chosen), is_due)
        .order_by(col(WebhookDelivery.sequence))
        .with_for_update(skip_locked=True)
    )
    taken = list((await session.scalars(query)).all())
    for delivery in taken:
        delivery.attempts += 1
        delivery.next_attempt_at = now + SENT_WITHIN
    endpoints = await _by_id(session, WebhookEndpoint, {delivery.endpoint_id for delivery in taken})
    events = await _by_id(session, Event, {delivery.event_id for delivery in taken})
    return [(delivery, endpoints[delivery.endpoint_id], events[delivery.event_id]) for delivery in taken]


async def _by_id(session: AsyncSession, table: Any, ids: set[UUID]) -> dict[UUID, Any]:  # noqa: ANN401 (an entity class)
    rows = await session.scalars(sa.select(table).where(col(table.id).in_(ids)))
    return {row.id: row for row in rows}


async def give_up_deliveries(session: AsyncSession, endpoint_id: UUID) -> None:
    """Give up all messages that wait for an address; the caller holds it, and so keeps attempts from being noted."""
    waiting = sa.update(WebhookDelivery).where(
        col(WebhookDelivery.endpoint_id) == endpoint_id, col(WebhookDelivery.status) == WebhookDeliveryStatus.PENDING
    )
    await session.execute(waiting.values(status=WebhookDeliveryStatus.DEAD))


async def hold_attempt(
    session: AsyncSession, delivery_id: UUID, attempt: int
) -> tuple[WebhookDelivery, WebhookEndpoint] | None:
    """Return a message and its address for change, unless another attempt has it by now."""
    seen = await session.get_one(WebhookDelivery, delivery_id)
    endpoint = await session.get_one(WebhookEndpoint, seen.endpoint_id, with_for_update=True)
    delivery = await session.get_one(WebhookDelivery, delivery_id, with_for_update=True, populate_existing=True)
    is_mine = delivery.attempts == attempt and delivery.status is WebhookDeliveryStatus.PENDING
    return (delivery, endpoint) if is_mine else None
