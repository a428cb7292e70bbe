"""Jobs whose worker died: procrastinate knows them by the missing heartbeat; trying them again is up to us."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from service.jobs.definitions import Job, JobCall
from service.telemetry import correlated

logger = logging.getLogger(__name__)

# One at a time and locked, so that recoveries in two workers share the jobs and none is put back twice.
NEXT_STALLED: Final = """
    SELECT job.id, job.task_name, job.attempts, job.args
    FROM procrastinate_jobs AS job
    WHERE job.status = 'doing' AND job.id <> ALL (%(seen)s) AND NOT EXISTS (
        SELECT 1 FROM procrastinate_workers AS worker
        WHERE worker.id = job.worker_id
            AND worker.last_heartbeat >= now() - make_interval(secs => %(stalled_after_s)s))
    ORDER BY job.id
    LIMIT 1
    FOR UPDATE OF job SKIP LOCKED
"""
PUT_BACK: Final = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
GIVE_UP: Final = "SELECT procrastinate_finish_job_v1(%s, 'failed', false)"


async def recover_stalled_jobs(
    pool: AsyncConnectionPool[Any], jobs: Mapping[str, Job], stalled_after_s: float
) -> list[int]:
    """Put back every job whose worker is dead, or give it up after its last attempt; return their ids."""
    seen: list[int] = []
    while True:
        async with pool.connection() as connection:
            job_id = await _recover_one(connection, jobs, stalled_after_s, seen)
        if job_id is None:
            return seen
        seen.append(job_id)


async def _recover_one(
    connection: AsyncConnection[Any], jobs: Mapping[str, Job], stalled_after_s: float, seen: list[int]
) -> int | None:
    async with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(NEXT_STALLED, {"seen": seen, "stalled_after_s": stalled_after_s})
        row = await cursor.fetchone()
        if row is None:
            return None
        job = jobs.get(row["task_name"])
        args = dict(row["args"])
        attempt = row["attempts"] + 1
        is_last = job is not None and attempt >= job.max_attempts  # a job of another version is kept for it
        fields = {"job": row["task_name"], "job_id": row["id"], "attempt": attempt, "given_up": is_last}
        with correlated(args.pop("correlation_id", None)):
            logger.warning("job_worker_died", extra=fields)
            if not is_last:
                await cursor.execute(PUT_BACK, (row["id"],))
            elif await _told_owner(job, JobCall(row["id"], attempt, is_last, args)):
                await cursor.execute(GIVE_UP, (row["id"],))
    return int(row["id"])


async def _told_owner(job: Job | None, call: JobCall) -> bool:
    """Let the job's owner write down that it was given up; if that fails, the next recovery tries again."""
    if job is None or job.on_given_up is None:
        return True
    try:
        await job.on_given_up(call, "the process that worked on it died")
    except Exception:
        logger.exception("job_give_up_failed", extra={"job": job.name, "job_id": call.job_id})
        return False
    return True
