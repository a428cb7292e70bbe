"""Forecasts: the revision that counts, the draft, their lines and servings, and the lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.cursors import Cursor, older_than
from service.database.queries.locks import for_change
from service.domain.forecasts import Forecast, ForecastLine, ForecastServing, ForecastStatus
from service.domain.menus import Recipe
from service.domain.organisations import Kitchen, Organisation
from service.domain.plans import Plan, PlanStatus


@dataclass(frozen=True, slots=True)
class ForecastFilter:
    """What a list is narrowed to; ``None``: not narrowed."""

    owner_id: UUID | None = None
    """The organisation that the caller may not look beyond."""
    kitchen_id: UUID | None = None
    week_start: date | None = None
    item_code: str | None = None
    status: ForecastStatus | None = None


async def lock_kitchen(session: AsyncSession, kitchen_id: UUID) -> None:
    """Let one unit at a time change the forecasts of a kitchen; rows that only refer to the kitchen are not held up."""
    query = sa.select(col(Kitchen.organisation_id)).where(col(Kitchen.organisation_id) == kitchen_id)
    await session.execute(query.with_for_update(key_share=True))


async def find_forecast(session: AsyncSession, forecast_id: UUID) -> Forecast | None:
    """Return a revision as the database holds it now."""
    return await session.get(Forecast, forecast_id, populate_existing=True)


async def find_by_status(
    session: AsyncSession, *, kitchen_id: UUID, week_start: date, status: ForecastStatus
) -> Forecast | None:
    """Return the kitchen's draft of a week, or its submitted revision; there is at most one of each."""
    query = sa.select(Forecast).where(
        col(Forecast.kitchen_id) == kitchen_id, col(Forecast.week_start) == week_start, col(Forecast.status) == status
    )
    return (await session.scalars(query)).one_or_none()


async def submitted_weeks(session: AsyncSession, *, kitchen_id: UUID, before: date, since: date) -> list[date]:
    """Return the Mondays of a kitchen's submitted weeks from a day on and before another, the latest first."""
    query = sa.select(col(Forecast.week_start)).where(
        col(Forecast.kitchen_id) == kitchen_id,
        col(Forecast.week_start) < before,
        col(Forecast.week_start) >= since,
        col(Forecast.status) == ForecastStatus.SUBMITTED,
    )
    return list(await session.scalars(query.order_by(col(Forecast.week_start).desc())))


async def lock_submitted(session: AsyncSession, *, kitchen_id: UUID, week_start: date) -> None:
    """Hold the revision that counts; a unit that publishes a plan made from it comes before or after, never between."""
    query = sa.select(Forecast).where(
        col(Forecast.kitchen_id) == kitchen_id,
        col(Forecast.week_start) == week_start,
        col(Forecast.status) == ForecastStatus.SUBMITTED,
    )
    await session.execute(for_change(query))


async def next_revision(session: AsyncSession, *, kitchen_id: UUID, week_start: date) -> int:
    """Return the number of a kitchen's next revision for a week (the kitchen is locked by the caller)."""
    query = sa.select(sa.func.coalesce(sa.func.max(col(Forecast.revision)), 0) + 1).where(
        col(Forecast.kitchen_id) == kitchen_id, col(Forecast.week_start) == week_start
    )
    return int(await session.scalar(query) or 1)


async def published_plan_id(session: AsyncSession, *, region_code: str, week_start: date) -> UUID | None:
    """Return the published plan of a region's week."""
    query = sa.select(col(Plan.id)).where(
        col(Plan.region_code) == region_code,
        col(Plan.week_start) == week_start,
        col(Plan.status) == PlanStatus.PUBLISHED,
    )
    return await session.scalar(query)


async def lines_of(session: AsyncSession, forecast_id: UUID) -> list[ForecastLine]:
    """Return a revision's lines by day and item."""
    query = (
        sa.select(ForecastLine)
        .where(col(ForecastLine.forecast_id) == forecast_id)
        .order_by(col(ForecastLine.needed_date), col(ForecastLine.item_code))
    )
    return list((await session.scalars(query)).all())


async def came_qty(
    session: AsyncSession, *, region_code: str, kitchen_id: UUID, week_start: date, before: date
) -> dict[tuple[str, date], int]:
    """Return what the revision that counts demands for the days before another; nothing while no plan is published."""
    if await published_plan_id(session, region_code=region_code, week_start=week_start) is None:
        return {}
    query = (
        sa.select(col(ForecastLine.item_code), col(ForecastLine.needed_date), col(ForecastLine.demanded_qty))
        .join(Forecast, col(Forecast.id) == col(ForecastLine.forecast_id))
        .where(
            col(Forecast.kitchen_id) == kitchen_id,
            col(Forecast.week_start) == week_start,
            col(Forecast.status) == ForecastStatus.SUBMITTED,
            col(ForecastLine.needed_date) < before,
        )
    )
    return {(item_code, day): qty for item_code, day, qty in await session.execute(query)}


async def servings_of(session: AsyncSession, forecast_id: UUID) -> list[ForecastServing]:
    """Return the menu behind a revision, by day."""
    query = (
        sa.select(ForecastServing)
        .where(col(ForecastServing.forecast_id) == forecast_id)
        .order_by(col(ForecastServing.serving_date), col(ForecastServing.recipe_id))
    )
    return list((await session.scalars(query)).all())


async def recipe_codes(session: AsyncSession, recipe_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of recipes by id."""
    query = sa.select(col(Recipe.id), col(Recipe.code)).where(col(Recipe.id).in_(set(recipe_ids)))
    return {row[0]: row[1] for row in (await session.execute(query)).all()}


async def delete_content(session: AsyncSession, forecast_id: UUID) -> None:
    """Delete lines and servings of a draft, before new ones are written."""
    await session.execute(sa.delete(ForecastLine).where(col(ForecastLine.forecast_id) == forecast_id))
    await session.execute(sa.delete(ForecastServing).where(col(ForecastServing.forecast_id) == forecast_id))


async def list_forecasts(
    session: AsyncSession, *, region_code: str, wanted: ForecastFilter, after: Cursor | None, limit: int
) -> list[Forecast]:
    """Return revisions of a region, newest first."""
    query = (
        sa.select(Forecast)
        .where(col(Forecast.region_code) == region_code, older_than(after, col(Forecast.created_at), col(Forecast.id)))
        .order_by(col(Forecast.created_at).desc(), col(Forecast.id).desc())
        .limit(limit)
    )
    return list((await session.scalars(query.where(*_conditions(wanted)))).all())


async def list_lines(
    session: AsyncSession, *, region_code: str, wanted: ForecastFilter, limit: int
) -> list[tuple[Forecast, Organisation, ForecastLine]]:
    """Return the lines of a region's revisions, newest revision first, by day and item."""
    query = (
        sa.select(Forecast, Organisation, ForecastLine)
        .join(ForecastLine, col(ForecastLine.forecast_id) == col(Forecast.id))
        .join(Organisation, col(Organisation.id) == col(Forecast.kitchen_id))
        .where(col(Forecast.region_code) == region_code, *_conditions(wanted))
        .order_by(
            col(Forecast.created_at).desc(),
            col(Forecast.id).desc(),
            col(ForecastLine.needed_date),
            col(ForecastLine.item_code),
        )
        .limit(limit)
    )
    return [(forecast, kitchen, line) for forecast, kitchen, line in await session.execute(query)]


def _conditions(wanted: ForecastFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.owner_id is not None:
        conditions.append(col(Forecast.kitchen_id) == wanted.owner_id)
    if wanted.kitchen_id is not None:
        conditions.append(col(Forecast.kitchen_id) == wanted.kitchen_id)
    if wanted.week_start is not None:
        conditions.append(col(Forecast.week_start) == wanted.week_start)
    if wanted.status is not None:
        conditions.append(col(Forecast.status) == wanted.status)
    if wanted.item_code is not None:
        naming = sa.select(col(ForecastLine.forecast_id)).where(col(ForecastLine.item_code) == wanted.item_code)
        conditions.append(col(Forecast.id).in_(naming))
    return conditions


async def latest_week(session: AsyncSession, region_code: str) -> date | None:
    """Return the last week for which a kitchen of the region has submitted a forecast."""
    query = sa.select(sa.func.max(col(Forecast.week_start))).where(
        col(Forecast.region_code) == region_code, col(Forecast.status) == ForecastStatus.SUBMITTED
    )
    return await session.scalar(query)
