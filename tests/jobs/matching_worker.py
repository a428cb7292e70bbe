"""A worker process for test_matching_job.py: takes matching runs and solves them for ever."""

import asyncio
import sys
from functools import partial
from pathlib import Path
from uuid import UUID

from service.database.engine import create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs
from service.jobs.definitions import SOLVE, Job, JobCall, JobTimings
from service.matching.process import solve_in_process
from service.workflows.run_matching import RunMatching, run_matching
from service.workflows.start_run import RUN_MATCHING

SLEEP = (sys.executable, str(Path(__file__).with_name("sleeping_solver.py")))


async def main(database_url: str, conninfo: str) -> None:
    jobs = Jobs(conninfo, JobTimings(poll_s=0.1, heartbeat_s=0.3))
    units = UnitsOfWork(create_sessions(create_engine(database_url)), jobs)

    async def work_on(call: JobCall) -> None:
        await run_matching(
            units, RunMatching(UUID(call.args["run_id"])), solve=partial(solve_in_process, command=SLEEP)
        )

    jobs.register(Job(name=RUN_MATCHING, run=work_on, queue=SOLVE))
    async with jobs.working():
        await asyncio.sleep(600)


asyncio.run(main(sys.argv[1], sys.argv[2]))
