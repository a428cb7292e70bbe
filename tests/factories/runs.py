"""A run at work in a test: start it, solve it, look at what is stored, let its worker die."""

import asyncio
import contextlib
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from service.domain.plans import Plan
from service.domain.runs import MatchingRun, RunStatus
from service.workflows.recover_runs import RecoverRuns, recover_runs
from service.workflows.run_matching import RunMatching, run_matching
from service.workflows.run_pulse import Tempo
from service.workflows.start_run import StartRun, start_run
from tests.factories.plans import WEEK
from tests.factories.solves import clerks_solve

HASTY = Tempo(look_s=0.02, write_s=0.05)
ASLEEP = Tempo(look_s=60)
"""A worker that hears of nothing."""


async def start(units, week, **changes) -> MatchingRun:
    async with units.begin(actor=week.operator) as work:
        return await start_run(work, StartRun(week_start=WEEK, time_limit_s=30, **changes))


async def stored(units, run) -> MatchingRun:
    async with units.begin() as work:
        return await work.session.get_one(MatchingRun, run.id)


async def rows(units, kind, /, **where):
    async with units.begin() as work:
        query = sa.select(kind).where(*(getattr(kind, name) == value for name, value in where.items()))
        return list(await work.session.scalars(query))


async def plans_of(units, run) -> list[Plan]:
    return await rows(units, Plan, run_id=run.id)


async def queued_jobs(engine) -> list[str]:
    query = sa.text("SELECT args->>'run_id' FROM procrastinate_jobs WHERE task_name = 'run_matching' ORDER BY id")
    async with engine.connect() as connection:
        return list(await connection.scalars(query))


def work_on(units, run, solve=clerks_solve, tempo=HASTY):
    return run_matching(units, RunMatching(run.id), solve=solve, tempo=tempo)


@contextlib.asynccontextmanager
async def at_work(units, run, solve, tempo=HASTY):
    """The run is being solved inside the block."""
    working = asyncio.create_task(work_on(units, run, solve, tempo))
    async with asyncio.timeout(10):
        await solve.started.wait()
        yield working
        await working


async def let_die(units, run, **changes) -> None:
    """Leave the run as a worker does that was killed long ago."""
    values = {
        "status": RunStatus.RUNNING,
        "attempt": 1,
        "heartbeat_at": sa.func.now() - timedelta(minutes=1),
        **changes,
    }
    async with units.begin() as work:
        await work.session.execute(sa.update(MatchingRun).where(col(MatchingRun.id) == run.id).values(**values))


async def recover(units, command=None):
    async with units.begin() as work:
        return await recover_runs(work, command or RecoverRuns())
