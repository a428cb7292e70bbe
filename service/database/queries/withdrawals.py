"""What was taken off order lines after their answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.week_orders import LIVE_LINES
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.orders import Order, OrderLine
from service.domain.people import User
from service.domain.stocks import Stock
from service.domain.withdrawals import LineWithdrawal


@dataclass(frozen=True, slots=True)
class ShownWithdrawal:
    """A withdrawal with its line and who made it; nobody where a rule did."""

    withdrawal: LineWithdrawal
    line: OrderLine
    withdrawn_by: str | None


async def open_order_ids(session: AsyncSession, organisation_id: UUID) -> list[UUID]:
    """Return the orders that expect something of an organisation, on either side or as wholesaler, by id."""
    query = (
        sa.select(col(Order.id))
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .outerjoin(Stock, col(Stock.id) == col(OrderLine.stock_id))
        .where(
            col(Order.plan_id).is_not(None),
            col(OrderLine.status).in_(LIVE_LINES),
            sa.or_(
                col(Order.cooperative_id) == organisation_id,
                col(OrderLine.kitchen_id) == organisation_id,
                col(Stock.wholesaler_id) == organisation_id,
            ),
        )
        .distinct()
        .order_by(col(Order.id))
    )
    return list(await session.scalars(query))


async def coming_order_ids(session: AsyncSession, *, region_code: str, after_day: date) -> list[UUID]:
    """Return the orders of a region with goods to come for later cooking days, by id."""
    query = (
        sa.select(col(Order.id))
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .where(
            col(Order.region_code) == region_code,
            col(Order.week_start) > after_day - timedelta(days=DAYS_PER_WEEK),
            col(Order.plan_id).is_not(None),
            col(OrderLine.status).in_(LIVE_LINES),
            col(OrderLine.needed_date) > after_day,
        )
        .distinct()
        .order_by(col(Order.id))
    )
    return list(await session.scalars(query))


async def stock_ids_of(session: AsyncSession, wholesaler_id: UUID, stock_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of some stocks that are a wholesaler's."""
    query = sa.select(col(Stock.id)).where(col(Stock.wholesaler_id) == wholesaler_id, col(Stock.id).in_(stock_ids))
    return frozenset(await session.scalars(query))


async def list_withdrawals(
    session: AsyncSession, order_id: UUID, *, kitchen_id: UUID | None = None
) -> list[ShownWithdrawal]:
    """Return what was taken off an order's lines, the earliest first; of one kitchen's lines only if it is named."""
    query = (
        sa.select(LineWithdrawal, OrderLine, col(User.full_name))
        .join(OrderLine, col(OrderLine.id) == col(LineWithdrawal.order_line_id))
        .outerjoin(User, col(User.id) == col(LineWithdrawal.withdrawn_by))
        .where(col(OrderLine.order_id) == order_id)
        .order_by(col(LineWithdrawal.created_at), col(LineWithdrawal.id))
    )
    if kitchen_id is not None:
        query = query.where(col(OrderLine.kitchen_id) == kitchen_id)
    return [ShownWithdrawal(row, line, name) for row, line, name in await session.execute(query)]
