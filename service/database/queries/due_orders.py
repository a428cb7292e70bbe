"""Orders whose time has come: to be reminded of, or to be declined by silence; and weeks that wait for a repair."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.audits import AuditEntry
from service.domain.orders import Order, OrderStatus
from service.domain.plans import Plan, PlanStatus
from service.domain.repair_requests import RepairRequest
from service.domain.runs import MatchingRun, RunFailure, RunKind, RunStatus


async def due_order_ids(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the orders that nobody answered in time, region by region, in the order of ids."""
    query = sa.select(col(Order.id)).where(col(Order.status) == OrderStatus.SENT, col(Order.respond_by_at) <= now)
    return list(await session.scalars(query.order_by(col(Order.region_code), col(Order.id))))


async def unreminded_order_ids(session: AsyncSession, now: datetime) -> list[UUID]:
    """Return the orders to be reminded of, region by region, in the order of ids."""
    query = sa.select(col(Order.id)).where(
        col(Order.status) == OrderStatus.SENT,
        col(Order.reminded_at).is_(None),
        col(Order.remind_at) <= now,
        col(Order.respond_by_at) > now,
    )
    return list(await session.scalars(query.order_by(col(Order.region_code), col(Order.id))))


async def ask_for_repair(session: AsyncSession, *, region_code: str, week_start: date, due_at: datetime) -> bool:
    """Let a week's repair start at an instant unless one waits already; tell whether this is the first to ask."""
    insert = postgresql.insert(RepairRequest).values(region_code=region_code, week_start=week_start, due_at=due_at)
    first = insert.on_conflict_do_nothing().returning(col(RepairRequest.week_start))
    return await session.scalar(first) is not None


async def due_repairs(session: AsyncSession, now: datetime) -> list[tuple[str, date]]:
    """Return region and week of the repairs whose time has come."""
    query = sa.select(col(RepairRequest.region_code), col(RepairRequest.week_start)).where(
        col(RepairRequest.due_at) <= now
    )
    query = query.order_by(col(RepairRequest.region_code), col(RepairRequest.week_start))
    return [(region_code, week_start) for region_code, week_start in await session.execute(query)]


async def take_repair_request(session: AsyncSession, *, region_code: str, week_start: date) -> bool:
    """Take the request away, so that whoever has it starts the repair; tell whether it was still there."""
    query = (
        sa.delete(RepairRequest)
        .where(col(RepairRequest.region_code) == region_code, col(RepairRequest.week_start) == week_start)
        .returning(col(RepairRequest.week_start))
    )
    return await session.scalar(query) is not None


async def count_failed_repairs(session: AsyncSession, *, region_code: str, week_start: date) -> int:
    """Return how many repairs of a week that started by themselves have failed since a run of it succeeded."""
    runs = (col(MatchingRun.region_code) == region_code, col(MatchingRun.week_start) == week_start)
    last = sa.select(sa.func.max(col(MatchingRun.finished_at))).where(
        *runs, col(MatchingRun.kind) != RunKind.WHAT_IF, col(MatchingRun.status) == RunStatus.SUCCEEDED
    )
    query = sa.select(sa.func.count()).where(
        *runs,
        col(MatchingRun.kind) == RunKind.REPAIR,
        col(MatchingRun.requested_by).is_(None),
        col(MatchingRun.status) == RunStatus.FAILED,
        col(MatchingRun.failure_code) != RunFailure.NO_DEMAND,
        col(MatchingRun.finished_at) >= sa.func.coalesce(last.scalar_subquery(), col(MatchingRun.finished_at)),
    )
    return int(await session.scalar(query) or 0)


async def count_refused_repairs(session: AsyncSession, *, region_code: str, week_start: date) -> int:
    """Return how many repairs of a week could not be published since the plan that is in force was."""
    of_week = sa.select(Plan).where(col(Plan.region_code) == region_code, col(Plan.week_start) == week_start).subquery()
    since = sa.select(of_week.c.published_at).where(of_week.c.status == PlanStatus.PUBLISHED).scalar_subquery()
    query = (
        sa.select(sa.func.count(sa.distinct(col(AuditEntry.entity_id))))
        .where(col(AuditEntry.entity) == "plan", col(AuditEntry.action) == "plan.not_published")
        .where(col(AuditEntry.entity_id).in_(sa.select(sa.cast(of_week.c.id, sa.Text))))
        .where(col(AuditEntry.at) >= since)
    )
    return int(await session.scalar(query) or 0)
