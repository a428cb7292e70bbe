"""The nation's week: regions founded and queued, workers started, watched and ended, and what came of it."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import psutil
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.queries.week_runs import WeekRun, count_week_runs, list_week_runs
from service.database.unit_of_work import UnitsOfWork
from service.demo.calendars import WEEK_START
from service.domain.runs import ACTIVE_RUNS, RunStatus
from service.jobs.app import Jobs
from service.simulation.nation.founding import found_nation, queue_nation, week_of
from service.simulation.nation.regions import NationRegion, sample
from service.simulation.nation.worker import Assignment, register

USUAL_EFFORT: Final = 0.05
"""About 0.14 s of a processor for each kitchen: the nation within an hour on two; the gap says what that costs."""
TIME_LIMIT_S: Final = 900
"""A safety limit: the optimiser ends by the work it has done, so a slow machine finds the same plan, later."""
LOOK_S: Final = 0.5
LEAVE_WITHIN_S: Final = 30


@dataclass(frozen=True, slots=True)
class NationWeek:
    """Which week is run: equal values, equal plans, however many workers there are."""

    regions: int | None = 50
    """``None`` for all 514."""
    workers: int = 2
    seed: int = 1
    effort: float = USUAL_EFFORT


@dataclass(frozen=True, slots=True)
class Use:
    """What workers, with the solving processes under them, held together at most, and the processor time they took."""

    peak_bytes: int = 0
    processor_s: float = 0.0


@dataclass(frozen=True, slots=True)
class NationResult:
    """What came of every region, how long all took together, and what the worker processes used."""

    regions: tuple[NationRegion, ...]
    runs: tuple[WeekRun, ...]
    seconds: float
    use: Use


class WorkersGone(Exception):
    """Every worker ended while regions were left."""


async def run_nation(
    assignment: Assignment, week: NationWeek, tell: Callable[[str], None] = lambda _news: None
) -> NationResult:
    """Run the week of a nation on an empty, migrated database.

    Parameters
    ----------
    assignment
        What the workers are given; its database is the one.
    week
        How many regions, workers, and which.
    tell
        Hears how far it is.

    Raises
    ------
    WorkersGone
        If all workers die.
    """
    regions = sample(week.regions, week.seed)
    engine = create_engine(assignment.database_url)
    sessions = create_sessions(engine)
    jobs = Jobs(conninfo(assignment.database_url), assignment.timings)
    units = UnitsOfWork(sessions, jobs)
    register(jobs, units, assignment)
    try:
        operators = await found_nation(units, regions, week.seed, tell)
        await queue_nation(units, regions, operators, week_of(week.seed, week.effort, TIME_LIMIT_S))
        started = time.monotonic()
        with working(assignment, week.workers) as workers:
            use = await _watch(sessions, workers, tell)
        seconds = time.monotonic() - started
        async with sessions() as session:
            runs = await list_week_runs(session, WEEK_START)
        return NationResult(regions, tuple(runs), seconds, use)
    finally:
        await engine.dispose()


@contextmanager
def working(assignment: Assignment, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Let so many worker processes work as long as the block lasts."""
    workers = [assignment.started() for _ in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            if worker.stdin is not None:
                with suppress(OSError):
                    worker.stdin.close()
        for worker in workers:
            try:
                worker.wait(LEAVE_WITHIN_S)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


async def _watch(
    sessions: async_sessionmaker[AsyncSession],
    workers: Sequence[subprocess.Popen[bytes]],
    tell: Callable[[str], None],
) -> Use:
    """Wait until every region has ended; return what that took."""
    use = Use()
    while True:
        async with sessions() as session:
            counts = await count_week_runs(session, WEEK_START)
        left = sum(count for status, count in counts.items() if status in ACTIVE_RUNS)
        tell(f"{counts.get(RunStatus.SUCCEEDED, 0)} of {sum(counts.values())} regions")
        used = [_used(worker.pid) for worker in workers]
        use = Use(
            max(use.peak_bytes, sum(one.peak_bytes for one in used)),
            max(use.processor_s, sum(one.processor_s for one in used)),
        )
        if not left:
            return use
        if all(worker.poll() is not None for worker in workers):
            raise WorkersGone(f"{left} regions are left, but no worker is.")
        await asyncio.sleep(LOOK_S)


def _used(pid: int) -> Use:
    """Return what a worker and the solving processes under it hold now, and what it and the ended ones took."""
    held, seconds = 0, 0.0
    with suppress(psutil.Error):
        worker = psutil.Process(pid)
        seconds = sum(worker.cpu_times()[:4])
        for process in (worker, *worker.children(recursive=True)):
            with suppress(psutil.Error):
                held += process.memory_info().rss
    return Use(held, seconds)
