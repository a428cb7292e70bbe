"""What has become of lines whose time to answer is over."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.plans import find_published_plan
from service.domain.late_answers import LineFate, fate_of
from service.domain.orders import Order, OrderLine
from service.domain.organisations import Organisation


async def fates_of(session: AsyncSession, order: Order, lines: Sequence[OrderLine]) -> list[LineFate]:
    """Return what became of lines of an order: who has them now, or what they wait for."""
    query = (
        sa.select(col(OrderLine.replaces_line_id), col(Organisation.name))
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(Organisation, col(Organisation.id) == col(Order.cooperative_id))
        .where(col(OrderLine.replaces_line_id).in_([line.id for line in lines]))
    )
    names = {row.replaces_line_id: row.name for row in await session.execute(query)}
    plan = await find_published_plan(session, region_code=order.region_code, week_start=order.week_start)
    repaired_at = plan.published_at if plan else None
    return [
        LineFate(
            line,
            fate_of(
                line,
                standby_name=names.get(line.id),
                repaired_at=repaired_at,
                fell_at=line.expired_at or order.created_at,
            ),
            names.get(line.id),
        )
        for line in lines
    ]
