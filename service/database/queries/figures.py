"""Figures of a running installation that change every minute: queue, workers, runs, messages, the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.findings import SILENT_AFTER
from service.domain.runs import RunStatus


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, its name as monitoring systems write them, and what it tells."""

    name: str
    meaning: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


JOBS: Final = """
    SELECT queue.name AS queue,
           COUNT(job.id) FILTER (WHERE job.status = 'todo') AS waiting,
           COUNT(job.id) FILTER (WHERE job.status = 'doing') AS running,
           COUNT(job.id) FILTER (WHERE job.status = 'failed') AS failed,
           COALESCE(EXTRACT(epoch FROM now() - MIN(GREATEST(job.scheduled_at, (
               SELECT MAX(event.at) FROM procrastinate_events AS event WHERE event.job_id = job.id
           ))) FILTER (WHERE job.status = 'todo')), 0) AS oldest_s
    FROM (VALUES ('quick'), ('send'), ('deliver'), ('solve')) AS queue (name)
    LEFT JOIN procrastinate_jobs AS job
        ON job.queue_name = queue.name AND job.status IN ('todo', 'doing', 'failed')
        AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
    GROUP BY queue.name ORDER BY queue.name
"""
RUNS: Final = """
    SELECT known.status, COUNT(run.id) AS runs,
           COALESCE(SUM(EXTRACT(epoch FROM run.finished_at - run.started_at)), 0) AS seconds
    FROM UNNEST(CAST(:statuses AS text[])) AS known (status)
    LEFT JOIN matching_run AS run ON run.status = known.status AND run.kind <> 'what_if'
    GROUP BY known.status ORDER BY known.status
"""
OTHERS: Final = """
    SELECT (SELECT COUNT(*) FROM procrastinate_workers WHERE last_heartbeat >= now() - CAST(:silence AS interval))
               AS workers,
           (SELECT COUNT(*) FROM purchase_order WHERE status = 'sent' AND respond_by_at < now()) AS late_orders,
           (SELECT COUNT(*) FROM webhook_delivery AS delivery
               JOIN webhook_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
               WHERE delivery.status = 'pending' AND endpoint.status = 'active' AND endpoint.removed_at IS NULL)
               AS pending_webhooks,
           (SELECT COUNT(*) FROM audit_entry WHERE sequence IS NULL) AS unsealed,
           pg_database_size(current_database()) AS bytes
"""


async def installation_figures(session: AsyncSession) -> list[Figure]:
    """Return the figures, those of one name together."""
    jobs = (await session.execute(sa.text(JOBS))).all()
    runs = (await session.execute(sa.text(RUNS), {"statuses": [status.value for status in RunStatus]})).all()
    others = (await session.execute(sa.text(OTHERS), {"silence": SILENT_AFTER})).one()
    of_queue = (
        ("pasok_jobs_waiting", "Jobs whose time has come and that nobody has begun.", "waiting"),
        ("pasok_jobs_running", "Jobs that a worker holds.", "running"),
        ("pasok_jobs_failed", "Jobs that were given up within two weeks.", "failed"),
        ("pasok_job_oldest_seconds", "How long the oldest job has waited.", "oldest_s"),
    )
    of_runs = (
        ("pasok_runs", "Matching runs by status, without what-ifs.", "runs"),
        ("pasok_solver_seconds", "Seconds that they took, by how they ended.", "seconds"),
    )
    of_all = (
        ("pasok_worker_queues", "Queues that are served by a living worker; four for each.", "workers"),
        ("pasok_orders_late", "Orders that nobody answered in time and that stand open.", "late_orders"),
        ("pasok_webhooks_pending", "Webhook deliveries that wait for their next attempt.", "pending_webhooks"),
        ("pasok_audit_unsealed", "Entries of the audit trail that wait for their seal.", "unsealed"),
        ("pasok_database_bytes", "How large the database is.", "bytes"),
    )
    return [
        *(
            Figure(name, meaning, float(getattr(row, part)), {"queue": row.queue})
            for name, meaning, part in of_queue
            for row in jobs
        ),
        *(
            Figure(name, meaning, float(getattr(row, part)), {"status": row.status})
            for name, meaning, part in of_runs
            for row in runs
        ),
        *(Figure(name, meaning, float(getattr(others, part))) for name, meaning, part in of_all),
    ]
