"""Whom the city reminded of a week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.week_reminders import WeekReminder


async def add_reminders(session: AsyncSession, reminders: Iterable[WeekReminder]) -> frozenset[UUID]:
    """Write reminders down and return whose are new; of two at the same time one is."""
    rows = [one.model_dump() for one in sorted(reminders, key=lambda one: one.organisation_id)]
    if not rows:
        return frozenset()
    query = insert(WeekReminder).values(rows).on_conflict_do_nothing().returning(col(WeekReminder.organisation_id))
    return frozenset(await session.scalars(query))


async def reminded_ids(session: AsyncSession, *, region_code: str, week_start: date, day: date) -> frozenset[UUID]:
    """Return the organisations of a region that were reminded of a week on a day."""
    query = sa.select(col(WeekReminder.organisation_id)).where(
        col(WeekReminder.region_code) == region_code,
        col(WeekReminder.week_start) == week_start,
        col(WeekReminder.reminded_on) == day,
    )
    return frozenset(await session.scalars(query))
