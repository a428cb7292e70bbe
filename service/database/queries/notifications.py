"""Messages to people: who they are for, what they tell of, which are due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.copying import add_missing
from service.database.cursors import Cursor, older_than
from service.domain.contacts import Channel, Contact
from service.domain.events import Event
from service.domain.items import Item
from service.domain.notifications import SENT_WITHIN, TOO_OLD_AFTER, NoticeKind, Notification, NotificationStatus
from service.domain.orders import Order, OrderLine
from service.domain.organisations import Organisation
from service.domain.people import Role, User
from service.domain.places import Region

AT_ONCE: Final = 20
GIVEN_UP_AT_ONCE: Final = 500
KNOWN: Final = col(Notification.kind).in_(tuple(NoticeKind))
"""Messages of kinds that a later version brought in are left to a program that knows them: reading one fails."""


Reader = tuple[User, Contact | None]
"""An active user, and how they are reached."""


async def people_of(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, list[Reader]]:
    """Return the readers of each organisation that has any."""
    found: defaultdict[UUID, list[Reader]] = defaultdict(list)
    for user, contact in await session.execute(_readers().where(col(User.organisation_id).in_(organisation_ids))):
        found[user.organisation_id].append((user, contact))
    return dict(found)


async def people_of_cities(
    session: AsyncSession, region_codes: Collection[str], roles: Collection[Role]
) -> dict[str, list[Reader]]:
    """Return the readers in some roles of each region that has any."""
    found: defaultdict[str, list[Reader]] = defaultdict(list)
    query = _readers().where(col(User.region_code).in_(region_codes), col(User.role).in_(roles))
    for user, contact in await session.execute(query):
        found[user.region_code].append((user, contact))
    return dict(found)


def _readers() -> sa.Select[User, Contact]:
    return (
        sa.select(User, Contact)
        .outerjoin(Contact, col(Contact.user_id) == col(User.id))
        .where(col(User.is_active))
        .order_by(col(User.id))
    )


async def timezones(session: AsyncSession) -> dict[str, str]:
    """Return the time zone of every region."""
    rows = await session.execute(sa.select(col(Region.code), col(Region.timezone)))
    return {row.code: row.timezone for row in rows}


ToldLine = tuple[OrderLine, Item, Organisation, Organisation]
"""A line with its item, kitchen and cooperative."""


async def lines_to_tell(
    session: AsyncSession, *, order_id: UUID | None = None, line_ids: Collection[UUID] = ()
) -> list[ToldLine]:
    """Return the lines of an order, or those that are named."""
    kitchen, cooperative = sa.orm.aliased(Organisation), sa.orm.aliased(Organisation)
    query = (
        sa.select(OrderLine, Item, kitchen, cooperative)
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .join(kitchen, col(kitchen.id) == col(OrderLine.kitchen_id))
        .join(cooperative, col(cooperative.id) == col(Order.cooperative_id))
        .order_by(col(OrderLine.position))
    )
    query = query.where(col(OrderLine.order_id) == order_id if order_id else col(OrderLine.id).in_(line_ids))
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(query)]


async def add_notifications(session: AsyncSession, notifications: Iterable[Notification]) -> None:
    """Add messages; one that is there already stays as it is."""
    await add_missing(session, Notification, notifications)


async def list_notifications(
    session: AsyncSession,
    *,
    user_id: UUID,
    channel: Channel,
    status: NotificationStatus | None,
    after: Cursor | None,
    limit: int,
) -> list[Notification]:
    """Return a person's messages, newest first."""
    query = sa.select(Notification).where(
        col(Notification.user_id) == user_id,
        col(Notification.channel) == channel,
        KNOWN,
        older_than(after, col(Notification.created_at), col(Notification.id)),
    )
    if status is not None:
        query = query.where(col(Notification.status) == status)
    query = query.order_by(col(Notification.created_at).desc(), col(Notification.id).desc()).limit(limit)
    return list((await session.scalars(query)).all())


async def take_due_notifications(
    session: AsyncSession, now: datetime, channels: Collection[Channel]
) -> list[tuple[Notification, Contact | None, str | None]]:
    """Take messages whose time has come, count the attempt, and keep them from others while they are sent.

    What is too old is left to be given up. Beside each stand how its reader is reached, and the correlation id of what
    it tells of.
    """
    query = (
        sa.select(Notification)
        .where(
            col(Notification.channel).in_(channels),
            KNOWN,
            col(Notification.status) == NotificationStatus.WAITING,
            col(Notification.send_at) <= now,
            col(Notification.created_at) > now - TOO_OLD_AFTER,
        )
        .order_by(col(Notification.send_at), col(Notification.id))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    taken = list((await session.scalars(query)).all())
    for notification in taken:
        notification.attempts += 1
        notification.send_at = now + SENT_WITHIN
    of: Any = sa.select(Contact).where(col(Contact.user_id).in_({one.user_id for one in taken}))
    contacts = {contact.user_id: contact for contact in await session.scalars(of)}
    made_by: Any = sa.select(Event).where(col(Event.id).in_({one.event_id for one in taken}))
    ids = {event.id: event.correlation_id for event in await session.scalars(made_by)}
    return [(one, contacts.get(one.user_id), ids[one.event_id]) for one in taken]


async def hold_too_old(session: AsyncSession, now: datetime) -> list[Notification]:
    """Return messages, on whatever channel, that waited for too long and are not being sent just now, for change."""
    query = (
        sa.select(Notification)
        .where(
            KNOWN,
            col(Notification.status) == NotificationStatus.WAITING,
            col(Notification.send_at) <= now,
            col(Notification.created_at) <= now - TOO_OLD_AFTER,
        )
        .limit(GIVEN_UP_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return list((await session.scalars(query)).all())


async def hold_notification(session: AsyncSession, notification_id: UUID, attempt: int) -> Notification | None:
    """Return a message for change, unless another attempt has it by now."""
    held = await session.get_one(Notification, notification_id, with_for_update=True, populate_existing=True)
    return held if held.attempts == attempt and held.status is NotificationStatus.WAITING else None


async def contact_of(session: AsyncSession, user_id: UUID) -> Contact | None:
    """Return how a person is reached."""
    return (await session.scalars(sa.select(Contact).where(col(Contact.user_id) == user_id))).one_or_none()


async def is_phone_taken(session: AsyncSession, phone: str, *, by_other_than: UUID) -> bool:
    """Tell whether a phone is another user's."""
    query = sa.select(col(Contact.id)).where(col(Contact.phone) == phone, col(Contact.user_id) != by_other_than)
    return await session.scalar(query) is not None
