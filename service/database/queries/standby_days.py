"""How standbys and kitchens stand on the days of the lines that may be moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.standby_moves import LIVE_QTY
from service.database.queries.week_orders import LIVE_LINES
from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderStatus
from service.domain.organisations import ClosedDay, Cooperative, DayCapacity, Document, Kitchen, Organisation
from service.domain.standby_days import Carrying, StandbyDays


async def read_standby_days(
    session: AsyncSession,
    cooperative_ids: Collection[UUID],
    *,
    kitchen_ids: Collection[UUID],
    days: Collection[date],
    free_idr: dict[UUID, int],
) -> StandbyDays:
    """Return cooperatives and kitchens as they stand on some days; the caller holds them.

    As many statements for a city's lines as for one.
    """
    pairs = sa.select(Organisation, Cooperative).join(
        Cooperative, col(Cooperative.organisation_id) == col(Organisation.id)
    )
    found = await session.execute(pairs.where(col(Organisation.id).in_(cooperative_ids)))
    members = {organisation.id: (organisation, cooperative) for organisation, cooperative in found}
    drops = sa.select(col(Kitchen.organisation_id), col(Kitchen.max_drops_per_day)).where(
        col(Kitchen.organisation_id).in_(kitchen_ids)
    )
    return StandbyDays(
        members=members,
        closed_dates=await _closed_dates(session, cooperative_ids, days),
        documents=await _documents(session, cooperative_ids),
        left=await _left(session, [cooperative for _, cooperative in members.values()], days),
        free_idr=free_idr,
        most_drops=dict((await session.execute(drops)).all()),
        coming=await _coming(session, kitchen_ids, days),
    )


async def _closed_dates(
    session: AsyncSession, cooperative_ids: Collection[UUID], days: Collection[date]
) -> dict[UUID, frozenset[date]]:
    query = sa.select(col(ClosedDay.organisation_id), col(ClosedDay.closed_date)).where(
        col(ClosedDay.organisation_id).in_(cooperative_ids), col(ClosedDay.closed_date).in_(days)
    )
    closed: defaultdict[UUID, set[date]] = defaultdict(set)
    for cooperative_id, day in await session.execute(query):
        closed[cooperative_id].add(day)
    return {cooperative_id: frozenset(dates) for cooperative_id, dates in closed.items()}


async def _documents(session: AsyncSession, cooperative_ids: Collection[UUID]) -> dict[UUID, tuple[Document, ...]]:
    papers: defaultdict[UUID, list[Document]] = defaultdict(list)
    for paper in await session.scalars(sa.select(Document).where(col(Document.organisation_id).in_(cooperative_ids))):
        papers[paper.organisation_id].append(paper)
    return {cooperative_id: tuple(found) for cooperative_id, found in papers.items()}


async def _left(
    session: AsyncSession, cooperatives: Collection[Cooperative], days: Collection[date]
) -> dict[tuple[UUID, date], Carrying]:
    """Return what cooperatives can carry besides what they are to carry already."""
    ids = [cooperative.organisation_id for cooperative in cooperatives]
    left = {
        (cooperative.organisation_id, day): Carrying(cooperative.handling_g_per_day, cooperative.cold_g_per_day)
        for cooperative in cooperatives
        for day in days
    }
    named = sa.select(DayCapacity).where(
        col(DayCapacity.cooperative_id).in_(ids), col(DayCapacity.capacity_date).in_(days)
    )
    for one in await session.scalars(named):
        left[one.cooperative_id, one.capacity_date] = Carrying(one.handling_g, one.cold_g)
    loads: Any = (
        sa.select(col(Order.cooperative_id), col(OrderLine.needed_date), LIVE_QTY, Item)
        .select_from(OrderLine)
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .where(col(Order.cooperative_id).in_(ids), *_live_on(days))
    )
    for cooperative_id, day, qty, item in await session.execute(loads):
        left[cooperative_id, day] = left[cooperative_id, day].with_less(qty, item)
    return left


async def _coming(
    session: AsyncSession, kitchen_ids: Collection[UUID], days: Collection[date]
) -> dict[tuple[UUID, date], AbstractSet[UUID]]:
    """Return which cooperatives bring something to kitchens."""
    query = (
        sa.select(col(OrderLine.kitchen_id), col(OrderLine.needed_date), col(Order.cooperative_id))
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .where(col(OrderLine.kitchen_id).in_(kitchen_ids), *_live_on(days))
        .distinct()
    )
    coming: defaultdict[tuple[UUID, date], set[UUID]] = defaultdict(set)
    for kitchen_id, day, cooperative_id in await session.execute(query):
        coming[kitchen_id, day].add(cooperative_id)
    return {**coming}


def _live_on(days: Collection[date]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(OrderLine.needed_date).in_(days),
        col(OrderLine.status).in_(LIVE_LINES),
        # By name: of what is not cancelled a generic plan expects nothing while no order is.
        col(Order.status).in_((OrderStatus.SENT, OrderStatus.ANSWERED)),
    )
