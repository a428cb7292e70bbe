"""What-ifs: those of a plan, their results, and the deleting of old ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.domain.organisations import Kitchen, Organisation
from service.domain.plans import Plan
from service.domain.runs import ACTIVE_RUNS, MatchingRun, RunKind, RunPlan, RunProblem
from service.domain.what_ifs import WhatIfPlan


@dataclass(frozen=True, slots=True)
class ListedWhatIf:
    """A what-if's run, its base plan, and its result once it has one."""

    run: MatchingRun
    base: Plan
    result: WhatIfPlan | None


_WHAT_IFS = (
    sa.select(MatchingRun, Plan, WhatIfPlan)
    .join(Plan, col(Plan.run_id) == col(MatchingRun.base_run_id))
    .outerjoin(WhatIfPlan, col(WhatIfPlan.run_id) == col(MatchingRun.id))
    .where(col(MatchingRun.kind) == RunKind.WHAT_IF)
)


async def list_what_ifs(session: AsyncSession, plan: Plan, *, after: Cursor | None, limit: int) -> list[ListedWhatIf]:
    """Return the what-ifs beside a plan, newest first."""
    query = _WHAT_IFS.where(
        col(MatchingRun.base_run_id) == plan.run_id,
        older_than(after, col(MatchingRun.created_at), col(MatchingRun.id)),
    )
    query = query.order_by(col(MatchingRun.created_at).desc(), col(MatchingRun.id).desc()).limit(limit)
    return [ListedWhatIf(*row) for row in await session.execute(query)]


async def find_what_if(session: AsyncSession, run_id: UUID, *, region_code: str) -> ListedWhatIf | None:
    """Return a what-if of a region."""
    query = _WHAT_IFS.where(col(MatchingRun.id) == run_id, col(MatchingRun.region_code) == region_code)
    row = (await session.execute(query)).first()
    return ListedWhatIf(*row) if row else None


async def count_active_what_ifs(session: AsyncSession, region_code: str) -> int:
    """Return how many what-ifs of a region are queued or at work."""
    query = sa.select(sa.func.count()).where(
        col(MatchingRun.region_code) == region_code,
        col(MatchingRun.kind) == RunKind.WHAT_IF,
        col(MatchingRun.status).in_(ACTIVE_RUNS),
    )
    return (await session.scalar(query)) or 0


async def kitchens_by_code(session: AsyncSession, region_code: str) -> dict[str, Kitchen]:
    """Return the kitchens of a region by the codes that problems know them by."""
    query = (
        sa.select(col(Organisation.code), Kitchen)
        .join(Kitchen, col(Kitchen.organisation_id) == col(Organisation.id))
        .where(col(Organisation.region_code) == region_code)
    )
    return {str(code): kitchen for code, kitchen in await session.execute(query)}


async def delete_what_ifs(session: AsyncSession, *, before: datetime) -> int:
    """Delete ended what-ifs that were asked for before an instant, with their files; return how many."""
    old = sa.select(col(MatchingRun.id)).where(
        col(MatchingRun.kind) == RunKind.WHAT_IF,
        col(MatchingRun.created_at) < before,
        col(MatchingRun.status).not_in(ACTIVE_RUNS),
    )
    ids = list(await session.scalars(old))
    for table in (WhatIfPlan, RunPlan, RunProblem):
        await session.execute(sa.delete(table).where(col(table.run_id).in_(ids)))
    await session.execute(sa.delete(MatchingRun).where(col(MatchingRun.id).in_(ids)))
    return len(ids)
