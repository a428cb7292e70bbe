"""Plans: lists for everybody who may see them, each with the part that is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.database.queries.locks import for_change
from service.domain.items import Item
from service.domain.organisations import Organisation
from service.domain.plans import Allocation, Plan, PlanPurchase, PlanStatus
from service.domain.runs import RunProblem
from service.domain.stocks import Stock


async def list_plans(
    session: AsyncSession,
    *,
    region_code: str,
    week_start: date | None,
    statuses: frozenset[PlanStatus],
    after: Cursor | None,
    limit: int,
) -> list[Plan]:
    """Return the plans of a region, newest first."""
    query = sa.select(Plan).where(
        col(Plan.region_code) == region_code,
        col(Plan.status).in_(statuses),
        older_than(after, col(Plan.created_at), col(Plan.id)),
    )
    if week_start is not None:
        query = query.where(col(Plan.week_start) == week_start)
    query = query.order_by(col(Plan.created_at).desc(), col(Plan.id).desc()).limit(limit)
    return list(await session.scalars(query))


async def find_plan(
    session: AsyncSession, plan_id: UUID, *, region_code: str, statuses: frozenset[PlanStatus]
) -> Plan | None:
    """Return a plan of a region."""
    query = sa.select(Plan).where(
        col(Plan.id) == plan_id, col(Plan.region_code) == region_code, col(Plan.status).in_(statuses)
    )
    return (await session.scalars(query)).one_or_none()


async def find_published_plan(session: AsyncSession, *, region_code: str, week_start: date) -> Plan | None:
    """Return the plan of a region's week that is in force, if one was published."""
    return (await session.scalars(_in_force(region_code, week_start))).one_or_none()


async def published_plan(session: AsyncSession, *, region_code: str, week_start: date) -> Plan:
    """Return the plan in force of a week whose orders are out: from then on there is always one."""
    return (await session.scalars(_in_force(region_code, week_start))).one()


def _in_force(region_code: str, week_start: date) -> sa.Select[Plan]:
    return sa.select(Plan).where(
        col(Plan.region_code) == region_code,
        col(Plan.week_start) == week_start,
        col(Plan.status) == PlanStatus.PUBLISHED,
    )


async def published_weeks(session: AsyncSession, *, region_code: str, first: date) -> list[date]:
    """Return the weeks of a region with a plan in force, from a Monday on."""
    query = sa.select(col(Plan.week_start)).where(
        col(Plan.region_code) == region_code,
        col(Plan.week_start) >= first,
        col(Plan.status) == PlanStatus.PUBLISHED,
    )
    return list(await session.scalars(query.order_by(col(Plan.week_start))))


async def lock_plan(session: AsyncSession, plan_id: UUID) -> Plan | None:
    """Hold a plan, read anew."""
    query = for_change(sa.select(Plan).where(col(Plan.id) == plan_id))
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def find_plan_problem(session: AsyncSession, plan: Plan) -> RunProblem:
    """Return the problem that a plan solves."""
    return await session.get_one(RunProblem, plan.run_id)


async def list_allocations(
    session: AsyncSession,
    plan_id: UUID,
    *,
    viewer_id: UUID | None,
    kitchen_id: UUID | None,
    cooperative_id: UUID | None,
    item_code: str | None,
    after: UUID | None,
    limit: int,
) -> list[Allocation]:
    """Return deliveries of a plan in the order of their ids; of a viewer only those they get or make."""
    query = sa.select(Allocation).where(col(Allocation.plan_id) == plan_id)
    if viewer_id is not None:
        query = query.where(
            sa.or_(col(Allocation.kitchen_id) == viewer_id, col(Allocation.cooperative_id) == viewer_id)
        )
    if kitchen_id is not None:
        query = query.where(col(Allocation.kitchen_id) == kitchen_id)
    if cooperative_id is not None:
        query = query.where(col(Allocation.cooperative_id) == cooperative_id)
    if item_code is not None:
        query = query.where(col(Allocation.item_code) == item_code)
    if after is not None:
        query = query.where(col(Allocation.id) > after)
    return list(await session.scalars(query.order_by(col(Allocation.id)).limit(limit)))


@dataclass(frozen=True, slots=True)
class PlannedPacks:
    """Packs that a cooperative is to buy, and the stock that they are of."""

    purchase: PlanPurchase
    stock: Stock


async def list_purchases(
    session: AsyncSession,
    plan_id: UUID,
    *,
    viewer_id: UUID | None,
    cooperative_id: UUID | None,
    after: tuple[UUID, UUID] | None,
    limit: int,
) -> list[PlannedPacks]:
    """Return what cooperatives are to buy, in the order of stock and cooperative; of a viewer only their own."""
    query = sa.select(PlanPurchase, Stock).join(Stock, col(Stock.id) == col(PlanPurchase.stock_id))
    query = query.where(col(PlanPurchase.plan_id) == plan_id)
    for owner_id in {viewer_id, cooperative_id} - {None}:
        query = query.where(col(PlanPurchase.cooperative_id) == owner_id)
    if after is not None:
        place = sa.tuple_(col(PlanPurchase.stock_id), col(PlanPurchase.cooperative_id))
        query = query.where(place > sa.tuple_(sa.literal(after[0]), sa.literal(after[1])))
    query = query.order_by(col(PlanPurchase.stock_id), col(PlanPurchase.cooperative_id)).limit(limit)
    return [PlannedPacks(purchase, stock) for purchase, stock in await session.execute(query)]


@dataclass(frozen=True, slots=True)
class LineChanges:
    """How the deliveries of two plans differ; the weight is what would have to move."""

    kept: int
    changed: int
    added: int
    removed: int
    moved_kg: float


async def compare_allocations(session: AsyncSession, plan_id: UUID, other_id: UUID) -> LineChanges:
    """Compare the deliveries of two plans by line, source and cooperative."""
    ours, theirs = _deliveries(plan_id, "ours"), _deliveries(other_id, "theirs")
    ours_qty, theirs_qty = sa.func.coalesce(ours.c.qty, 0), sa.func.coalesce(theirs.c.qty, 0)
    item_code = sa.func.coalesce(ours.c.item_code, theirs.c.item_code)
    same = sa.and_(
        ours.c.line == theirs.c.line, ours.c.source == theirs.c.source, ours.c.cooperative == theirs.c.cooperative
    )
    query = (
        sa.select(
            sa.func.count().filter(ours_qty == theirs_qty),
            sa.func.count().filter(ours_qty > 0, theirs_qty > 0, ours_qty != theirs_qty),
            sa.func.count().filter(theirs_qty == 0),
            sa.func.count().filter(ours_qty == 0),
            sa.func.coalesce(sa.func.sum(sa.func.abs(ours_qty - theirs_qty) * col(Item.grams_per_unit)), 0),
        )
        .select_from(ours.join(theirs, same, full=True))
        .join(Item, col(Item.code) == item_code)
    )
    kept, changed, added, removed, moved_g = (await session.execute(query)).one()
    return LineChanges(kept, changed, added, removed, float(moved_g) / 1000)


def _deliveries(plan_id: UUID, name: str) -> sa.Subquery:
    """Return a plan's deliveries, one row for each line, source and cooperative."""
    keys: tuple[sa.Label[Any], ...] = (
        col(Allocation.forecast_line_id).label("line"),
        sa.func.coalesce(col(Allocation.offer_id), col(Allocation.stock_id)).label("source"),
        col(Allocation.cooperative_id).label("cooperative"),
        col(Allocation.item_code).label("item_code"),
    )
    query = sa.select(*keys, sa.func.sum(col(Allocation.allocated_qty)).label("qty"))
    return query.where(col(Allocation.plan_id) == plan_id).group_by(*keys).subquery(name)


async def organisations_of(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Organisation]:
    """Return organisations by id, for their codes and names."""
    rows = await session.scalars(sa.select(Organisation).where(col(Organisation.id).in_(ids)))
    return {organisation.id: organisation for organisation in rows}


async def ids_by_code(session: AsyncSession, region_code: str) -> dict[str, UUID]:
    """Return the id of every organisation of a region by its code, the problem's name for it."""
    query = sa.select(col(Organisation.code), col(Organisation.id)).where(col(Organisation.region_code) == region_code)
    return {str(code): key for code, key in await session.execute(query)}
