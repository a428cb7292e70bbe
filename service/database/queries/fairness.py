"""What cooperatives were given in past weeks: the memory behind fair values."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.line_values import value_idr
from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderStatus


async def accepted_value_idr(
    session: AsyncSession, *, region_code: str, week_start: date, past_weeks: int
) -> dict[UUID, int]:
    """Return the value of what each cooperative accepted in the weeks before one, whole rupiah."""
    query = (
        sa.select(col(Order.cooperative_id), sa.func.sum(value_idr(col(OrderLine.accepted_qty))))
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .where(
            col(Order.region_code) == region_code,
            col(Order.week_start) >= week_start - timedelta(weeks=past_weeks),
            col(Order.week_start) < week_start,
            col(Order.status) != OrderStatus.CANCELLED,
            col(OrderLine.accepted_qty) > 0,
        )
        .group_by(col(Order.cooperative_id))
    )
    return {cooperative_id: int(total) for cooperative_id, total in await session.execute(query)}
