"""Events in their order, for those whom they concern; how far each reader has got."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from service.database.event_order import settled_sequence
from service.domain.events import Event, EventConcern, EventReader


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
    settled = await settled_sequence(session)

    def first(query: sa.Select[Event], sequence: Mapped[int]) -> sa.Select[Event]:
        """Take the first of one kind, so that each is read in order by its own index."""
        query = query.where(sequence > (after or 0), sequence <= settled, *_narrowed(wanted))
        return query.order_by(sequence).limit(limit)

    common = first(sa.select(Event).where(col(Event.region_code).is_(None)), col(Event.sequence))
    own, sequence = sa.select(Event).where(col(Event.region_code) == region_code), col(Event.sequence)
    if organisation_id is not None:
        own, sequence = own.join(EventConcern, col(EventConcern.sequence) == sequence), col(EventConcern.sequence)
        own = own.where(col(EventConcern.organisation_id) == organisation_id)
    both = aliased(Event, sa.union_all(first(own, sequence), common).subquery())
    return list((await session.scalars(sa.select(both).order_by(col(both.sequence)).limit(limit))).all())


def _narrowed(wanted: EventFilter) -> Iterator[sa.ColumnElement[bool]]:
    for name in ("type", "entity", "entity_id"):
        value = getattr(wanted, name)
        if value is not None:
            yield col(getattr(Event, name)) == value


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
