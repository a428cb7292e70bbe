"""Events in their order, for those whom they concern; how far each reader has got."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.event_order import settled_sequence
from service.domain.events import Event, EventReader


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list is narrowed to; ``None``: not narrowed."""

    type: str | None = None
    entity: str | None = None
    entity_id: str | None = None


async def list_events(
    session: AsyncSession,
    *,
    region_code: str,
    organisation_id: UUID | None,
    wanted: EventFilter,
    after: int | None,
    limit: int,
) -> list[Event]:
    """Return events of a region and of the common catalogue, oldest first; an organisation's only what concerns it."""
    query = sa.select(Event).where(
        sa.or_(col(Event.region_code) == region_code, col(Event.region_code).is_(None)),
        col(Event.sequence) > (after or 0),
        col(Event.sequence) <= await settled_sequence(session),
    )
    if organisation_id is not None:
        query = query.where(sa.or_(col(Event.concerns).contains([organisation_id]), col(Event.region_code).is_(None)))
    for name in ("type", "entity", "entity_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(col(getattr(Event, name)) == value)
    query = query.order_by(col(Event.sequence)).limit(limit)
    return list((await session.scalars(query)).all())


async def hold_reader(session: AsyncSession, name: str) -> EventReader | None:
    """Return how far a reader has got and keep others from reading on; ``None`` while another process reads."""
    await session.execute(insert(EventReader).values(name=name, sequence=0).on_conflict_do_nothing())
    query = sa.select(EventReader).where(col(EventReader.name) == name).with_for_update(skip_locked=True)
    return (await session.scalars(query)).one_or_none()


async def events_after(session: AsyncSession, sequence: int, *, limit: int) -> list[Event]:
    """Return the next events, of all regions, that no earlier one can follow any more."""
    query = (
        sa.select(Event)
        .where(col(Event.sequence) > sequence, col(Event.sequence) <= await settled_sequence(session))
        .order_by(col(Event.sequence))
        .limit(limit)
    )
    return list((await session.scalars(query)).all())
