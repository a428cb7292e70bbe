"""Goods that fell off order lines or will not come, and that no other line brings: what the operator decides about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.lost_goods import lost_goods
from service.database.queries.standby_moves import lacking_demand
from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus, fallen_qty
from service.domain.organisations import Organisation


@dataclass(frozen=True, slots=True)
class FallenLine:
    """A line that lost goods, with the names that people know things by.

    ``sought_qty`` is what was accepted and will not come (``lost_goods``): a repair finds who brings it, no standby.
    """

    order: Order
    line: OrderLine
    item: Item
    kitchen: Organisation
    cooperative: Organisation
    standby: Organisation | None
    sought_qty: int
    is_replaced: bool

    @property
    def qty(self) -> int:
        """What of the line nobody brings, in base units."""
        return self.sought_qty + (0 if self.is_replaced else fallen_qty(self.line))


async def list_fallen_lines(
    session: AsyncSession,
    *,
    region_code: str,
    week_start: date,
    after_day: date,
    after: UUID | None,
    limit: int,
) -> list[FallenLine]:
    """Return the lines of a week that lost goods which are needed still and no other line took over, by id.

    Parameters
    ----------
    after_day
        Only cooking days after this one: for others it is too late.
    """
    fallen = _fallen(region_code, week_start, after_day)
    kitchen, cooperative, standby = aliased(Organisation), aliased(Organisation), aliased(Organisation)
    query = (
        sa.select(Order, OrderLine, Item, kitchen, cooperative, standby, fallen.c.sought_qty, fallen.c.is_replaced)
        .select_from(fallen)
        .join(OrderLine, col(OrderLine.id) == fallen.c.line_id)
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .join(kitchen, col(kitchen.id) == col(OrderLine.kitchen_id))
        .join(cooperative, col(cooperative.id) == col(Order.cooperative_id))
        .outerjoin(standby, sa.and_(col(standby.id) == col(OrderLine.standby_cooperative_id), fallen.c.sought_qty == 0))
        .where(_is_needed(fallen))
        .order_by(fallen.c.line_id)
    )
    if after is not None:
        query = query.where(fallen.c.line_id > after)
    return [FallenLine(*row) for row in await session.execute(query.limit(limit))]


async def count_fallen_lines(session: AsyncSession, *, region_code: str, week_start: date, after_day: date) -> int:
    """Return how many lines ``list_fallen_lines`` has."""
    fallen = _fallen(region_code, week_start, after_day)
    return await session.scalar(sa.select(sa.func.count()).select_from(fallen).where(_is_needed(fallen))) or 0


def _fallen(region_code: str, week_start: date, after_day: date) -> sa.CTE:
    """Return the lines of a week that lost goods which no other line took over, needed or not."""
    fell = col(OrderLine.status).in_((OrderLineStatus.DECLINED, OrderLineStatus.ACCEPTED_LESS))
    lost = lost_goods().lateral("lost")
    return (
        sa.select(
            col(OrderLine.id).label("line_id"),
            col(OrderLine.forecast_line_id).label("demand_id"),
            lost.c.sought_qty,
            _is_replaced().label("is_replaced"),
        )
        .select_from(Order)
        .join(OrderLine, col(OrderLine.order_id) == col(Order.id))
        .join(lost, sa.true())
        .where(
            col(Order.region_code) == region_code,
            col(Order.week_start) == week_start,
            col(Order.status) != OrderStatus.CANCELLED,
            col(OrderLine.needed_date) > after_day,
            sa.or_(lost.c.sought_qty > 0, sa.and_(fell, ~_is_replaced())),
        )
        .cte("fallen")
    )


def _is_needed(fallen: sa.CTE) -> sa.ColumnElement[bool]:
    # IS TRUE has PostgreSQL look into a hash. A join would compare each with each before tables are analysed.
    return fallen.c.demand_id.in_(lacking_demand(sa.select(fallen.c.demand_id))).is_(True)


def _is_replaced() -> sa.ColumnElement[bool]:
    other = aliased(OrderLine)
    return sa.exists().where(col(other.replaces_line_id) == col(OrderLine.id))
