"""Orders that bring goods for a kitchen's week."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.locks import for_change
from service.domain.orders import Order, OrderLine, OrderStatus


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
