"""Matching runs: lists, locks, and the heartbeat that a worker writes while nobody holds a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.database.queries.locks import for_change
from service.domain.places import Region
from service.domain.plans import Plan
from service.domain.policies import Policy
from service.domain.runs import ACTIVE_RUNS, WORKING_RUNS, MatchingRun, RunKind, RunPlan, RunProblem, RunStatus


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run and, once it has one, its plan's id."""

    run: MatchingRun
    plan_id: UUID | None


_WITH_PLAN = sa.select(MatchingRun, col(Plan.id)).outerjoin(Plan, col(Plan.run_id) == col(MatchingRun.id))


async def list_runs(
    session: AsyncSession,
    *,
    region_code: str,
    week_start: date | None,
    status: RunStatus | None,
    after: Cursor | None,
    limit: int,
    kind: RunKind | None = None,
) -> list[ListedRun]:
    """Return the runs of a region, newest first."""
    query = _WITH_PLAN.where(
        col(MatchingRun.region_code) == region_code,
        older_than(after, col(MatchingRun.created_at), col(MatchingRun.id)),
    )
    if week_start is not None:
        query = query.where(col(MatchingRun.week_start) == week_start)
    if status is not None:
        query = query.where(col(MatchingRun.status) == status)
    if kind is not None:
        query = query.where(col(MatchingRun.kind) == kind)
    query = query.order_by(col(MatchingRun.created_at).desc(), col(MatchingRun.id).desc()).limit(limit)
    return [ListedRun(run, plan_id) for run, plan_id in await session.execute(query)]


async def find_run(session: AsyncSession, run_id: UUID, *, region_code: str) -> ListedRun | None:
    """Return a run of a region."""
    query = _WITH_PLAN.where(col(MatchingRun.id) == run_id, col(MatchingRun.region_code) == region_code)
    row = (await session.execute(query)).first()
    return ListedRun(row[0], row[1]) if row else None


async def find_run_problem(session: AsyncSession, run_id: UUID, *, region_code: str) -> RunProblem | None:
    """Return the stored problem of a run of a region."""
    query = (
        sa.select(RunProblem)
        .join(MatchingRun, col(MatchingRun.id) == col(RunProblem.run_id))
        .where(col(RunProblem.run_id) == run_id, col(MatchingRun.region_code) == region_code)
    )
    return (await session.scalars(query)).one_or_none()


async def find_run_files(session: AsyncSession, run_id: UUID) -> tuple[RunProblem, RunPlan] | None:
    """Return the stored problem and plan of a run."""
    query = sa.select(RunProblem, RunPlan).join(RunPlan, col(RunPlan.run_id) == col(RunProblem.run_id))
    row = (await session.execute(query.where(col(RunProblem.run_id) == run_id))).first()
    return (row[0], row[1]) if row else None


async def lock_region_for_runs(session: AsyncSession, region_code: str) -> Region:
    """Hold a region, so that of several runs started at once the later see the first."""
    query = sa.select(Region).where(col(Region.code) == region_code).with_for_update(key_share=True)
    return (await session.scalars(query)).one()


async def find_active_run(session: AsyncSession, *, region_code: str, week_start: date) -> MatchingRun | None:
    """Return the run of a week that is queued or at work; what-ifs stand in nobody's way."""
    query = sa.select(MatchingRun).where(
        col(MatchingRun.region_code) == region_code,
        col(MatchingRun.week_start) == week_start,
        col(MatchingRun.kind) != RunKind.WHAT_IF,
        col(MatchingRun.status).in_(ACTIVE_RUNS),
    )
    return (await session.scalars(query)).one_or_none()


async def find_policy_in_force(session: AsyncSession, region_code: str) -> Policy | None:
    """Return the policy of a region with the highest number."""
    query = sa.select(Policy).where(col(Policy.region_code) == region_code).order_by(col(Policy.number).desc())
    return (await session.scalars(query.limit(1))).one_or_none()


async def lock_run(session: AsyncSession, run_id: UUID) -> MatchingRun | None:
    """Hold a run, read anew."""
    query = for_change(sa.select(MatchingRun).where(col(MatchingRun.id) == run_id))
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def lock_silent_runs(session: AsyncSession, *, silence: timedelta) -> list[MatchingRun]:
    """Hold the runs whose worker has said nothing for a while; those that others hold are left to them."""
    query = (
        sa.select(MatchingRun)
        .where(
            col(MatchingRun.status).in_(WORKING_RUNS),
            sa.or_(
                col(MatchingRun.heartbeat_at).is_(None),
                col(MatchingRun.heartbeat_at) < sa.func.clock_timestamp() - silence,
            ),
        )
        .order_by(col(MatchingRun.id))
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(query))


async def database_clock(session: AsyncSession) -> datetime:
    """Return the time by the database's clock, the one by which silence is measured."""
    found: datetime = await session.scalar(sa.select(sa.func.clock_timestamp()))  # type: ignore[assignment]
    return found


async def read_run_status(session: AsyncSession, run_id: UUID, *, attempt: int) -> RunStatus | None:
    """Return the status of a run that an attempt still holds, or ``None``."""
    return await session.scalar(sa.select(col(MatchingRun.status)).where(*_held_by(run_id, attempt)))


async def write_heartbeat(
    session: AsyncSession, run_id: UUID, *, attempt: int, progress: list[dict[str, Any]]
) -> RunStatus | None:
    """Write that an attempt lives and how far it is, unless it was replaced; return the run's status.

    Its version stays: nobody's change of the run is outdated by this.
    """
    change = (
        sa.update(MatchingRun)
        .where(*_held_by(run_id, attempt))
        .values(heartbeat_at=sa.func.clock_timestamp(), progress=progress)
        .returning(col(MatchingRun.status))
        .execution_options(synchronize_session=False)
    )
    return await session.scalar(change)


def _held_by(run_id: UUID, attempt: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(MatchingRun.id) == run_id,
        col(MatchingRun.attempt) == attempt,
        col(MatchingRun.status).in_(WORKING_RUNS),
    )
