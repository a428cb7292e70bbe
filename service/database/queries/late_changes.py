"""Orders that bring goods for a kitchen's week."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.locks import for_change
from service.domain.orders import Order, OrderLine, OrderStatus
from service.domain.withdrawals import LineWithdrawal, Withdrawer


async def lock_orders_for_kitchen(session: AsyncSession, *, kitchen_id: UUID, week_start: date) -> list[Order]:
    """Hold the orders of a week with lines for a kitchen, by id."""
    with_lines = sa.exists().where(col(OrderLine.order_id) == col(Order.id), col(OrderLine.kitchen_id) == kitchen_id)
    query = (
        sa.select(Order)
        .where(
            col(Order.week_start) == week_start,
            col(Order.plan_id).is_not(None),
            col(Order.status) != OrderStatus.CANCELLED,
            with_lines,
        )
        .order_by(col(Order.id))
    )
    return list(await session.scalars(for_change(query).execution_options(populate_existing=True)))


async def taken_back(session: AsyncSession, line_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return what kitchens took off order lines after these were accepted, in base units by line."""
    query = (
        sa.select(
            col(LineWithdrawal.order_line_id), sa.cast(sa.func.sum(col(LineWithdrawal.withdrawn_qty)), sa.BigInteger)
        )
        .where(
            col(LineWithdrawal.order_line_id).in_(line_ids),
            col(LineWithdrawal.withdrawer) == Withdrawer.KITCHEN,
            col(LineWithdrawal.is_before_answer).is_(False),
        )
        .group_by(col(LineWithdrawal.order_line_id))
    )
    return dict((await session.execute(query)).all())
