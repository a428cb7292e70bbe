"""A worker killed with SIGKILL in the middle of a job: another takes the job over, or gives it up at last."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs
from service.jobs.definitions import Job, JobCall, JobTimings

PROGRAM = Path(__file__).with_name("killed_worker.py")
HURRIED = JobTimings(poll_s=0.1, heartbeat_s=0.3, stalled_after_s=1.5, recover_every_s=0.2)


@contextmanager
def worker_process(database_url: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), conninfo(database_url)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def die_in_the_middle(database_url: str) -> str:
    with worker_process(database_url) as process:
        assert process.stdout
        return (await asyncio.to_thread(process.stdout.readline)).strip()


async def stored(engine: AsyncEngine) -> tuple[str, int]:
    async with engine.connect() as connection:
        query = "SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = 'simmer'"
        row = (await connection.execute(sa.text(query))).one()
    return row.status, row.attempts


@pytest.mark.parametrize(("deaths", "outcome"), [(1, ("succeeded", 2)), (2, ("failed", 2))])
async def test_a_job_outlives_one_dead_worker_and_is_given_up_after_two(
    fresh_database: str, deaths: int, outcome: tuple[str, int]
) -> None:
    engine = create_engine(fresh_database)
    jobs = Jobs(conninfo(fresh_database), HURRIED)
    seen: list[object] = []

    async def simmer(call: JobCall) -> None:
        seen.append((call.attempt, dict(call.args)))

    async def give_up(call: JobCall, reason: str) -> None:
        seen.append((call.attempt, reason))

    jobs.register(Job(name="simmer", run=simmer, on_given_up=give_up, max_attempts=2))
    async with UnitsOfWork(create_sessions(engine), jobs).begin() as work:
        await work.defer("simmer", dish="rendang")

    assert await die_in_the_middle(fresh_database) == "1 1"
    if deaths == 2:
        async with engine.begin() as connection:
            await connection.execute(sa.text("SELECT procrastinate_retry_job_v2(1, now(), NULL, NULL, NULL)"))
        assert await die_in_the_middle(fresh_database) == "1 2"

    async with asyncio.timeout(20), jobs.working():
        while (found := await stored(engine)) != outcome:  # noqa: ASYNC110 - the database gives no event
            await asyncio.sleep(0.05)
    assert found == outcome
    assert seen == [(2, {"dish": "rendang"}) if deaths == 1 else (2, "the process that worked on it died")]
    await engine.dispose()
