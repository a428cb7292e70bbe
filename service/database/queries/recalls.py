"""Who got which goods: from a lot, a producer, an item or a note to every kitchen; and the recalls that forbid them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.database.queries.locks import for_change
from service.database.queries.spellings import spelled
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryLot
from service.domain.lot_names import LotName, one_spelling
from service.domain.offers import OfferLot
from service.domain.organisations import Organisation
from service.domain.recalled_supply import RecalledSupply
from service.domain.recalls import ANSWERED_WITHIN, MOST_LOTS, Recall, RecallPart, RecallStatus, Wanted
from service.domain.receipts import ReceiptLine


@dataclass(frozen=True, slots=True)
class TracedLot:
    """Goods of one lot on one delivery, and what the kitchen did with the line; base units."""

    delivery_id: UUID
    number: str
    cooperative_id: UUID
    cooperative_name: str
    kitchen_id: UUID
    kitchen_name: str
    needed_date: date
    dispatched_at: datetime | None
    item_code: str
    lot_code: str
    producer: str
    expires_on: date | None
    shipped_qty: int
    line_shipped_qty: int
    line_accepted_qty: int | None
    line_rejected_qty: int | None


@dataclass(frozen=True, slots=True)
class ListedRecallPart:
    """A recall with one kitchen's goods of one item; with no part where nobody got any."""

    recall: Recall
    part: RecallPart | None = None
    kitchen_name: str | None = None


async def trace(
    session: AsyncSession, *, region_code: str, wanted: Wanted, kitchen_id: UUID | None = None
) -> list[TracedLot]:
    """Return all that left of the wanted goods, or left for one kitchen, the latest cooking day first.

    One more than ``MOST_LOTS`` at most.
    """
    query = trace_query(region_code, wanted)
    if kitchen_id is not None:
        query = query.where(col(Delivery.kitchen_id) == kitchen_id)
    return [TracedLot(*tuple(row)) for row in await session.execute(query)]


def trace_query(region_code: str, wanted: Wanted) -> sa.Select[*tuple[Any, ...]]:
    """Return what ``trace`` asks the database."""
    cooperative, kitchen = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(
            col(Delivery.id),
            col(Delivery.number),
            col(cooperative.id),
            col(cooperative.name),
            col(kitchen.id),
            col(kitchen.name),
            col(Delivery.needed_date),
            col(Delivery.dispatched_at),
            col(DeliveryLine.item_code),
            col(DeliveryLot.lot_code),
            col(DeliveryLot.producer),
            col(DeliveryLot.expires_on),
            col(DeliveryLot.shipped_qty),
            col(DeliveryLine.shipped_qty),
            col(ReceiptLine.accepted_qty),
            col(ReceiptLine.rejected_qty),
        )
        .select_from(DeliveryLot)
        .join(DeliveryLine, col(DeliveryLine.id) == col(DeliveryLot.delivery_line_id))
        .join(Delivery, col(Delivery.id) == col(DeliveryLine.delivery_id))
        .join(cooperative, col(cooperative.id) == col(Delivery.cooperative_id))
        .join(kitchen, col(kitchen.id) == col(Delivery.kitchen_id))
        .outerjoin(ReceiptLine, col(ReceiptLine.delivery_line_id) == col(DeliveryLine.id))
        .where(col(Delivery.region_code) == region_code, *_conditions(wanted))
        .order_by(col(Delivery.needed_date).desc(), col(kitchen.name), col(DeliveryLot.id))
        .limit(MOST_LOTS + 1)
    )


async def has_left(session: AsyncSession, *, region_code: str, wanted: Wanted) -> bool:
    """Tell whether anything left of the wanted goods."""
    return bool((await session.execute(trace_query(region_code, wanted).order_by(None).limit(1))).first())


async def find_note(session: AsyncSession, *, region_code: str, named: str) -> Delivery | None:
    """Return the delivery note of a region with a number, or an id."""
    try:
        is_named = col(Delivery.id) == UUID(named)
    except ValueError:
        is_named = col(Delivery.number) == named
    return (
        await session.scalars(sa.select(Delivery).where(col(Delivery.region_code) == region_code, is_named))
    ).first()


async def lots_on(session: AsyncSession, delivery_id: UUID, wanted: Wanted) -> frozenset[LotName]:
    """Return the wanted lots that left with a delivery note; the days that are asked for are those of all notes."""
    query = lots_query(delivery_id, replace(wanted, from_date=None, to_date=None))
    return frozenset(LotName(*tuple(row)) for row in await session.execute(query))


def lots_query(delivery_id: UUID, wanted: Wanted) -> sa.Select[str, str, str]:
    """Return what ``lots_on`` asks the database."""
    return (
        sa.select(col(DeliveryLine.item_code), col(DeliveryLot.lot_code), col(DeliveryLot.producer))
        .join(DeliveryLot, col(DeliveryLot.delivery_line_id) == col(DeliveryLine.id))
        .where(col(DeliveryLine.delivery_id) == delivery_id, *_conditions(wanted))
    )


def _conditions(wanted: Wanted) -> Sequence[sa.ColumnElement[bool]]:
    lot_code, producer = spelled(col(DeliveryLot.lot_code)), spelled(col(DeliveryLot.producer))
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.lot_code is not None:
        conditions.append(lot_code == one_spelling(wanted.lot_code))
    if wanted.producer is not None:
        conditions.append(producer == one_spelling(wanted.producer))
    if wanted.item_code is not None:
        conditions.append(col(DeliveryLine.item_code) == wanted.item_code)
    if wanted.lots is not None:
        names = sorted({lot.in_one_spelling for lot in wanted.lots})
        # The codes alone are said, too: they are what the index knows.
        conditions.append(lot_code.in_({lot.lot_code for lot in names}))
        conditions.append(sa.tuple_(col(DeliveryLine.item_code), lot_code, producer).in_(names))
    if wanted.from_date is not None:
        conditions.append(col(Delivery.needed_date) >= wanted.from_date)
    if wanted.to_date is not None:
        conditions.append(col(Delivery.needed_date) <= wanted.to_date)
    return conditions


async def open_recalls(session: AsyncSession, *, region_code: str) -> list[Recall]:
    """Return the recalls of a region that still forbid goods."""
    query = sa.select(Recall).where(col(Recall.region_code) == region_code, col(Recall.status) == RecallStatus.OPEN)
    return list(await session.scalars(query.order_by(col(Recall.id))))


async def recalled_supply(session: AsyncSession, *, region_code: str, offer_ids: Collection[UUID]) -> RecalledSupply:
    """Return what keeps a region's goods from being planned, with the lots of some offers."""
    recalls = await open_recalls(session, region_code=region_code)
    if not recalls:
        return RecalledSupply()
    query = sa.select(col(OfferLot.offer_id), col(OfferLot.lot_code)).where(col(OfferLot.offer_id).in_(offer_ids))
    lots: defaultdict[UUID, set[str]] = defaultdict(set)
    for offer_id, lot_code in await session.execute(query):
        lots[offer_id].add(lot_code)
    return RecalledSupply(tuple(recalls), dict(lots))


async def lock_recall(session: AsyncSession, recall_id: UUID) -> Recall:
    """Hold a recall that was read before; with it its parts stand still."""
    query = for_change(sa.select(Recall).where(col(Recall.id) == recall_id))
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def parts_of(session: AsyncSession, recall_id: UUID, *, kitchen_id: UUID | None = None) -> list[RecallPart]:
    """Return the kitchens' parts of a recall; one kitchen's only if it is named."""
    query = sa.select(RecallPart).where(col(RecallPart.recall_id) == recall_id)
    if kitchen_id is not None:
        query = query.where(col(RecallPart.kitchen_id) == kitchen_id)
    query = query.order_by(col(RecallPart.kitchen_id), col(RecallPart.item_code))
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def unconfirmed_kitchens(session: AsyncSession, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return the recalls and kitchens about whose silence something may be due, in their order."""
    since = now - ANSWERED_WITHIN
    asked_at = sa.func.coalesce(col(RecallPart.asked_at), col(Recall.created_at))
    is_due = sa.or_(
        sa.and_(col(RecallPart.reminded_at).is_(None), asked_at <= since),
        col(RecallPart.reminded_at) <= since,
    )
    query = (
        sa.select(col(RecallPart.recall_id), col(RecallPart.kitchen_id))
        .join(Recall, col(Recall.id) == col(RecallPart.recall_id))
        .where(
            col(Recall.status) == RecallStatus.OPEN,
            col(RecallPart.confirmed_at).is_(None),
            col(RecallPart.escalated_at).is_(None),
            is_due,
        )
        .distinct()
        .order_by(col(RecallPart.recall_id), col(RecallPart.kitchen_id))
    )
    return [(recall_id, kitchen_id) for recall_id, kitchen_id in await session.execute(query)]


async def list_recalls(
    session: AsyncSession,
    *,
    region_code: str,
    kitchen_id: UUID | None,
    status: RecallStatus | None,
    after: Cursor | None = None,
    limit: int | None = None,
) -> list[Recall]:
    """Return a region's recalls, the latest first (all without a limit); of a kitchen those that it has goods of."""
    query = sa.select(Recall).where(col(Recall.region_code) == region_code)
    if kitchen_id is not None:
        own = sa.select(col(RecallPart.recall_id)).where(col(RecallPart.kitchen_id) == kitchen_id)
        query = query.where(col(Recall.id).in_(own))
    if status is not None:
        query = query.where(col(Recall.status) == status)
    at, key = col(Recall.created_at), col(Recall.id)
    query = query.where(older_than(after, at, key)).order_by(at.desc(), key.desc()).limit(limit)
    return list(await session.scalars(query))


async def list_recall_parts(
    session: AsyncSession, *, region_code: str, kitchen_id: UUID | None, status: RecallStatus | None, limit: int
) -> list[ListedRecallPart]:
    """Return what each kitchen says of its goods in the recalls that a list shows; a kitchen's own only."""
    recalls = await list_recalls(session, region_code=region_code, kitchen_id=kitchen_id, status=status)
    place = {recall.id: number for number, recall in enumerate(recalls)}
    query = (
        sa.select(RecallPart, col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(RecallPart.kitchen_id))
        .where(col(RecallPart.recall_id).in_(place))
        .order_by(col(Organisation.code), col(RecallPart.item_code))
        .limit(limit)
    )
    if kitchen_id is not None:
        query = query.where(col(RecallPart.kitchen_id) == kitchen_id)
    found: dict[UUID, list[ListedRecallPart]] = {}
    for part, name in await session.execute(query):
        recall = recalls[place[part.recall_id]]
        found.setdefault(recall.id, []).append(ListedRecallPart(recall, part, name))
    return [one for recall in recalls for one in found.get(recall.id, [ListedRecallPart(recall)])]


async def names_of(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of organisations."""
    query = sa.select(col(Organisation.id), col(Organisation.name)).where(col(Organisation.id).in_(organisation_ids))
    return dict((await session.execute(query)).all())
