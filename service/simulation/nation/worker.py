"""A worker process of the nation: takes regions from the job queue and solves them, until its standard input closes.

Standard input begins with one line of JSON, an `Assignment`; it closes, too, when whoever started the worker is gone.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.domain.runs import HEARTBEAT_SILENCE
from service.jobs.app import Jobs
from service.jobs.definitions import SOLVE, Job, JobCall, JobTimings
from service.matching.process import COMMAND, solve_in_process
from service.simulation.nation.weeks import draw_week, store_summary
from service.telemetry import configure_logging
from service.workflows.recover_runs import RecoverRuns, recover_runs
from service.workflows.run_matching import RunMatching, run_matching
from service.workflows.start_run import RUN_MATCHING

EVERY_TEN_SECONDS = "* * * * * */10"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where a worker works, what solves, and how soon the dead are noticed."""

    database_url: str
    command: Sequence[str] = COMMAND
    silence_s: float = HEARTBEAT_SILENCE.total_seconds()
    timings: JobTimings = field(default_factory=JobTimings)

    def started(self) -> subprocess.Popen[bytes]:
        """Start a worker process; closing its standard input lets it finish what it is at."""
        process = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE)  # noqa: S603 - ourselves
        assert process.stdin is not None  # noqa: S101 - it was asked for
        process.stdin.write(json.dumps(asdict(self)).encode() + b"\n")
        process.stdin.flush()
        return process


def register(jobs: Jobs, units: UnitsOfWork, assignment: Assignment) -> None:
    """Make the nation's jobs known: a region's run, and taking back what dead workers had."""
    silence = timedelta(seconds=assignment.silence_s)
    solve: Any = partial(solve_in_process, command=tuple(assignment.command))

    async def match(call: JobCall) -> None:
        command = RunMatching(UUID(call.args["run_id"]), silence)
        await run_matching(units, command, solve=solve, build=draw_week, store=store_summary)

    async def recover(_call: JobCall) -> None:
        async with units.begin() as work:
            await recover_runs(work, RecoverRuns(silence))

    jobs.register(
        Job(name=RUN_MATCHING, run=match, queue=SOLVE),
        Job(name="recover_runs", run=recover, cron=EVERY_TEN_SECONDS),
    )


async def _work(assignment: Assignment) -> None:
    engine = create_engine(assignment.database_url)
    jobs = Jobs(conninfo(assignment.database_url), assignment.timings)
    register(jobs, UnitsOfWork(create_sessions(engine), jobs), assignment)
    async with jobs.working():
        await asyncio.to_thread(sys.stdin.buffer.read)
    await engine.dispose()


def main() -> None:
    """Read the assignment and work on it."""
    words = json.loads(sys.stdin.buffer.readline())
    configure_logging("console", "ERROR")
    asyncio.run(_work(Assignment(**words | {"timings": JobTimings(**words["timings"])})))


if __name__ == "__main__":
    main()
