"""Web processes and workers that start at once: this program has everything imported and forks one for each order.

An order is a line of JSON: what to be (`web`, `worker`), on which database, and the instant at which its clock stands.
It answers with the number of the new process, which is killed, paused and cut off like those that `pasok serve` or
`pasok worker` started.
"""

import asyncio
import json
import os
import resource
import signal
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn

from service.api.draining import DrainingServer
from service.api.options import open_desk, open_units
from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs
from service.jobs.definitions import JobTimings
from service.main import create_app
from service.matching.questions import answer_here
from service.settings import Settings
from service.telemetry import configure_logging
from service.worker import build_jobs
from tests.faults.small_disks import mount_at

HURRIED = JobTimings(poll_s=0.2, heartbeat_s=0.3, stalled_after_s=1.5, recover_every_s=0.3, stop_within_s=2)


def units_of(order: dict[str, Any], settings: Settings) -> tuple[UnitsOfWork, Jobs]:
    now = datetime.fromisoformat(order["now"])
    timings = replace(HURRIED, stalled_after_s=order.get("stalled_after_s", HURRIED.stalled_after_s))
    jobs = Jobs(conninfo(order["database_url"]), timings)
    units = UnitsOfWork(create_sessions(create_engine(order["database_url"])), jobs, clock=lambda: now)
    jobs.register(*build_jobs(units, settings))
    return units, jobs


def web(order: dict[str, Any], settings: Settings) -> None:
    units, _ = units_of(order, settings)
    open_units(APP, units)
    config = uvicorn.Config(APP, host="127.0.0.1", port=order["port"], log_config=None, lifespan="off")
    DrainingServer(config, APP, drain_s=order.get("drain_s", 0)).run()


def worker(order: dict[str, Any], settings: Settings) -> None:
    async def work() -> None:
        _, jobs = units_of(order, settings)
        async with jobs.working():
            await asyncio.sleep(600)

    asyncio.run(work())


def be(order: dict[str, Any]) -> None:
    """Become what was ordered, in a process that was just forked."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with Path(order["log"]).open("ab", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    configure_logging("json")
    if largest := order.get("largest_file_bytes"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    if disk_bytes := order.get("disk_bytes"):
        mount_at(SETTINGS.var_dir / "photos", disk_bytes)
    {"web": web, "worker": worker}[order["kind"]](order, SETTINGS)


if __name__ == "__main__":
    SETTINGS = Settings(demo=True, webhooks_to_private=True, var_dir=Path(sys.argv[1]))
    APP = create_app(SETTINGS, "postgresql://not-used")  # its routes take longer to work out than all the rest
    open_desk(APP, answer_here)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever dies is buried at once
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            sys.stdin.close()
            try:
                be(json.loads(line))
            finally:
                os._exit(0)
        print(pid, flush=True)  # noqa: T201 - the test reads it
