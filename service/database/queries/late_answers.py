"""What has become of lines whose time to answer is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.lost_goods import lost_goods
from service.database.queries.plans import find_published_plan
from service.domain.calendars import local_day
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.items import Item, Substitution
from service.domain.late_answers import DemandNow, DemandPart, LineFate, fate_of
from service.domain.orders import Answer, Order, OrderLine, OrderStatus, fallen_qty
from service.domain.organisations import Organisation
from service.domain.places import Region
from service.domain.plans import Plan, Shortage
from service.domain.units import BP
from service.domain.withdrawals import LineWithdrawal, WithdrawalReason


async def fates_of(session: AsyncSession, order: Order, lines: Sequence[OrderLine], now: datetime) -> list[LineFate]:
    """Return what became of lines of an order: who has their goods now, or what they wait for."""
    demand = await _demand_of(session, order, [line for line in lines if fallen_qty(line)], now)
    return [fate_of(line, demand.get(line.id)) for line in lines]


async def _demand_of(
    session: AsyncSession, order: Order, lines: Sequence[OrderLine], now: datetime
) -> dict[UUID, DemandNow]:
    """Return for each line that gave something back how the demand stands that it was ordered for."""
    demand_ids = {line.forecast_line_id for line in lines if line.forecast_line_id}
    if not demand_ids:
        return {}
    plan = await find_published_plan(session, region_code=order.region_code, week_start=order.week_start)
    today = local_day(now, timezone=(await session.get_one(Region, order.region_code)).timezone)
    parts, demanded_qty = await _parts(session, order, demand_ids)
    return {
        line.id: DemandNow(
            parts[line.forecast_line_id],
            demanded_qty[line.forecast_line_id],
            repaired_at=plan.published_at if plan else None,
            is_over=line.needed_date <= today,
        )
        for line in lines
        if line.forecast_line_id
    }


async def _parts(
    session: AsyncSession, order: Order, demand_ids: Collection[UUID]
) -> tuple[dict[UUID, list[DemandPart]], dict[UUID, int]]:
    """Return every line of a week for some demand, and what is needed of it: nothing if its forecast counts no more."""
    query = _lines_for(demand_ids).where(
        col(Order.region_code) == order.region_code,
        col(Order.week_start) == order.week_start,
        sa.or_(col(Order.status) != OrderStatus.CANCELLED, col(Order.id) == order.id),
    )
    parts: defaultdict[UUID, list[DemandPart]] = defaultdict(list)
    demanded_qty: dict[UUID, int] = {}
    for *part, demand, status in await session.execute(query):
        parts[demand.id].append(DemandPart(*part))
        demanded_qty[demand.id] = demand.demanded_qty if status is ForecastStatus.SUBMITTED else 0
    return parts, demanded_qty


def _lines_for(demand_ids: Collection[UUID]) -> sa.Select[Any]:
    """Return the query for the lines that were ordered for some demand, each with what a ``DemandPart`` holds."""
    # Of what a wholesaler cut no instant is kept, but the plan that was in force when the line fell short.
    then = aliased(Plan)
    said_at = (col(OrderLine.expired_at), col(Answer.created_at), _withdrawn_at())
    fell_at = sa.func.greatest(*said_at, col(then.published_at))
    named = (col(Organisation.name), col(Item.name_id), col(Item.unit))
    lost = lost_goods().lateral("lost")
    covers_bp = sa.func.coalesce(col(Substitution.covers_bp), BP)
    planned_at = sa.func.coalesce(col(Plan.published_at), col(Order.created_at))
    is_swap = sa.and_(
        col(Substitution.item_code) == col(ForecastLine.item_code),
        col(Substitution.substitute_code) == col(OrderLine.item_code),
    )
    return (
        sa.select(
            OrderLine, *named, covers_bp, planned_at, fell_at, lost.c.sought_qty, ForecastLine, col(Forecast.status)
        )
        .select_from(OrderLine)
        .join(lost, sa.true())
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(Organisation, col(Organisation.id) == col(Order.cooperative_id))
        .join(Item, col(Item.code) == col(OrderLine.item_code))
        .join(ForecastLine, col(ForecastLine.id) == col(OrderLine.forecast_line_id))
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .outerjoin(Plan, col(Plan.id) == col(Order.plan_id))
        .outerjoin(Answer, col(Answer.order_line_id) == col(OrderLine.id))
        .outerjoin(Shortage, col(Shortage.order_line_id) == col(OrderLine.id))
        .outerjoin(then, col(then.id) == col(Shortage.plan_id))
        .outerjoin(Substitution, is_swap)
        .where(col(OrderLine.forecast_line_id).in_(demand_ids))
        .order_by(col(OrderLine.id))
    )


def _withdrawn_at() -> sa.ScalarSelect[datetime]:
    """Return when goods of a line that its kitchen needs were last taken off it."""
    return (
        sa.select(sa.func.max(col(LineWithdrawal.created_at)))
        .where(
            col(LineWithdrawal.order_line_id) == col(OrderLine.id),
            col(LineWithdrawal.reason) != WithdrawalReason.NOT_NEEDED,
        )
        .correlate(OrderLine)
        .scalar_subquery()
    )
