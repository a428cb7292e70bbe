"""Orders with their lines: listed, shown to whom they concern."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.line_values import value_idr
from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus
from service.domain.organisations import Organisation

NO_LINES = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list is narrowed to; ``None``: not narrowed. A kitchen's orders are those with a line for it."""

    cooperative_ids: tuple[UUID, ...] = ()
    kitchen_id: UUID | None = None
    plan_id: UUID | None = None
    week_start: date | None = None
    status: OrderStatus | None = None


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order, whose it is, and the totals of its lines (a kitchen's: of its own lines); values in rupiah."""

    order: Order
    cooperative: Organisation
    line_count: int
    waiting_count: int
    ordered_value_idr: int
    accepted_value_idr: int


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with the names that people know things by."""

    line: OrderLine
    item: Item
    kitchen: Organisation
    standby: Organisation | None


async def find_order(session: AsyncSession, order_id: UUID) -> Order | None:
    """Return an order."""
    return await session.get(Order, order_id)


async def find_lines(session: AsyncSession, line_ids: Collection[UUID]) -> dict[UUID, OrderLine]:
    """Return order lines by id."""
    found = await session.scalars(sa.select(OrderLine).where(col(OrderLine.id).in_(line_ids)))
    return {line.id: line for line in found}


async def list_orders(
    session: AsyncSession, *, region_code: str, wanted: OrderFilter, after: tuple[date, str] | None, limit: int
) -> list[OrderSummary]:
    """Return orders of a region, the latest week first, with the totals of the lines that are seen."""
    query = (
        sa.select(Order, Organisation)
        .join(Organisation, col(Organisation.id) == col(Order.cooperative_id))
        .where(col(Order.region_code) == region_code, *_conditions(wanted))
        .order_by(col(Order.week_start).desc(), col(Order.number).desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(
            sa.tuple_(col(Order.week_start), col(Order.number)) < sa.tuple_(*(sa.literal(part) for part in after))
        )
    rows = [(order, cooperative) for order, cooperative in await session.execute(query)]
    totals = await _totals(session, [order.id for order, _ in rows], wanted.kitchen_id)
    return [OrderSummary(order, cooperative, *totals.get(order.id, NO_LINES)) for order, cooperative in rows]


async def summary_of(session: AsyncSession, order: Order, *, kitchen_id: UUID | None) -> OrderSummary:
    """Return an order with the totals of its lines, of one kitchen's only if it is named."""
    cooperative = await session.get_one(Organisation, order.cooperative_id)
    totals = await _totals(session, [order.id], kitchen_id)
    return OrderSummary(order, cooperative, *totals.get(order.id, NO_LINES))


async def lines_of(session: AsyncSession, order_id: UUID, *, kitchen_id: UUID | None) -> list[ShownLine]:
    """Return an order's lines as they stand in it, one kitchen's only if it is named."""
    kitchen, standby = aliased(Organisation), aliased(Organisation)
    query = (
        sa.select(OrderLine, Item, kitchen, standby)
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .join(kitchen, col(kitchen.id) == col(OrderLine.kitchen_id))
        .outerjoin(standby, col(standby.id) == col(OrderLine.standby_cooperative_id))
        .where(col(OrderLine.order_id) == order_id)
        .order_by(col(OrderLine.position))
    )
    if kitchen_id is not None:
        query = query.where(col(OrderLine.kitchen_id) == kitchen_id)
    return [ShownLine(*row) for row in await session.execute(query)]


async def list_order_lines(
    session: AsyncSession, *, region_code: str, wanted: OrderFilter, limit: int
) -> list[tuple[Order, Organisation, ShownLine]]:
    """Return the lines of the orders that a list shows, each with its order and whose that is."""
    cooperative, kitchen = aliased(Organisation), aliased(Organisation)
    query = (
        sa.select(Order, cooperative, OrderLine, Item, kitchen)
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .join(cooperative, col(cooperative.id) == col(Order.cooperative_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .join(kitchen, col(kitchen.id) == col(OrderLine.kitchen_id))
        .where(col(Order.region_code) == region_code, *_conditions(wanted))
        .order_by(col(Order.week_start).desc(), col(Order.number).desc(), col(OrderLine.position))
        .limit(limit)
    )
    if wanted.kitchen_id is not None:
        query = query.where(col(OrderLine.kitchen_id) == wanted.kitchen_id)
    rows = await session.execute(query)
    return [(order, owner, ShownLine(line, item, served, None)) for order, owner, line, item, served in rows]


def _conditions(wanted: OrderFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [
        col(Order.cooperative_id) == cooperative_id for cooperative_id in wanted.cooperative_ids
    ]
    if wanted.kitchen_id is not None:
        own_lines = sa.select(col(OrderLine.order_id)).where(col(OrderLine.kitchen_id) == wanted.kitchen_id)
        conditions.append(col(Order.id).in_(own_lines))
    if wanted.plan_id is not None:
        conditions.append(col(Order.plan_id) == wanted.plan_id)
    if wanted.week_start is not None:
        conditions.append(col(Order.week_start) == wanted.week_start)
    if wanted.status is not None:
        conditions.append(col(Order.status) == wanted.status)
    return conditions


async def _totals(
    session: AsyncSession, order_ids: Collection[UUID], kitchen_id: UUID | None
) -> dict[UUID, tuple[int, int, int, int]]:
    if not order_ids:
        return {}
    query = (
        sa.select(
            col(OrderLine.order_id),
            sa.func.count(),
            sa.func.count().filter(col(OrderLine.status) == OrderLineStatus.AWAITING_ANSWER),
            _sum_idr(col(OrderLine.ordered_qty)),
            _sum_idr(col(OrderLine.accepted_qty)),
        )
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .where(col(OrderLine.order_id).in_(order_ids))
        .group_by(col(OrderLine.order_id))
    )
    if kitchen_id is not None:
        query = query.where(col(OrderLine.kitchen_id) == kitchen_id)
    return {
        order_id: (lines, waiting, int(ordered), int(accepted))
        for order_id, lines, waiting, ordered, accepted in await session.execute(query)
    }


def _sum_idr(qty: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(value_idr(qty)), 0)
