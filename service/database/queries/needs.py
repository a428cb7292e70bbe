"""Demand of open weeks that no order covers yet, kitchen by kitchen."""

from __future__ import annotations

from datetime import date
from typing import Any

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

    Goods that stand in for another item are not counted for that item here. What is needed and what is ordered are
    added up together and never joined: so it is quick before PostgreSQL has analysed tables that just grew, too.
    """
    parts = _wanted(region_code, week_start, from_date), _covered(region_code, week_start, from_date)
    both = sa.union_all(*parts).subquery()
    open_qty, max_price_idr = sa.func.sum(both.c.qty), sa.func.max(both.c.max_price_idr)
    keys = (both.c.kitchen_id, both.c.item_code, both.c.needed_date)
    lacks = sa.select(*keys, open_qty.label("qty"), max_price_idr.label("max_price_idr")).group_by(*keys)
    lacking = lacks.having(open_qty > 0).subquery()
    query = sa.select(
        lacking.c.item_code,
        lacking.c.needed_date,
        lacking.c.qty,
        lacking.c.max_price_idr,
        col(Organisation.latitude),
        col(Organisation.longitude),
    ).join(Organisation, col(Organisation.id) == lacking.c.kitchen_id)
    rows = (await session.execute(query)).all()
    return [OpenDemand(code, day, int(qty), limit, lat, lon) for code, day, qty, limit, lat, lon in rows]


def _wanted(region_code: str, week_start: date, from_date: date) -> sa.Select[Any]:
    """Return what is needed, and what a kitchen pays at most, by kitchen, item and day."""
    return (
        sa.select(
            col(Forecast.kitchen_id),
            col(ForecastLine.item_code),
            col(ForecastLine.needed_date),
            sa.cast(col(ForecastLine.demanded_qty), sa.Numeric).label("qty"),
            col(ForecastLine.max_price_idr),
        )
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .where(
            col(Forecast.region_code) == region_code,
            col(Forecast.week_start) >= week_start,
            col(Forecast.status) == ForecastStatus.SUBMITTED,
            col(ForecastLine.needed_date) >= from_date,
        )
    )


def _covered(region_code: str, week_start: date, from_date: date) -> sa.Select[Any]:
    """Return what is ordered, not given back and not lost on its way, as less than nothing."""
    taken = sa.case(
        (col(OrderLine.status) == OrderLineStatus.AWAITING_ANSWER, col(OrderLine.ordered_qty)),
        (col(OrderLine.status) == OrderLineStatus.CANCELLED, 0),
        else_=col(OrderLine.accepted_qty),
    )
    lost = lost_goods().lateral("lost")
    return (
        sa.select(
            col(OrderLine.kitchen_id),
            col(OrderLine.item_code),
            col(OrderLine.needed_date),
            -sa.cast(taken - lost.c.sought_qty, sa.Numeric),
            sa.null(),
        )
        .select_from(OrderLine)
        .join(lost, sa.true())
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .where(
            col(Order.region_code) == region_code,
            col(Order.week_start) >= week_start,
            col(OrderLine.needed_date) >= from_date,
        )
    )
