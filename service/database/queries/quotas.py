"""Packs kept for branches in other regions: who has how many, and what is not needed any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.standby_moves import held_by_demand
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.orders import Order, OrderStatus
from service.domain.organisations import Organisation, OrganisationStatus, Wholesaler
from service.domain.places import Region
from service.domain.plans import Plan, PlanStatus
from service.domain.quotas import KEPT_FOR
from service.domain.repair_requests import RepairRequest
from service.domain.runs import ACTIVE_RUNS, MatchingRun, RunKind
from service.domain.stocks import Stock, StockStatus
from service.domain.units import BP


async def has_branches(session: AsyncSession, wholesaler_id: UUID) -> bool:
    """Tell whether a wholesaler is the head office of any branch."""
    return bool(await session.scalar(sa.select(sa.exists().where(col(Wholesaler.head_office_id) == wholesaler_id))))


async def branches_with_quotas(session: AsyncSession, pool: Stock) -> list[tuple[Organisation, Region, Stock | None]]:
    """Return all branches of the wholesaler whose stock it is, where they are, and their open quotas, by code."""
    quota = sa.and_(
        col(Stock.pool_id) == pool.id,
        col(Stock.wholesaler_id) == col(Organisation.id),
        col(Stock.status) == StockStatus.OPEN,
    )
    query = (
        sa.select(Organisation, Region, Stock)
        .join(Wholesaler, col(Wholesaler.organisation_id) == col(Organisation.id))
        .join(Region, col(Region.code) == col(Organisation.region_code))
        .outerjoin(Stock, quota)
        .where(col(Wholesaler.head_office_id) == pool.wholesaler_id)
        .order_by(col(Organisation.region_code), col(Organisation.code))
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def find_open_quota(session: AsyncSession, *, pool_id: UUID, branch_id: UUID) -> Stock | None:
    """Return what a branch has of a stock."""
    query = sa.select(Stock).where(
        col(Stock.pool_id) == pool_id, col(Stock.wholesaler_id) == branch_id, col(Stock.status) == StockStatus.OPEN
    )
    return (await session.scalars(query)).one_or_none()


async def unused_quotas(session: AsyncSession, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return the quotas with packs that their region needs no more, and their pools: withdrawn, or left over."""
    pool = aliased(Stock)
    query = (
        sa.select(col(Stock.id), col(pool.id))
        .join(pool, col(pool.id) == col(Stock.pool_id))
        .where(
            col(Stock.pool_id).is_not(None),
            col(Stock.packs) > col(Stock.promised_packs) + col(Stock.elsewhere_packs),
            sa.or_(col(Stock.status) == StockStatus.WITHDRAWN, _is_left_over(now)),
        )
        .order_by(col(Stock.region_code), col(Stock.id))
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def pools_with_rest(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the divided stocks with packs that the head office's own region needs no more, region by region."""
    quota = aliased(Stock)
    query = sa.select(col(Stock.id)).where(
        sa.exists().where(*_may_grow(quota), col(quota.pool_id) == col(Stock.id)),
        col(Stock.status) == StockStatus.OPEN,
        col(Stock.packs) > col(Stock.promised_packs) + col(Stock.elsewhere_packs),
        _is_left_over(now),
    )
    return list(await session.scalars(query.order_by(col(Stock.region_code), col(Stock.id))))


async def growing_quotas(session: AsyncSession, pool_id: UUID) -> list[tuple[Stock, Organisation, Region, int]]:
    """Return the quotas of active branches that never gave anything back, by region: with branch, place, lead days."""
    query = (
        sa.select(Stock, Organisation, Region, col(Wholesaler.lead_days))
        .join(Organisation, col(Organisation.id) == col(Stock.wholesaler_id))
        .join(Wholesaler, col(Wholesaler.organisation_id) == col(Stock.wholesaler_id))
        .join(Region, col(Region.code) == col(Stock.region_code))
        .where(*_may_grow(Stock), col(Stock.pool_id) == pool_id, col(Organisation.status) == OrganisationStatus.ACTIVE)
        .order_by(col(Stock.region_code), col(Stock.id))
    )
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(query)]


async def uncovered_demand(
    session: AsyncSession, *, region_code: str, item_code: str, from_date: date, to_date: date
) -> list[tuple[date, int, int]]:
    """Return the weeks with a plan in force: what is wanted of an item on the days, and what no order brings."""
    weeks = from_date - timedelta(days=DAYS_PER_WEEK - 1), to_date
    held = held_by_demand(col(Order.region_code) == region_code, col(Order.week_start).between(*weeks))
    lacking = sa.cast(col(ForecastLine.demanded_qty), sa.Numeric) * BP - sa.func.coalesce(held.c.qty, 0)
    week = col(Forecast.week_start)
    query = (
        sa.select(
            week,
            sa.func.sum(col(ForecastLine.demanded_qty)),
            sa.func.ceil(sa.func.sum(sa.func.greatest(lacking, 0)) / BP),
        )
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .join(Plan, sa.and_(col(Plan.region_code) == col(Forecast.region_code), col(Plan.week_start) == week))
        .outerjoin(held, held.c.demand_id == col(ForecastLine.id))
        .where(
            col(Forecast.region_code) == region_code,
            col(Forecast.status) == ForecastStatus.SUBMITTED,
            col(Plan.status) == PlanStatus.PUBLISHED,
            col(ForecastLine.item_code) == item_code,
            col(ForecastLine.needed_date).between(from_date, to_date),
            week.between(*weeks),
        )
        .group_by(week)
        .order_by(week)
    )
    return [(row[0], int(row[1]), int(row[2])) for row in await session.execute(query)]


def _may_grow(quota: type[Stock]) -> tuple[sa.ColumnElement[bool], ...]:
    """Tell quotas that a rest may be offered to: what was given back once is not brought back."""
    return col(quota.status) == StockStatus.OPEN, col(quota.elsewhere_packs) == 0, col(quota.pool_id).is_not(None)


def _is_left_over(now: datetime) -> sa.ColumnElement[bool]:
    """Tell whether the region of a stock has taken of it what it will.

    That is: the plan of the last week that it reaches is in force, none of the week's orders waits for an answer, the
    last time to answer is over for ``KEPT_FOR``, and no repair is asked for, at work, or made as shortly before.
    """
    last_week = sa.and_(
        col(Plan.region_code) == col(Stock.region_code),
        col(Plan.status) == PlanStatus.PUBLISHED,
        col(Stock.to_date) >= col(Plan.week_start),
        col(Stock.to_date) < col(Plan.week_start) + DAYS_PER_WEEK,
    )
    proposal = aliased(Plan)
    moving = (
        (Order, sa.or_(col(Order.status) == OrderStatus.SENT, col(Order.respond_by_at) > now - KEPT_FOR)),
        (RepairRequest, sa.true()),
        (MatchingRun, sa.and_(col(MatchingRun.status).in_(ACTIVE_RUNS), col(MatchingRun.kind) == RunKind.REPAIR)),
        (proposal, sa.and_(col(proposal.status) == PlanStatus.PROPOSED, col(proposal.created_at) > now - KEPT_FOR)),
    )
    still = [
        sa.exists().where(
            col(table.region_code) == col(Plan.region_code), col(table.week_start) == col(Plan.week_start), is_open
        )
        for table, is_open in moving
    ]
    return sa.exists().where(last_week, ~sa.or_(*still))
