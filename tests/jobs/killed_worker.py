"""A worker process for test_killed_worker.py: it starts jobs and never ends one."""

import asyncio
import sys

from service.jobs.app import Jobs
from service.jobs.definitions import Job, JobCall, JobTimings


async def simmer(call: JobCall) -> None:
    print(call.job_id, call.attempt, flush=True)  # noqa: T201 - the test reads it
    await asyncio.sleep(600)


async def main(conninfo: str) -> None:
    jobs = Jobs(conninfo, JobTimings(poll_s=0.1, heartbeat_s=0.3))
    jobs.register(Job(name="simmer", run=simmer, max_attempts=2))
    async with jobs.working():
        await asyncio.sleep(600)


asyncio.run(main(sys.argv[1]))
