"""How far the cooperatives of a week have answered, and what weight hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus
from service.domain.organisations import Organisation


@dataclass(frozen=True, slots=True)
class BoardRow:
    """An order: lines by what was said to them, and weights (grams) that wait or fell away."""

    order: Order
    cooperative: Organisation
    lines: int
    waiting: int
    taken: int
    declined: int
    waiting_g: int
    fallen_g: int


async def answers_board(session: AsyncSession, *, region_code: str, week_start: date) -> list[BoardRow]:
    """Return the orders of a week, those that wait first, then by who lost most weight, then by name."""
    status, line = col(OrderLine.status), OrderLine
    waits = status == OrderLineStatus.AWAITING_ANSWER
    fell = status.in_((OrderLineStatus.DECLINED, OrderLineStatus.ACCEPTED_LESS))
    ordered = sa.cast(col(line.ordered_qty), sa.Numeric) * col(Item.grams_per_unit)
    accepted = sa.cast(sa.func.coalesce(col(line.accepted_qty), 0), sa.Numeric) * col(Item.grams_per_unit)

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(condition)

    def grams(weight: sa.ColumnElement[int], condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(weight).filter(condition), 0)

    query = (
        sa.select(
            Order,
            Organisation,
            sa.func.count(),
            count(waits),
            count(status.in_((OrderLineStatus.ACCEPTED, OrderLineStatus.ACCEPTED_LESS))),
            count(status == OrderLineStatus.DECLINED),
            grams(ordered, waits),
            grams(ordered - accepted, fell),
        )
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .join(Organisation, col(Organisation.id) == col(Order.cooperative_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .where(
            col(Order.region_code) == region_code,
            col(Order.week_start) == week_start,
            col(Order.status) != OrderStatus.CANCELLED,
        )
        .group_by(col(Order.id), col(Organisation.id))
    )
    rows = [BoardRow(*row[:6], int(row[6]), int(row[7])) for row in await session.execute(query)]
    return sorted(rows, key=lambda row: (-row.waiting_g, -row.fallen_g, row.cooperative.name, row.order.number))
