"""Small weeks of many regions for tests: who solves them, how soon the dead are noticed, what became of the runs."""

import asyncio
import sys
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlmodel import col

from service.database.engine import create_engine
from service.domain.runs import MatchingRun
from service.jobs.definitions import JobTimings
from service.simulation.nation.regions import nation

CLERK = (sys.executable, str(Path(__file__).with_name("clerks_solver.py")))
SLEEP = (sys.executable, str(Path(__file__).parents[1] / "jobs" / "sleeping_solver.py"))
HURRIED = JobTimings(poll_s=0.1, heartbeat_s=0.3, stalled_after_s=2.5, recover_every_s=0.2)
SILENCE_S = 2.2
"""Shorter than the queue's own patience: when the job comes back, the run counts as lost."""


def smallest(count):
    return sorted(nation(), key=lambda region: (region.kitchens, region.fact.code))[:count]


async def asleep(database_url) -> str:
    """Wait until a run is being solved by the solver that never ends; return its region."""
    engine = create_engine(database_url, poolclass=NullPool)
    query = sa.select(col(MatchingRun.region_code)).where(
        sa.cast(col(MatchingRun.progress), sa.Text).contains("asleep")
    )
    async with asyncio.timeout(60):
        while True:
            async with engine.connect() as connection:
                if code := await connection.scalar(query):
                    return code
            await asyncio.sleep(0.05)


async def statuses(database_url) -> set[tuple[str, str, int]]:
    """Return region, status and attempt of every run."""
    engine = create_engine(database_url, poolclass=NullPool)
    query = sa.select(col(MatchingRun.region_code), col(MatchingRun.status), col(MatchingRun.attempt))
    async with engine.connect() as connection:
        return {tuple(row) for row in await connection.execute(query)}
