"""Workers on hosts of their own: one whose cable is pulled in mid-solve has its region solved once, by another."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import pytest

from service.domain.runs import RunStatus
from service.simulation.nation.run import NationWeek, run_nation
from service.simulation.nation.worker import Assignment
from tests.simulation.far_hosts import can_be_made, door_to, far_host
from tests.simulation.nations import CLERK, HURRIED, SILENCE_S, SLEEP, asleep, smallest, statuses

pytestmark = pytest.mark.skipif(not can_be_made(), reason="making a network namespace needs root and iproute2")


async def test_a_region_of_a_host_that_is_cut_off_is_solved_once_by_another_host(fresh_database, monkeypatch, tmp_path):
    monkeypatch.setattr("service.simulation.nation.run.sample", lambda count, _seed: tuple(smallest(count)))
    go = tmp_path / "go"
    near_does = Assignment(fresh_database, (*CLERK, str(go)), SILENCE_S, HURRIED)
    with far_host() as host:
        async with door_to(fresh_database, host.our_address) as database_url:
            with started_at(host, Assignment(database_url, SLEEP, SILENCE_S, HURRIED)) as far:
                running = asyncio.create_task(run_nation(near_does, NationWeek(regions=3, workers=1)))
                hit = await asleep(fresh_database)
                host.cut()
                go.touch()
                result = await running
                host.mend()
                far.stdin.close()
                await asyncio.to_thread(far.wait, 60)
    expected = {(one.fact.code, RunStatus.SUCCEEDED, 2 if one.fact.code == hit else 1) for one in result.regions}
    assert {(one.run.region_code, one.run.status, one.run.attempt) for one in result.runs} == expected
    assert await statuses(fresh_database) == expected, "who came back late changed something"


@contextmanager
def started_at(host, assignment) -> Iterator[subprocess.Popen]:
    """Let a worker work on a host, as `Assignment.started` does here."""
    words = host.command(sys.executable, "-m", "service.simulation.nation.worker")
    far = subprocess.Popen(words, stdin=subprocess.PIPE)
    far.stdin.write(json.dumps(asdict(assignment)).encode() + b"\n")
    far.stdin.flush()
    try:
        yield far
    finally:
        far.kill()
        far.wait()
