"""While a new version is brought out, jobs of the other one wait in the queue: kept as they are, lost never."""

import asyncio

import pytest
import sqlalchemy as sa

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.jobs import app
from service.jobs.app import Jobs
from service.jobs.definitions import Job, JobTimings

HURRIED = JobTimings(poll_s=0.1, heartbeat_s=0.3, stalled_after_s=1.5, recover_every_s=0.2, stop_within_s=1)
JOB = "SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = 'simmer'"
LOOKED_AT = "SELECT count(*) > 1 FROM procrastinate_events WHERE type = 'deferred_for_retry'"


@pytest.fixture
async def engine(fresh_database):
    engine = create_engine(fresh_database)
    yield engine
    await engine.dispose()


async def ask(engine, query):
    async with engine.connect() as connection:
        return (await connection.execute(sa.text(query))).one()


async def until(engine, query, found):
    async with asyncio.timeout(20):
        while tuple(await ask(engine, query)) != found:  # noqa: ASYNC110 - the database gives no event
            await asyncio.sleep(0.05)


async def test_an_old_worker_leaves_a_new_job_untouched_and_a_new_one_does_it_at_the_first_attempt(
    engine, fresh_database, monkeypatch
):
    monkeypatch.setattr(app, "LEFT_FOR_S", 0)
    new, old, seen = Jobs(conninfo(fresh_database), HURRIED), Jobs(conninfo(fresh_database), HURRIED), []

    async def simmer(call):
        seen.append((call.attempt, dict(call.args)))

    new.register(Job(name="simmer", run=simmer, max_attempts=1))
    async with UnitsOfWork(create_sessions(engine), new).begin() as work:
        await work.defer("simmer", dish="rendang", spice="that the old version never heard of")
    async with old.working():
        await until(engine, LOOKED_AT, (True,))
    async with new.working():
        await until(engine, JOB, ("succeeded", 1))
    assert seen == [(1, {"dish": "rendang", "spice": "that the old version never heard of"})]


async def test_an_old_worker_puts_a_new_job_back_whose_worker_died(engine, fresh_database):
    new, old = Jobs(conninfo(fresh_database), HURRIED), Jobs(conninfo(fresh_database), HURRIED)
    new.register(Job(name="simmer", run=None))
    async with UnitsOfWork(create_sessions(engine), new).begin() as work:
        await work.defer("simmer")
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE procrastinate_jobs SET status = 'doing'"))
    async with old.working():
        await until(engine, LOOKED_AT.replace("deferred_for_retry", "started").replace("> 1", "> 0"), (True,))
    assert (await ask(engine, JOB)).status in {"todo", "doing"}


@pytest.mark.parametrize("after_s", [0, 0.01, 0.03, 0.1])
async def test_a_worker_that_is_told_to_stop_while_it_starts_ends(fresh_database, after_s):
    jobs = Jobs(conninfo(fresh_database), HURRIED)
    async with asyncio.timeout(20), jobs.working():
        await asyncio.sleep(after_s)
