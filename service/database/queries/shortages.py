"""Shortages of a plan: what is missing to whom, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.database.queries.standby_moves import open_demand
from service.domain.eligibility import Ineligibility
from service.domain.events import Event, EventType
from service.domain.forecasts import ForecastLine
from service.domain.orders import Order, OrderLine, OrderLineStatus
from service.domain.plans import Shortage, ShortageCause
from service.domain.units import BP


async def list_shortages(
    session: AsyncSession,
    plan_id: UUID,
    *,
    viewer_id: UUID | None,
    kitchen_id: UUID | None,
    cause: ShortageCause | None,
    after: UUID | None,
    limit: int,
) -> list[Shortage]:
    """Return shortages of a plan in the order of their ids, of a viewer only their own."""
    query = sa.select(Shortage).where(col(Shortage.plan_id) == plan_id)
    for owner_id in {viewer_id, kitchen_id} - {None}:
        query = query.where(col(Shortage.kitchen_id) == owner_id)
    if cause is not None:
        query = query.where(col(Shortage.cause) == cause)
    if after is not None:
        query = query.where(col(Shortage.id) > after)
    return list(await session.scalars(query.order_by(col(Shortage.id)).limit(limit)))


async def planned_short_qty(session: AsyncSession, plan_id: UUID) -> dict[tuple[UUID, str, date], int]:
    """Return what a plan left short when it was made, by kitchen, item and day, base units.

    Not by demand line: a corrected forecast has lines of its own, and what it needs may be what was short before.
    """
    query = sa.select(
        col(Shortage.kitchen_id), col(Shortage.item_code), col(Shortage.needed_date), col(Shortage.short_qty)
    ).where(col(Shortage.plan_id) == plan_id, col(Shortage.cause) == ShortageCause.UNMATCHED)
    return {(kitchen_id, code, day): qty for kitchen_id, code, day, qty in await session.execute(query)}


@dataclass(frozen=True, slots=True)
class PlannedShortage:
    """What a plan leaves short of a demand line (base units), and the code of the strongest reason.

    ``can_substitute`` is the kitchen's word: whether goods that nutritionists accept may come instead.
    """

    forecast_line_id: UUID
    kitchen_id: UUID
    item_code: str
    needed_date: date
    short_qty: int
    reason: str | None
    can_substitute: bool


async def planned_shortages(session: AsyncSession, plan_id: UUID) -> list[PlannedShortage]:
    """Return what a plan left short when it was made, by day and item."""
    query = (
        sa.select(
            col(Shortage.forecast_line_id),
            col(Shortage.kitchen_id),
            col(Shortage.item_code),
            col(Shortage.needed_date),
            col(Shortage.short_qty),
            col(Shortage.reasons)[0]["code"].astext,
            col(ForecastLine.can_substitute),
        )
        .join(ForecastLine, col(ForecastLine.id) == col(Shortage.forecast_line_id))
        .where(col(Shortage.plan_id) == plan_id, col(Shortage.cause) == ShortageCause.UNMATCHED)
        .order_by(col(Shortage.needed_date), col(Shortage.item_code), col(Shortage.id))
    )
    return [PlannedShortage(*row) for row in await session.execute(query)]


async def missed_shortages(
    session: AsyncSession, *, region_code: str, week_start: date, today: date
) -> list[PlannedShortage]:
    """Return what lacks for today's cooking where a supplier was looked for and the kitchen heard nothing since."""
    told, later = aliased(Event), aliased(Event)
    was_heard = sa.exists().where(
        col(later.region_code) == region_code,
        col(later.sequence) > col(told.sequence),
        col(later.type) == EventType.SUPPLY_PLANNED,
        col(OrderLine.kitchen_id) == sa.any_(col(later.concerns)),
    )
    of_line = sa.and_(col(told.entity) == "order_line", col(told.entity_id) == sa.cast(OrderLine.id, sa.Text))
    query = (
        sa.select(col(OrderLine.forecast_line_id), col(OrderLine.kitchen_id))
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .join(told, of_line)
        .where(
            col(Order.region_code) == region_code,
            col(Order.week_start) == week_start,
            col(OrderLine.needed_date) == today,
            col(OrderLine.status).in_((OrderLineStatus.DECLINED, OrderLineStatus.ACCEPTED_LESS)),
            col(OrderLine.forecast_line_id).is_not(None),
            col(told.type) == EventType.LINE_LEFT_SHORT,
            col(told.facts)["seeker"].astext.in_(("repair", "operator")),
            ~was_heard,
        )
    )
    kitchens: dict[UUID, UUID] = {row.forecast_line_id: row.kitchen_id for row in await session.execute(query)}
    return [
        PlannedShortage(
            forecast_line_id=line.id,
            kitchen_id=kitchens[line.id],
            item_code=line.item_code,
            needed_date=today,
            short_qty=-(-open_bp // BP),
            reason=Ineligibility.DAY_BEGUN.value,
            can_substitute=False,
        )
        for line, open_bp in (await open_demand(session, kitchens)).values()
        if open_bp > 0
    ]


async def insert_shortages(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Write shortages in few statements."""
    if rows:
        await session.execute(sa.insert(Shortage), rows)
