"""Messages that phones send us: whose they are, and the order they speak of."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.contacts import Contact
from service.domain.orders import Order, OrderStatus
from service.domain.organisations import Organisation
from service.domain.people import User
from service.domain.short_replies import InboundMessage


async def take_message(session: AsyncSession, message_id: str, now: datetime) -> tuple[InboundMessage, bool]:
    """Return a message's row and whether this is the first time that it comes; a second one at once waits for it."""
    first = insert(InboundMessage).values(id=message_id, received_at=now).on_conflict_do_nothing()
    is_first = await session.scalar(first.returning(col(InboundMessage.id))) is not None
    return await session.get_one(InboundMessage, message_id), is_first


async def person_of_phone(session: AsyncSession, phone: str) -> tuple[User, Organisation] | None:
    """Return whose phone it is."""
    query = (
        sa.select(User, Organisation)
        .join(Contact, col(Contact.user_id) == col(User.id))
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .where(col(Contact.phone) == phone)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def newest_open_order(session: AsyncSession, cooperative_id: UUID) -> Order | None:
    """Return the order of a cooperative that waits for answers and was sent last."""
    query = (
        sa.select(Order)
        .where(col(Order.cooperative_id) == cooperative_id, col(Order.status) == OrderStatus.SENT)
        .order_by(col(Order.created_at).desc(), col(Order.id).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def last_due_order(session: AsyncSession, cooperative_id: UUID, now: datetime, within: timedelta) -> Order | None:
    """Return the order of a cooperative whose time to answer ended last, if it did within some time."""
    query = (
        sa.select(Order)
        .where(col(Order.cooperative_id) == cooperative_id, col(Order.respond_by_at).between(now - within, now))
        .order_by(col(Order.respond_by_at).desc(), col(Order.id).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()
