"""Demand of open weeks that no order covers yet, kitchen by kitchen."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.lost_goods import lost_goods
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.needs import OpenDemand
from service.domain.orders import Order, OrderLine, OrderLineStatus
from service.domain.organisations import Organisation


async def open_demand(
    session: AsyncSession, *, region_code: str, from_date: date, week_start: date
) -> list[OpenDemand]:
    """Return what kitchens of a region need from a day on, in weeks from a Monday on, beyond what is ordered.

    Goods that stand in for another item are not counted for that item here.
    """
    covered = _covered(region_code, week_start)
    same = (
        covered.c.kitchen_id == col(Forecast.kitchen_id),
        covered.c.item_code == col(ForecastLine.item_code),
        covered.c.needed_date == col(ForecastLine.needed_date),
    )
    open_qty = col(ForecastLine.demanded_qty) - sa.func.coalesce(covered.c.qty, 0)
    query = (
        sa.select(
            col(ForecastLine.item_code),
            col(ForecastLine.needed_date),
            open_qty,
            col(ForecastLine.max_price_idr),
            col(Organisation.latitude),
            col(Organisation.longitude),
        )
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .join(Organisation, col(Organisation.id) == col(Forecast.kitchen_id))
        .outerjoin(covered, sa.and_(*same))
        .where(
            col(Forecast.region_code) == region_code,
            col(Forecast.week_start) >= week_start,
            col(Forecast.status) == ForecastStatus.SUBMITTED,
            col(ForecastLine.needed_date) >= from_date,
            open_qty > 0,
        )
    )
    rows = (await session.execute(query)).all()
    return [OpenDemand(code, day, int(qty), limit, lat, lon) for code, day, qty, limit, lat, lon in rows]


def _covered(region_code: str, week_start: date) -> sa.Subquery:
    """Return what is ordered, not given back and not lost on its way, by kitchen, item and day."""
    taken = sa.case(
        (col(OrderLine.status) == OrderLineStatus.AWAITING_ANSWER, col(OrderLine.ordered_qty)),
        (col(OrderLine.status) == OrderLineStatus.CANCELLED, 0),
        else_=col(OrderLine.accepted_qty),
    )
    lost = lost_goods().lateral("lost")
    keys = (col(OrderLine.kitchen_id), col(OrderLine.item_code), col(OrderLine.needed_date))
    return (
        sa.select(*keys, sa.func.sum(taken - lost.c.sought_qty).label("qty"))
        .select_from(OrderLine)
        .join(lost, sa.true())
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .where(col(Order.region_code) == region_code, col(Order.week_start) >= week_start)
        .group_by(*keys)
        .subquery()
    )
