"""Orders that bring goods for a kitchen's week, and what the kitchen took back of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.locks import for_change
from service.domain.orders import Answer, Order, OrderLine, OrderStatus
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


async def answered_at_of(session: AsyncSession, line_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when each of some order lines was answered; lines that wait are left out."""
    query = sa.select(col(Answer.order_line_id), col(Answer.created_at)).where(col(Answer.order_line_id).in_(line_ids))
    return dict((await session.execute(query)).all())


async def taken_back_by_kitchens(session: AsyncSession, line_ids: Collection[UUID]) -> Sequence[LineWithdrawal]:
    """Return what kitchens took off some order lines after their answer."""
    query = sa.select(LineWithdrawal).where(
        col(LineWithdrawal.order_line_id).in_(line_ids),
        col(LineWithdrawal.withdrawer) == Withdrawer.KITCHEN,
        col(LineWithdrawal.is_before_answer).is_(False),
    )
    return (await session.scalars(query)).all()
