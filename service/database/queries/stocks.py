"""Stocks of wholesalers: one to change, the list of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.stocks import Stock, StockStatus


@dataclass(frozen=True, slots=True)
class StockFilter:
    """What a list is narrowed to; ``None``: not narrowed. A week means stocks with a day in it."""

    owner_id: UUID | None = None
    """The organisation that the caller may not look beyond."""
    wholesaler_id: UUID | None = None
    week_start: date | None = None
    item_code: str | None = None
    status: StockStatus | None = None


async def find_stock(session: AsyncSession, stock_id: UUID) -> Stock | None:
    """Return a stock."""
    return await session.get(Stock, stock_id)


async def lock_stock(session: AsyncSession, stock_id: UUID) -> Stock | None:
    """Return a stock as it is now, held against every other change until the unit ends."""
    return await session.get(Stock, stock_id, with_for_update=True, populate_existing=True)


async def list_stocks(
    session: AsyncSession, *, region_code: str, wanted: StockFilter, after: Cursor | None, limit: int
) -> list[Stock]:
    """Return stocks of a region, newest first."""
    query = (
        sa.select(Stock)
        .where(col(Stock.region_code) == region_code, older_than(after, col(Stock.created_at), col(Stock.id)))
        .order_by(col(Stock.created_at).desc(), col(Stock.id).desc())
        .limit(limit)
    )
    if wanted.owner_id is not None:
        query = query.where(col(Stock.wholesaler_id) == wanted.owner_id)
    if wanted.wholesaler_id is not None:
        query = query.where(col(Stock.wholesaler_id) == wanted.wholesaler_id)
    if wanted.item_code is not None:
        query = query.where(col(Stock.item_code) == wanted.item_code)
    if wanted.status is not None:
        query = query.where(col(Stock.status) == wanted.status)
    if wanted.week_start is not None:
        last_day = wanted.week_start + timedelta(days=DAYS_PER_WEEK - 1)
        query = query.where(col(Stock.from_date) <= last_day, col(Stock.to_date) >= wanted.week_start)
    return list((await session.scalars(query)).all())


async def open_entries(session: AsyncSession, wholesaler_id: UUID) -> dict[tuple[object, ...], UUID]:
    """Return a wholesaler's open stocks by item, pack, price and days."""
    query = sa.select(
        col(Stock.item_code),
        col(Stock.pack_qty),
        col(Stock.price_idr),
        col(Stock.from_date),
        col(Stock.to_date),
        col(Stock.id),
    ).where(col(Stock.wholesaler_id) == wholesaler_id, col(Stock.status) == StockStatus.OPEN)
    return {tuple(key): stock_id for *key, stock_id in await session.execute(query)}
