"""Goods that fell off order lines or will not come, and that no other line brings: what the operator decides about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.lost_goods import lost_goods
from service.database.queries.standby_moves import is_lacking
from service.domain.items import Item
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus, fallen_qty
from service.domain.organisations import Organisation

_Line: Final = aliased(OrderLine, name="fallen")
_LOST: Final = lost_goods("fallen").lateral("lost")


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
    kitchen, cooperative, standby = aliased(Organisation), aliased(Organisation), aliased(Organisation)
    query = (
        _fallen(
            (Order, _Line, Item, kitchen, cooperative, standby, _LOST.c.sought_qty, _is_replaced()),
            region_code=region_code,
            week_start=week_start,
            after_day=after_day,
        )
        .join(Item, col(Item.code) == col(_Line.item_code))
        .join(kitchen, col(kitchen.id) == col(_Line.kitchen_id))
        .join(cooperative, col(cooperative.id) == col(Order.cooperative_id))
        .outerjoin(standby, sa.and_(col(standby.id) == col(_Line.standby_cooperative_id), _LOST.c.sought_qty == 0))
        .order_by(col(_Line.id))
    )
    if after is not None:
        query = query.where(col(_Line.id) > after)
    return [FallenLine(*row) for row in await session.execute(query.limit(limit))]


async def count_fallen_lines(session: AsyncSession, *, region_code: str, week_start: date, after_day: date) -> int:
    """Return how many lines ``list_fallen_lines`` has."""
    query = _fallen((sa.func.count(),), region_code=region_code, week_start=week_start, after_day=after_day)
    return await session.scalar(query) or 0


def _fallen(shown: Sequence[Any], *, region_code: str, week_start: date, after_day: date) -> sa.Select[Any]:
    fell = col(_Line.status).in_((OrderLineStatus.DECLINED, OrderLineStatus.ACCEPTED_LESS))
    # What is quickly told first: of the few lines that it holds for, the demand is looked up.
    lost_goods_or_fell = sa.or_(_LOST.c.sought_qty > 0, sa.and_(fell, ~_is_replaced()))
    return (
        sa.select(*shown)
        .select_from(Order)
        .join(_Line, col(_Line.order_id) == col(Order.id))
        .join(_LOST, sa.true())
        .where(
            col(Order.region_code) == region_code,
            col(Order.week_start) == week_start,
            col(Order.status) != OrderStatus.CANCELLED,
            col(_Line.needed_date) > after_day,
            sa.case((lost_goods_or_fell, is_lacking("fallen.forecast_line_id")), else_=False),
        )
    )


def _is_replaced() -> sa.ColumnElement[bool]:
    other = aliased(OrderLine)
    return sa.exists().where(col(other.replaces_line_id) == col(_Line.id))
