"""What was taken off order lines after their answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.orders import OrderLine
from service.domain.people import User
from service.domain.withdrawals import LineWithdrawal


@dataclass(frozen=True, slots=True)
class ShownWithdrawal:
    """A withdrawal with its line and who made it; nobody where a rule did."""

    withdrawal: LineWithdrawal
    line: OrderLine
    withdrawn_by: str | None


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
