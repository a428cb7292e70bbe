"""The runs of one week in all regions: how far they are, and what their plans prove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.plans import Plan
from service.domain.runs import MatchingRun, RunKind, RunStatus


@dataclass(frozen=True, slots=True)
class WeekRun:
    """A region's run and, once it has one, its plan."""

    run: MatchingRun
    plan: Plan | None


async def count_week_runs(session: AsyncSession, week_start: date) -> dict[RunStatus, int]:
    """Return how many regions' runs have which status."""
    query = (
        sa.select(col(MatchingRun.status), sa.func.count())
        .where(col(MatchingRun.week_start) == week_start, col(MatchingRun.kind) == RunKind.WEEK)
        .group_by(col(MatchingRun.status))
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def list_week_runs(session: AsyncSession, week_start: date) -> list[WeekRun]:
    """Return the runs of a week by region."""
    query = (
        sa.select(MatchingRun, Plan)
        .outerjoin(Plan, col(Plan.run_id) == col(MatchingRun.id))
        .where(col(MatchingRun.week_start) == week_start, col(MatchingRun.kind) == RunKind.WEEK)
        .order_by(col(MatchingRun.region_code), col(MatchingRun.id))
    )
    return [WeekRun(run, plan) for run, plan in await session.execute(query)]
