"""Jobs that ended long ago are deleted, a few thousand at a time: a tick of a clock every five seconds leaves many."""

from typing import Any, Final

from psycopg_pool import AsyncConnectionPool

SUCCEEDED_H: Final = 24
"""For how many hours jobs stay that did what they were for."""
OTHERS_H: Final = 24 * 14
"""For how many hours all others stay that ended, for somebody to look at."""
AT_ONCE: Final = 2000

# procrastinate's own deletes all in one statement, which after weeks takes longer than a statement may.
DELETE: Final = """
    DELETE FROM procrastinate_jobs WHERE id IN (
        SELECT job.id FROM procrastinate_jobs AS job
        WHERE job.status = ANY (%(statuses)s::procrastinate_job_status[]) AND NOT EXISTS (
            SELECT 1 FROM procrastinate_events AS event
            WHERE event.job_id = job.id AND event.at >= now() - make_interval(hours => %(hours)s))
        ORDER BY job.id
        LIMIT %(at_once)s
        FOR UPDATE OF job SKIP LOCKED)
"""


async def forget_old_jobs(pool: AsyncConnectionPool[Any], *, at_once: int = AT_ONCE) -> int:
    """Delete what is past its time, each piece in a transaction of its own; return how many jobs that were."""
    ended = ["failed", "cancelled", "aborted"]
    return await _delete(pool, ["succeeded"], SUCCEEDED_H, at_once) + await _delete(pool, ended, OTHERS_H, at_once)


async def _delete(pool: AsyncConnectionPool[Any], statuses: list[str], hours: int, at_once: int) -> int:
    total = 0
    while True:
        async with pool.connection() as connection, connection.transaction():
            values = {"statuses": statuses, "hours": hours, "at_once": at_once}
            count: int = (await connection.execute(DELETE, values)).rowcount
        total += count
        if count < at_once:
            return total
