"""Packs kept for branches in other regions: who has how many, and what is not needed any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.calendars import DAYS_PER_WEEK
from service.domain.orders import Order, OrderStatus
from service.domain.organisations import Organisation, Wholesaler
from service.domain.places import Region
from service.domain.plans import Plan, PlanStatus
from service.domain.quotas import KEPT_FOR
from service.domain.stocks import Stock, StockStatus


async def has_branches(session: AsyncSession, wholesaler_id: UUID) -> bool:
    """Tell whether a wholesaler is the head office of any branch."""
    return bool(await session.scalar(sa.select(sa.exists().where(col(Wholesaler.head_office_id) == wholesaler_id))))


async def branches_with_quotas(session: AsyncSession, pool: Stock) -> list[tuple[Organisation, Region, Stock | None]]:
    """Return all branches of the wholesaler whose stock it is, where they are, and their open quotas, by code."""
    quota = sa.and_(
        col(Stock.pool_id) == pool.id,
        col(Stock.wholesaler_id) == col(Organisation.id),
        col(Stock.status) == StockStatus.OPEN,
    )
    query = (
        sa.select(Organisation, Region, Stock)
        .join(Wholesaler, col(Wholesaler.organisation_id) == col(Organisation.id))
        .join(Region, col(Region.code) == col(Organisation.region_code))
        .outerjoin(Stock, quota)
        .where(col(Wholesaler.head_office_id) == pool.wholesaler_id)
        .order_by(col(Organisation.region_code), col(Organisation.code))
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def find_open_quota(session: AsyncSession, *, pool_id: UUID, branch_id: UUID) -> Stock | None:
    """Return what a branch has of a stock."""
    query = sa.select(Stock).where(
        col(Stock.pool_id) == pool_id, col(Stock.wholesaler_id) == branch_id, col(Stock.status) == StockStatus.OPEN
    )
    return (await session.scalars(query)).one_or_none()


async def unused_quota_ids(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the quotas with packs that their region needs no more, region by region.

    Those are withdrawn, or the plan of the last week that they reach is in force, none of the week's orders waits for
    an answer, and the last time to answer is over for ``KEPT_FOR``.
    """
    last_week = sa.and_(
        col(Plan.region_code) == col(Stock.region_code),
        col(Plan.status) == PlanStatus.PUBLISHED,
        col(Stock.to_date) >= col(Plan.week_start),
        col(Stock.to_date) < col(Plan.week_start) + DAYS_PER_WEEK,
    )
    moving = sa.exists().where(
        col(Order.region_code) == col(Plan.region_code),
        col(Order.week_start) == col(Plan.week_start),
        sa.or_(col(Order.status) == OrderStatus.SENT, col(Order.respond_by_at) > now - KEPT_FOR),
    )
    query = sa.select(col(Stock.id)).where(
        col(Stock.pool_id).is_not(None),
        col(Stock.packs) > col(Stock.promised_packs) + col(Stock.elsewhere_packs),
        sa.or_(col(Stock.status) == StockStatus.WITHDRAWN, sa.exists().where(last_week, ~moving)),
    )
    return list(await session.scalars(query.order_by(col(Stock.region_code), col(Stock.id))))
