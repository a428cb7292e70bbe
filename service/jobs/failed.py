"""Jobs that were given up: which they are, and trying them again once their cause is mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg import AsyncConnection

LIST: Final = """
    SELECT job.id, job.task_name, job.args::text, MAX(event.at) FROM procrastinate_jobs AS job
    LEFT JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'failed'
    WHERE job.status = 'failed' GROUP BY job.id ORDER BY job.id
"""
TRY_AGAIN: Final = """
    UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL
    WHERE status = 'failed' AND id = ANY (%s) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that was given up, with its arguments as JSON."""

    job_id: int
    name: str
    args: str
    failed_at: datetime | None


async def failed_jobs(conninfo: str) -> list[FailedJob]:
    """Return the jobs that were given up and not forgotten yet."""
    async with await AsyncConnection.connect(conninfo) as connection:
        rows = await (await connection.execute(LIST)).fetchall()
    return [FailedJob(*row) for row in rows]


async def try_again(conninfo: str, job_ids: Sequence[int]) -> list[int]:
    """Queue failed jobs anew, with all their attempts; return those that were failed."""
    async with await AsyncConnection.connect(conninfo) as connection:
        rows = await (await connection.execute(TRY_AGAIN, (list(job_ids),))).fetchall()
    return sorted(row[0] for row in rows)
