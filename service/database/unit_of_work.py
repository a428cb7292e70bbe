"""The unit of work: one request or one job is one transaction; the edge opens it, leaving the block commits it."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from service.database.identifiers import new_id as uuid7
from service.domain.audits import AuditEntry, plain_values
from service.domain.errors import StaleVersion
from service.domain.events import Event, EventType
from service.domain.permissions import Actor
from service.telemetry import current_correlation_id

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


class JobQueue(Protocol):
    """Where deferred jobs go: into the caller's own transaction."""

    async def defer(
        self,
        connection: AsyncConnection[Any],
        job_name: str,
        args: Mapping[str, Json],
        *,
        not_before: datetime | None,
        lock: str | None,
    ) -> int:
        """Insert the job on `connection`; it exists once that connection commits."""


@dataclass(frozen=True)
class UnitOfWork:
    """What a workflow is given: the session, the time, new ids, who acts, the audit trail and the job queue."""

    session: AsyncSession
    now: datetime
    new_id: Callable[[], uuid.UUID]
    actor: Actor | None
    correlation_id: str
    queue: JobQueue

    def record(
        self,
        action: str,
        entity: str,
        entity_id: uuid.UUID | str,
        *,
        region_code: str | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> AuditEntry:
        """Add to the audit trail that the actor of this unit did `action`; it is kept only if the unit commits."""
        actor = self.actor
        entry = AuditEntry(
            id=self.new_id(),
            at=self.now,
            region_code=region_code or (actor.region_code if actor else None),
            actor_user_id=actor.user_id if actor else None,
            actor_organisation_id=actor.organisation_id if actor else None,
            action=action,
            entity=entity,
            entity_id=str(entity_id),
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
            correlation_id=self.correlation_id or None,
        )
        self.session.add(entry)
        return entry

    def announce(
        self,
        event_type: EventType,
        *,
        entity: str,
        entity_id: uuid.UUID | str,
        region_code: str | None = None,
        concerns: Iterable[uuid.UUID] = (),
        facts: Mapping[str, Any] | None = None,
    ) -> Event:
        """Append what happened, for those whom it concerns; it is kept only if the unit commits.

        `concerns` are organisations that hear of it beside the city of the region; `facts` may hold dates and ids.
        """
        actor = self.actor
        event = Event(
            id=self.new_id(),
            at=self.now,
            region_code=region_code,
            type=event_type.value,
            entity=entity,
            entity_id=str(entity_id),
            concerns=sorted(set(concerns)),
            facts=plain_values(facts or {}),
            actor_user_id=actor.user_id if actor else None,
            actor_organisation_id=actor.organisation_id if actor else None,
            correlation_id=self.correlation_id or None,
        )
        self.session.add(event)
        return event

    async def release(self) -> None:
        """Commit before long work that needs no database: nothing more can be read or written in this unit."""
        await self.session.commit()

    async def defer(
        self, job_name: str, /, *, not_before: datetime | None = None, lock: str | None = None, **args: Json
    ) -> int:
        """Queue a job that starts after this unit commits and is forgotten if it does not.

        `args` must be plain JSON. No two jobs with the same `lock` run at once.
        """
        connection = await self.session.connection()
        raw = (await connection.get_raw_connection()).driver_connection
        if not isinstance(raw, AsyncConnection):
            message = f"jobs need psycopg's own connection, not {type(raw).__name__}"
            raise TypeError(message)
        with_correlation: dict[str, Json] = {**args, "correlation_id": self.correlation_id}
        return await self.queue.defer(raw, job_name, with_correlation, not_before=not_before, lock=lock)


@dataclass(frozen=True)
class UnitsOfWork:
    """Opens units of work; the edges (request, job, demo, test) hold one of these."""

    sessions: async_sessionmaker[AsyncSession]
    queue: JobQueue
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    new_id: Callable[[], uuid.UUID] = uuid7

    @asynccontextmanager
    async def begin(
        self, *, actor: Actor | None = None, correlation_id: str | None = None
    ) -> AsyncIterator[UnitOfWork]:
        """Open a transaction: commit at the end of the block, roll back if it raises.

        Raises
        ------
        StaleVersion
            If a row that the unit changes was changed by someone else since it was read.
        """
        try:
            async with self.sessions() as session, session.begin():
                yield UnitOfWork(
                    session=session,
                    now=self.clock(),
                    new_id=self.new_id,
                    actor=actor,
                    correlation_id=correlation_id or current_correlation_id(),
                    queue=self.queue,
                )
        except StaleDataError as error:
            message = "somebody else changed this in the meantime: read it again, then repeat the change"
            raise StaleVersion(message) from error
