"""What the doctor asks the database: the queue, what is open past its time, what was given up, how big it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.findings import LATE_AFTER, SILENT_AFTER, STUCK_AFTER, JobsSeen
from service.domain.receipt_photos import ReceiptPhoto

PATIENCE = """
    SET LOCAL statement_timeout = '10min';
    SET LOCAL idle_in_transaction_session_timeout = '10min';
    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY
"""
"""The doctor reads everything as of one instant, and a nation's books take longer than a request may."""

JOBS = """
    SELECT job.task_name, job.queue_name, job.status::text AS status,
           worker.last_heartbeat < now() - :silence OR worker.id IS NULL AS is_orphaned,
           now() - GREATEST(job.scheduled_at, MAX(event.at)) AS since
    FROM procrastinate_jobs AS job
    LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    LEFT JOIN procrastinate_events AS event
        ON event.job_id = job.id AND event.type IN ('deferred', 'deferred_for_retry', 'started', 'retried')
    WHERE job.status IN ('todo', 'doing', 'failed') AND (job.scheduled_at <= now() OR job.scheduled_at IS NULL)
    GROUP BY job.id, worker.id
"""
WORKERS = "SELECT COUNT(*) FROM procrastinate_workers WHERE last_heartbeat >= now() - CAST(:silence AS interval)"

OPEN_PAST_THEIR_TIME = """
    SELECT (SELECT COUNT(*) FROM purchase_order WHERE status = 'sent' AND respond_by_at <= :before)
         + (SELECT COUNT(*) FROM repair_request WHERE due_at <= :before)
         + (SELECT COUNT(*) FROM matching_run
            WHERE status IN ('running', 'cancelling') AND COALESCE(heartbeat_at, started_at) <= :before)
"""


async def look_patiently(session: AsyncSession) -> None:
    """Begin the session's transaction: one snapshot, read only, with time for long queries."""
    for statement in PATIENCE.split(";"):
        await session.execute(sa.text(statement))


async def see_jobs(session: AsyncSession, known: Collection[str]) -> JobsSeen:
    """Return the queue's state; ``known`` are the names that this program's workers know."""
    rows = (await session.execute(sa.text(JOBS), {"silence": SILENT_AFTER})).all()
    waiting = [row for row in rows if row.status == "todo"]
    running = [row for row in rows if row.status == "doing"]
    longest = max(STUCK_AFTER.values())
    return JobsSeen(
        waiting=len(waiting),
        running=len(running),
        workers=await session.scalar(sa.text(WORKERS), {"silence": SILENT_AFTER}) or 0,
        stuck_waiting=_names(row for row in waiting if row.since > STUCK_AFTER.get(row.queue_name, longest)),
        stuck_running=_names(row for row in running if row.since > STUCK_AFTER.get(row.queue_name, longest)),
        orphaned=_names(row for row in running if row.is_orphaned and row.since > SILENT_AFTER),
        failed=_names(row for row in rows if row.status == "failed"),
        unknown=_names(row for row in waiting if row.task_name not in known),
    )


async def count_late(session: AsyncSession, now: datetime) -> int:
    """Return how many orders, repairs and runs stand open though their time has come."""
    return await session.scalar(sa.text(OPEN_PAST_THEIR_TIME), {"before": now - LATE_AFTER}) or 0


async def count_dead(session: AsyncSession) -> int:
    """Return how many webhook deliveries were given up, to addresses that somebody still has."""
    query = """
        SELECT COUNT(*) FROM webhook_delivery AS delivery JOIN webhook_endpoint AS endpoint
            ON endpoint.id = delivery.endpoint_id
        WHERE delivery.status = 'dead' AND endpoint.removed_at IS NULL
    """
    return await session.scalar(sa.text(query)) or 0


async def size_and_version(session: AsyncSession) -> tuple[int, str]:
    """Return the bytes that the database takes, and its server's version."""
    query = "SELECT pg_database_size(current_database()) AS size, current_setting('server_version') AS version"
    row = (await session.execute(sa.text(query))).one()
    return int(row.size), str(row.version)


async def every_digest(session: AsyncSession) -> frozenset[str]:
    """Return the names of all pictures that rows refer to."""
    return frozenset(await session.scalars(sa.select(col(ReceiptPhoto.sha256)).distinct()))


def _names(rows: Iterable[sa.Row[Any]]) -> tuple[str, ...]:
    return tuple(row.task_name for row in rows)
