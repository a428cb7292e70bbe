"""Messages that phones send us: whose they are, and the order they speak of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.contacts import Contact
from service.domain.orders import Order, OrderLine, OrderLineStatus
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


async def orders_in_mind(session: AsyncSession, cooperative_id: UUID, now: datetime, within: timedelta) -> list[Order]:
    """Return the orders of a cooperative that a reply may mean: whose time to answer is not over, or only of late.

    Also those of which every line is answered: a reply that is sent twice must not answer another order.
    """
    query = (
        sa.select(Order)
        .where(col(Order.cooperative_id) == cooperative_id, col(Order.respond_by_at) >= now - within)
        .order_by(col(Order.respond_by_at), col(Order.id))
    )
    return list(await session.scalars(query))


async def orders_of_week_number(session: AsyncSession, cooperative_id: UUID, week: int) -> list[Order]:
    """Return the orders of a cooperative to be answered in any year's ISO week of a number."""
    query = sa.select(Order).where(
        col(Order.cooperative_id) == cooperative_id,
        col(Order.respond_by_at).is_not(None),
        sa.extract("week", col(Order.week_start)) == week,
    )
    return list(await session.scalars(query))


async def waiting_counts(session: AsyncSession, order_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many lines of orders wait for an answer."""
    query = (
        sa.select(col(OrderLine.order_id), sa.func.count())
        .where(col(OrderLine.order_id).in_(order_ids), col(OrderLine.status) == OrderLineStatus.AWAITING_ANSWER)
        .group_by(col(OrderLine.order_id))
    )
    return {row[0]: row[1] for row in await session.execute(query)}
