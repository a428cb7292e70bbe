"""Jobs are done once they are committed, tried again when they fail, and put back when their worker has to go."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs
from service.jobs.definitions import SOLVE, Job, JobCall, JobTimings
from service.jobs.forgetting import forget_old_jobs
from service.jobs.recovery import recover_stalled_jobs
from service.settings import Settings
from service.telemetry import current_correlation_id
from service.worker import build_jobs

HURRIED = JobTimings(poll_s=0.1, heartbeat_s=0.3, stalled_after_s=1.5, recover_every_s=0.2, stop_within_s=0.2)
STATUS = sa.text("SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = :name ORDER BY id")


class Kitchen:
    """The jobs of these tests, and what was done."""

    def __init__(self, database_url: str, engine: AsyncEngine) -> None:
        self.engine = engine
        self.jobs = Jobs(conninfo(database_url), HURRIED)
        self.units = UnitsOfWork(create_sessions(engine), self.jobs)
        self.done: list[object] = []
        self.given_up: list[str] = []
        self.started = asyncio.Event()

    async def cook(self, call: JobCall) -> None:
        self.done.append((dict(call.args), call.attempt, current_correlation_id()))

    async def burn(self, call: JobCall) -> None:
        self.done.append(call.attempt)
        message = "burnt"
        raise RuntimeError(message)

    async def simmer(self, call: JobCall) -> None:
        self.done.append(call.attempt)
        self.started.set()
        await asyncio.sleep(60)

    async def give_up(self, call: JobCall, reason: str) -> None:
        self.given_up.append(f"{call.args['dish']}: {reason}")

    async def defer(self, name: str, **args: str) -> None:
        async with self.units.begin(correlation_id="week-48") as work:
            await work.defer(name, **args)

    async def statuses(self, name: str) -> list[tuple[str, int]]:
        async with self.engine.connect() as connection:
            return [(row.status, row.attempts) for row in await connection.execute(STATUS, {"name": name})]


@pytest.fixture
async def kitchen(fresh_database: str) -> AsyncIterator[Kitchen]:
    engine = create_engine(fresh_database)
    kitchen = Kitchen(fresh_database, engine)
    kitchen.jobs.register(
        Job(name="cook", run=kitchen.cook),
        Job(name="burn", run=kitchen.burn, on_given_up=kitchen.give_up, max_attempts=3, retry_wait_s=0),
        Job(name="simmer", run=kitchen.simmer, on_given_up=kitchen.give_up, queue=SOLVE, max_attempts=2),
    )
    yield kitchen
    await engine.dispose()


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not is_so():  # noqa: ASYNC110 - the database gives no event
            await asyncio.sleep(0.02)


async def test_a_committed_job_is_done_with_its_arguments_under_the_requests_correlation_id(kitchen: Kitchen) -> None:
    async with kitchen.jobs.working():
        await kitchen.defer("cook", dish="sop")
        await until(lambda: bool(kitchen.done))
    assert kitchen.done == [({"dish": "sop"}, 1, "week-48")]
    assert await kitchen.statuses("cook") == [("succeeded", 1)]


async def test_a_failing_job_is_tried_again_and_given_up_after_its_last_attempt(kitchen: Kitchen) -> None:
    async with kitchen.jobs.working():
        await kitchen.defer("burn", dish="tempe")
        await until(lambda: bool(kitchen.given_up))
    assert kitchen.done == [1, 2, 3]
    assert kitchen.given_up == ["tempe: RuntimeError: burnt"]
    assert await kitchen.statuses("burn") == [("failed", 3)]


async def test_a_long_solve_does_not_hold_up_quick_jobs(kitchen: Kitchen) -> None:
    async with kitchen.jobs.working(solves_at_once=1):
        await kitchen.defer("simmer", dish="rendang")
        await kitchen.started.wait()
        await kitchen.defer("cook", dish="sop")
        await until(lambda: len(kitchen.done) == 2)
    assert kitchen.done[1] == ({"dish": "sop"}, 1, "week-48")


async def test_programs_that_do_not_answer_hold_up_no_message_to_people(kitchen: Kitchen) -> None:
    queues = {job.name: job.queue for job in build_jobs(kitchen.units, Settings(demo=True))}
    kitchen.jobs.register(
        Job(name="to_programs", run=kitchen.simmer, queue=queues["deliver_webhooks"]),
        Job(name="to_people", run=kitchen.cook, queue=queues["send_notifications"]),
    )
    async with kitchen.jobs.working():
        for dish in "abcd":
            await kitchen.defer("to_programs", dish=dish)
        await kitchen.started.wait()
        await kitchen.defer("to_people", dish="sop")
        await until(lambda: ({"dish": "sop"}, 1, "week-48") in kitchen.done)


async def test_a_worker_that_is_told_to_stop_puts_its_long_job_back_and_the_next_one_goes_on(kitchen: Kitchen) -> None:
    async with kitchen.jobs.working():
        await kitchen.defer("simmer", dish="rendang")
        await kitchen.started.wait()
    assert await kitchen.statuses("simmer") == [("todo", 1)]
    kitchen.started.clear()
    async with kitchen.jobs.working():
        await kitchen.started.wait()
    assert kitchen.done == [1, 2]
    assert kitchen.given_up == []


async def test_a_job_waits_until_its_time(kitchen: Kitchen) -> None:
    async with kitchen.units.begin() as work:
        await work.defer("cook", not_before=datetime.now(UTC) + timedelta(hours=1), dish="later")
        await work.defer("cook", dish="now")
    async with kitchen.jobs.working():
        await until(lambda: bool(kitchen.done))
    assert await kitchen.statuses("cook") == [("todo", 0), ("succeeded", 1)]


async def test_jobs_of_dead_workers_are_shared_out_between_recoveries_that_run_at_once(kitchen: Kitchen) -> None:
    for dish in "abcdefghij":
        await kitchen.defer("cook", dish=dish)
    async with kitchen.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE procrastinate_jobs SET status = 'doing'"))
    async with kitchen.jobs._app.open_async():
        pool = kitchen.jobs._connector.pool
        first, second = await asyncio.gather(*(recover_stalled_jobs(pool, kitchen.jobs._jobs, 1) for _ in range(2)))
    assert sorted(first + second) == list(range(1, 11))
    assert await kitchen.statuses("cook") == [("todo", 1)] * 10


async def test_a_living_workers_jobs_are_left_alone(kitchen: Kitchen) -> None:
    async with kitchen.jobs.working():
        await kitchen.defer("simmer", dish="rendang")
        await kitchen.started.wait()
        await asyncio.sleep(2 * HURRIED.stalled_after_s)
        assert await kitchen.statuses("simmer") == [("doing", 0)]
    assert kitchen.done == [1]


async def test_a_given_up_job_stays_until_its_owner_has_written_that_down(kitchen: Kitchen) -> None:
    refusals = [OSError("database away")]

    async def note(call: JobCall, reason: str) -> None:
        if refusals:
            raise refusals.pop()
        kitchen.given_up.append(reason)

    kitchen.jobs.register(Job(name="roast", run=kitchen.cook, on_given_up=note, max_attempts=1))
    await kitchen.defer("roast")
    async with kitchen.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE procrastinate_jobs SET status = 'doing'"))
    async with kitchen.jobs._app.open_async():
        pool = kitchen.jobs._connector.pool
        await recover_stalled_jobs(pool, kitchen.jobs._jobs, 1)
        assert (await kitchen.statuses("roast"), kitchen.given_up) == ([("doing", 0)], [])
        await recover_stalled_jobs(pool, kitchen.jobs._jobs, 1)
    assert await kitchen.statuses("roast") == [("failed", 1)]
    assert kitchen.given_up == ["the process that worked on it died"]


async def test_many_jobs_are_forgotten_a_few_at_a_time(kitchen: Kitchen) -> None:
    for dish in "abcde":
        await kitchen.defer("cook", dish=dish)
    async with kitchen.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE procrastinate_jobs SET status = 'succeeded'"))
        await connection.execute(sa.text("UPDATE procrastinate_events SET at = now() - interval '25 h'"))
    async with kitchen.jobs._app.open_async():
        assert await forget_old_jobs(kitchen.jobs._connector.pool, at_once=2) == 5
    assert await kitchen.statuses("cook") == []


async def test_succeeded_jobs_are_forgotten_after_a_day_and_failed_ones_after_two_weeks(kitchen: Kitchen) -> None:
    for status in ("succeeded", "failed"):
        for hours in (23, 25, 24 * 15):
            await kitchen.defer("cook", dish=f"{status} {hours} h ago")
            async with kitchen.engine.begin() as connection:
                newest = "(SELECT max(id) FROM procrastinate_jobs)"
                await connection.execute(
                    sa.text(f"UPDATE procrastinate_jobs SET status = '{status}' WHERE id = {newest}")
                )
                await connection.execute(
                    sa.text(
                        f"UPDATE procrastinate_events SET at = now() - interval '{hours} h' WHERE job_id = {newest}"
                    )
                )
    async with kitchen.units.begin() as work:
        await work.defer("forget_old_jobs")
    async with kitchen.jobs.working():
        async with asyncio.timeout(15):
            while len(left := await kitchen.statuses("cook")) > 3:  # noqa: ASYNC110 - the database gives no event
                await asyncio.sleep(0.05)
    assert left == [("succeeded", 0), ("failed", 0), ("failed", 0)]
