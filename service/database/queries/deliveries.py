"""Delivery notes with their lines and lots: what is to be noted, listed, shown to whom they concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from service.database.queries.answers import in_undo_window
from service.database.queries.locks import for_change
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryLot, DeliveryStatus
from service.domain.delivery_timers import SIGNED_WITHIN, WARNED_BEFORE, WEIGHED_WITHIN
from service.domain.items import Item
from service.domain.orders import HOLDING_STATUSES, Order, OrderLine, OrderStatus
from service.domain.organisations import Organisation
from service.domain.places import Region
from service.domain.purchases import Purchase, PurchaseLine, PurchaseLineStatus
from service.domain.receipts import Receipt, ReceiptStatus
from service.domain.reliability import WEIGHING_ENDS

WEIGHING_LASTS: Final = timedelta(hours=WEIGHING_ENDS.hour, minutes=WEIGHING_ENDS.minute)
"""From midnight."""


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """What a list is narrowed to; ``None``: not narrowed. Of a side, all that are named must be it."""

    cooperative_ids: tuple[UUID, ...] = ()
    kitchen_ids: tuple[UUID, ...] = ()
    needed_date: date | None = None
    status: DeliveryStatus | None = None
    week_start: date | None = None


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """A note with the names of both sides."""

    delivery: Delivery
    cooperative: Organisation
    kitchen: Organisation


@dataclass(frozen=True, slots=True)
class ListedDeliveryLine:
    """A line with its note and its item."""

    summary: DeliverySummary
    line: DeliveryLine
    item: Item


@dataclass(frozen=True, slots=True)
class NotedLine:
    """A line with its item."""

    line: DeliveryLine
    item: Item


@dataclass(frozen=True, slots=True)
class ShownDeliveryLine:
    """A line with its item and the lots that left on it."""

    line: DeliveryLine
    item: Item
    lots: tuple[DeliveryLot, ...]


async def unnoted_order_ids(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the answered orders of which something can be noted now, or nothing will be any more; region by region.

    As in ``ready_lines``, what is needed on the day of goods that a wholesaler may still sell cannot. Without those
    orders of which an answer can still be taken back.
    """
    query = sa.select(col(Order.region_code), col(Order.id)).where(
        col(Order.status) == OrderStatus.ANSWERED,
        col(Order.noted_at).is_(None),
        col(Order.plan_id).is_not(None),
        ~in_undo_window(now),
    )
    waiting = query.cte("waiting")  # few; what they hold is looked up from here, however many lines there are
    on_note = sa.exists().where(
        col(DeliveryLine.order_line_id) == col(OrderLine.id),
        col(Delivery.id) == col(DeliveryLine.delivery_id),
        col(Delivery.status) != DeliveryStatus.CANCELLED,
    )
    is_ready = (
        *_is_held(OrderLine),
        ~on_note,
        ~_is_awaited(col(OrderLine.order_id), col(OrderLine.needed_date) == col(_NEEDING.needed_date)),
    )
    done = sa.select(waiting).where(~_is_awaited(waiting.c.id))
    ready = sa.select(waiting).join(OrderLine, col(OrderLine.order_id) == waiting.c.id).where(*is_ready)
    return [order_id for _, order_id in await session.execute(sa.union(done, ready).order_by("region_code", "id"))]


_NEEDING: Final = aliased(OrderLine)


def _is_held(line: type[OrderLine]) -> tuple[sa.ColumnElement[bool], ...]:
    return col(line.status).in_(HOLDING_STATUSES), col(line.accepted_qty) > 0


def _is_awaited(order_id: sa.ColumnElement[UUID] | Mapped[UUID], *more: sa.ColumnElement[bool]) -> sa.Exists:
    """Match orders with goods that a wholesaler may still sell."""
    return sa.exists().where(
        col(Purchase.order_id) == order_id,
        col(PurchaseLine.purchase_id) == col(Purchase.id),
        col(PurchaseLine.status) == PurchaseLineStatus.AWAITING_ANSWER,
        col(_NEEDING.order_id) == col(Purchase.order_id),
        col(_NEEDING.stock_id) == col(PurchaseLine.stock_id),
        *_is_held(_NEEDING),
        *more,
    )


async def noted_lines(session: AsyncSession, order_line_ids: Collection[UUID]) -> dict[UUID, list[DeliveryLine]]:
    """Return what stands on notes that are not cancelled, by order line."""
    query = (
        sa.select(DeliveryLine)
        .join(Delivery, col(Delivery.id) == col(DeliveryLine.delivery_id))
        .where(col(DeliveryLine.order_line_id).in_(order_line_ids), col(Delivery.status) != DeliveryStatus.CANCELLED)
        .order_by(col(DeliveryLine.id))
    )
    found: defaultdict[UUID, list[DeliveryLine]] = defaultdict(list)
    for line in await session.scalars(query.execution_options(populate_existing=True)):
        found[line.order_line_id].append(line)
    return found


async def drops_of(session: AsyncSession, *, cooperative_id: UUID, dates: Collection[date]) -> list[Delivery]:
    """Hold all notes of a cooperative for some days, in the order of ``lock_deliveries``; return them drop by drop."""
    query = (
        sa.select(Delivery)
        .where(col(Delivery.cooperative_id) == cooperative_id, col(Delivery.needed_date).in_(dates))
        .order_by(col(Delivery.id))
    )
    held = await session.scalars(for_change(query).execution_options(populate_existing=True))
    return sorted(held, key=lambda note: (note.drop_no, note.id))


async def line_counts(session: AsyncSession, delivery_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many lines stand on each note."""
    query = (
        sa.select(col(DeliveryLine.delivery_id), sa.func.count())
        .where(col(DeliveryLine.delivery_id).in_(delivery_ids))
        .group_by(col(DeliveryLine.delivery_id))
    )
    return dict((await session.execute(query)).all())


async def codes_of(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the codes of organisations."""
    query = sa.select(col(Organisation.id), col(Organisation.code)).where(col(Organisation.id).in_(organisation_ids))
    return dict((await session.execute(query)).all())


async def lock_delivery(session: AsyncSession, delivery_id: UUID) -> Delivery:
    """Hold a note that was read before; none is ever deleted. With it its lines stand still."""
    query = for_change(sa.select(Delivery).where(col(Delivery.id) == delivery_id))
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def lock_deliveries(session: AsyncSession, ids: Collection[UUID]) -> list[Delivery]:
    """Hold notes that were read before."""
    query = for_change(sa.select(Delivery).where(col(Delivery.id).in_(ids)).order_by(col(Delivery.id)))
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def under_way_ids(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the drops of which something is late by now that nobody was told of, as ``stalled`` judges them."""
    latest = now.date() + timedelta(days=2)  # a region's tomorrow may be two of UTC's days away
    query = (
        sa.select(col(Delivery.id))
        .join(Region, col(Region.code) == col(Delivery.region_code))
        .outerjoin(Receipt, col(Receipt.delivery_id) == col(Delivery.id))
        .where(
            col(Delivery.status).in_((DeliveryStatus.PLANNED, DeliveryStatus.DISPATCHED)),
            col(Delivery.needed_date) <= latest,
            _stalled(now),
        )
    )
    return list(await session.scalars(query.order_by(col(Delivery.needed_date), col(Delivery.id))))


def _stalled(now: datetime) -> sa.ColumnElement[bool]:
    evening = sa.cast(col(Delivery.needed_date), sa.DateTime) - timedelta(days=1) + WEIGHING_LASTS
    due = sa.func.timezone(col(Region.timezone), evening)
    unweighed = sa.func.greatest(due, col(Delivery.dispatched_at)) + WEIGHED_WITHIN <= now
    return sa.case(
        (
            col(Delivery.status) == DeliveryStatus.PLANNED,
            sa.or_(
                sa.and_(col(Delivery.undispatched_told_at).is_(None), due <= now),
                sa.and_(col(Delivery.not_left_told_at).is_(None), due - WARNED_BEFORE <= now, due > now),
            ),
        ),
        (col(Receipt.id).is_(None), sa.and_(col(Delivery.unweighed_told_at).is_(None), unweighed)),
        else_=sa.and_(
            col(Receipt.unsigned_told_at).is_(None),
            col(Receipt.status) == ReceiptStatus.OPEN,
            col(Receipt.created_at) + SIGNED_WITHIN <= now,
        ),
    )


async def lines_on_note(session: AsyncSession, delivery_id: UUID) -> list[NotedLine]:
    """Return a note's lines as they stand on it."""
    query = (
        sa.select(DeliveryLine, Item)
        .join(Item, col(Item.code) == col(DeliveryLine.item_code))
        .where(col(DeliveryLine.delivery_id) == delivery_id)
        .order_by(col(DeliveryLine.position))
    )
    return [NotedLine(line, item) for line, item in await session.execute(query)]


async def shown_lines(session: AsyncSession, delivery_id: UUID) -> list[ShownDeliveryLine]:
    """Return a note's lines as they stand on it, with their lots."""
    rows = await lines_on_note(session, delivery_id)
    lots: defaultdict[UUID, list[DeliveryLot]] = defaultdict(list)
    found = sa.select(DeliveryLot).where(col(DeliveryLot.delivery_line_id).in_([row.line.id for row in rows]))
    for lot in await session.scalars(found.order_by(col(DeliveryLot.lot_code), col(DeliveryLot.id))):
        lots[lot.delivery_line_id].append(lot)
    return [ShownDeliveryLine(row.line, row.item, tuple(lots[row.line.id])) for row in rows]


async def list_deliveries(
    session: AsyncSession, *, region_code: str, wanted: DeliveryFilter, after: tuple[date, UUID] | None, limit: int
) -> list[DeliverySummary]:
    """Return notes of a region, the latest day first."""
    query = _summaries().where(col(Delivery.region_code) == region_code, *_conditions(wanted))
    if after is not None:
        place = sa.tuple_(col(Delivery.needed_date), col(Delivery.id))
        query = query.where(place < sa.tuple_(*(sa.literal(part) for part in after)))
    query = query.order_by(col(Delivery.needed_date).desc(), col(Delivery.id).desc()).limit(limit)
    return [DeliverySummary(*row) for row in await session.execute(query)]


async def list_delivery_lines(
    session: AsyncSession, *, region_code: str, wanted: DeliveryFilter, limit: int
) -> list[ListedDeliveryLine]:
    """Return the lines of notes of a region, the latest day first."""
    query = (
        _summaries()
        .add_columns(DeliveryLine, Item)
        .join(DeliveryLine, col(DeliveryLine.delivery_id) == col(Delivery.id))
        .join(Item, col(Item.code) == col(DeliveryLine.item_code))
        .where(col(Delivery.region_code) == region_code, *_conditions(wanted))
        .order_by(col(Delivery.needed_date).desc(), col(Delivery.id).desc(), col(DeliveryLine.position))
    )
    rows = await session.execute(query.limit(limit))
    return [ListedDeliveryLine(DeliverySummary(*sides), line, item) for *sides, line, item in rows]


async def summary_of(session: AsyncSession, delivery_id: UUID) -> DeliverySummary | None:
    """Return a note with the names of both sides."""
    row = (await session.execute(_summaries().where(col(Delivery.id) == delivery_id))).one_or_none()
    return DeliverySummary(*row) if row else None


def _summaries() -> sa.Select[Delivery, Organisation, Organisation]:
    cooperative, kitchen = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(Delivery, cooperative, kitchen)
        .join(cooperative, col(cooperative.id) == col(Delivery.cooperative_id))
        .join(kitchen, col(kitchen.id) == col(Delivery.kitchen_id))
    )


def _conditions(wanted: DeliveryFilter) -> Sequence[sa.ColumnElement[bool]]:
    asked = (
        *((Delivery.cooperative_id, one) for one in wanted.cooperative_ids),
        *((Delivery.kitchen_id, one) for one in wanted.kitchen_ids),
        (Delivery.needed_date, wanted.needed_date),
        (Delivery.status, wanted.status),
        (Delivery.week_start, wanted.week_start),
    )
    return [col(column) == value for column, value in asked if value is not None]
