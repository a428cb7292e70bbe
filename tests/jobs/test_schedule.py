"""Jobs that the clock starts go on when somebody sets it."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import procrastinate.periodic
import pytest
from croniter import croniter

from service.database.engine import conninfo, create_engine
from service.jobs import app
from service.jobs.app import Jobs
from service.jobs.definitions import SOLVE, Job, JobTimings
from service.jobs.schedule import AHEAD_BY_S, BACK_BY_S, Clocks, until_set

HURRIED = JobTimings(poll_s=0.1, heartbeat_s=0.3, stalled_after_s=1.5, recover_every_s=0.2, stop_within_s=0.2)
A_FEW_HOURS = timedelta(hours=3)
EVERY_SECOND = "* * * * * */1"


@dataclass
class Watch:
    """A clock that somebody sets while it is looked at."""

    steps: list[float]
    read: int = 0

    def of_day(self) -> float:
        self.read += 1
        return 1_000_000 + sum(self.steps[: self.read])


@dataclass
class Bell:
    """A job that the clock starts, and a long one that is not to be stopped meanwhile."""

    rung: int = 0
    begun: list[int] = field(default_factory=list)
    has_rung: asyncio.Event = field(default_factory=asyncio.Event)

    async def ring(self, _call) -> None:
        self.rung += 1
        self.has_rung.set()

    async def solve(self, call) -> None:
        self.begun.append(call.attempt)
        await asyncio.sleep(60)

    async def rings(self) -> None:
        self.has_rung.clear()
        async with asyncio.timeout(15):
            await self.has_rung.wait()


def test_a_computer_that_is_on_for_some_hours_a_day_does_all_that_the_clock_starts(units):
    """Whatever the hours are; no time that is missed is made up for."""
    for job in units.queue._jobs.values():
        if job.cron:
            times = croniter(job.cron, datetime(2026, 11, 30, tzinfo=UTC))
            moments = [times.get_next(datetime) for _ in range(100)]
            assert max(after - before for before, after in pairwise(moments)) <= A_FEW_HOURS, job.name


@pytest.mark.parametrize("steps", [[0, 0, 0, -BACK_BY_S - 1], [0, 0, -1, -1, -1], [0, 0, AHEAD_BY_S + 1]])
async def test_whoever_sets_the_clock_is_noticed(steps):
    watch = Watch(steps)
    async with asyncio.timeout(5):
        await until_set(Clocks(watch.of_day, lambda: 0.0), look_every_s=0)
    assert watch.read == len(steps)


async def test_a_clock_that_is_put_right_a_little_goes_on():
    watch = Watch([0, 0, -1, 1, AHEAD_BY_S - 1])
    watching = asyncio.create_task(until_set(Clocks(watch.of_day, lambda: 0.0), look_every_s=0))
    while watch.read < 20:  # noqa: ASYNC110 - the watch gives no event
        await asyncio.sleep(0)
    assert not watching.done()
    watching.cancel()


async def test_jobs_go_on_when_the_clock_is_set_back_and_none_that_runs_is_stopped(fresh_database, monkeypatch):
    set_back_s = 0

    def of_day() -> float:
        return time.time() - set_back_s

    monkeypatch.setattr(procrastinate.periodic, "time", SimpleNamespace(time=of_day))
    bell = Bell()
    jobs = Jobs(conninfo(fresh_database), HURRIED, Clocks(of_day=of_day))
    jobs.register(Job(name="ring", run=bell.ring, cron=EVERY_SECOND), Job(name="solve", run=bell.solve, queue=SOLVE))
    engine = create_engine(fresh_database)
    async with jobs.working():
        async with engine.begin() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            await jobs.defer(raw, "solve", {})
        await bell.rings()
        set_back_s = 3600
        for _ in range(3):
            await bell.rings()
    await engine.dispose()
    assert bell.begun == [1]


async def test_a_worker_whose_heart_fails_begins_anew(fresh_database, monkeypatch):
    """Else its jobs would be taken for a dead worker's, and done twice."""
    monkeypatch.setattr(app, "RESTART_WAIT_S", 0)
    jobs = Jobs(conninfo(fresh_database), HURRIED)
    manager, begun = jobs._app.job_manager, []
    register = manager.register_worker

    async def registered() -> int:
        begun.append(await register())
        return begun[-1]

    async def fail(_worker_id) -> None:
        message = "no connection"
        raise OSError(message)

    monkeypatch.setattr(manager, "register_worker", registered)
    monkeypatch.setattr(manager, "update_heartbeat", fail)
    async with jobs.working(), asyncio.timeout(15):
        while len(begun) < 6:  # noqa: ASYNC110 - three queues, and each again
            await asyncio.sleep(0.05)
