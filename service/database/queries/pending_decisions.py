"""What waits for the city operator's word."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.standby_moves import lacking_demand
from service.domain.forecasts import Forecast, ForecastLine
from service.domain.orders import OrderLine
from service.domain.pending_decisions import DecisionAbout, PendingDecision
from service.domain.places import Region


async def hold_pending(session: AsyncSession, subject_id: UUID, week_start: date) -> PendingDecision | None:
    """Hold what waits of an order or a kitchen; none if nothing does."""
    key = (subject_id, week_start)
    return await session.get(PendingDecision, key, with_for_update=True, populate_existing=True)


async def unreminded_decisions(session: AsyncSession, now: datetime) -> list[tuple[UUID, date]]:
    """Return subject and week of what the operator is to be reminded of."""
    query = sa.select(col(PendingDecision.subject_id), col(PendingDecision.week_start)).where(
        col(PendingDecision.reminded_at).is_(None), col(PendingDecision.remind_at) <= now
    )
    query = query.order_by(col(PendingDecision.region_code), col(PendingDecision.subject_id))
    return [(subject_id, week_start) for subject_id, week_start in await session.execute(query)]


async def begun_decisions(session: AsyncSession, now: datetime) -> list[tuple[UUID, date]]:
    """Return order and week of the fallen lines that wait though their first cooking day has begun."""
    today = sa.cast(sa.func.timezone(col(Region.timezone), now), sa.Date)
    query = (
        sa.select(col(PendingDecision.subject_id), col(PendingDecision.week_start))
        .join(Region, col(Region.code) == col(PendingDecision.region_code))
        .where(col(PendingDecision.about) == DecisionAbout.FALLEN_LINES, col(PendingDecision.first_day) <= today)
        .order_by(col(PendingDecision.region_code), col(PendingDecision.subject_id))
    )
    return [(subject_id, week_start) for subject_id, week_start in await session.execute(query)]


async def lift_decisions(
    session: AsyncSession, *, region_code: str, week_start: date, subject_id: UUID | None = None
) -> None:
    """Forget what waited of a week, or of one order or kitchen: the operator has acted."""
    query = sa.delete(PendingDecision).where(
        col(PendingDecision.region_code) == region_code, col(PendingDecision.week_start) == week_start
    )
    await session.execute(query.where(col(PendingDecision.subject_id) == subject_id) if subject_id else query)


async def line_ids_of(session: AsyncSession, order_id: UUID) -> list[UUID]:
    """Return the lines of an order."""
    return list(await session.scalars(sa.select(col(OrderLine.id)).where(col(OrderLine.order_id) == order_id)))


async def lacking_days(session: AsyncSession, kitchen_id: UUID, *, week_start: date, after_day: date) -> list[date]:
    """Return the cooking day of each line of the days to come that orders do not hold whole for a kitchen."""
    wanted = (
        sa.select(col(ForecastLine.id))
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .where(
            col(Forecast.kitchen_id) == kitchen_id,
            col(Forecast.week_start) == week_start,
            col(ForecastLine.needed_date) > after_day,
        )
    )
    days = sa.select(col(ForecastLine.needed_date)).where(col(ForecastLine.id).in_(lacking_demand(wanted)))
    return list(await session.scalars(days.order_by(col(ForecastLine.needed_date))))
