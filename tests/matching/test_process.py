import asyncio
import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from service.matching.errors import InvalidProblem, SolveCancelled, SolverFailed
from service.matching.greedy import greedy
from service.matching.plan import PlanStatus
from service.matching.process import solve_in_process
from service.matching.writer import write_plan, write_problem
from tests.factories import problems as make

FAKE_CHILD = str(Path(__file__).parent / "fake_child.py")
PROBLEM = make.problem(offers=(make.offer(qty=12_000),))


def fake(solver: str) -> list[str]:
    return [sys.executable, FAKE_CHILD, solver]


def solve(solver, **options):
    return solve_in_process(write_problem(PROBLEM), time_limit_s=5, command=fake(solver), **options)


async def test_a_solve_returns_its_checked_plan_beside_the_clerks_with_reasons_and_cost():
    heard = []
    result = await solve("quick", on_progress=heard.append)
    assert result.plan == greedy(PROBLEM)
    assert result.report.total_idr == result.plan.objective_idr == result.clerk_report.total_idr
    assert [reason.demand for reason in result.shortages] == ["D1"]
    assert [(progress.phase, progress.bound_idr) for progress in heard] == [("lp", None), ("mip", 5e5)]
    assert result.seconds >= 0
    assert result.peak_bytes > 1_000_000


async def test_progress_may_be_awaited():
    heard = []

    async def listen(progress):
        await asyncio.sleep(0)
        heard.append(progress.phase)

    await solve_in_process(
        json.dumps(write_problem(PROBLEM)).encode(), time_limit_s=5, command=fake("quick"), on_progress=listen
    )
    assert heard == ["lp", "mip"]


async def cancelled_while_working(solver):
    cancel, asked_at = asyncio.Event(), []

    def listen(_):
        asked_at.append(time.monotonic())
        cancel.set()

    result = await solve(solver, cancel=cancel, on_progress=listen)
    return result, time.monotonic() - asked_at[0]


async def test_a_cancelled_solve_hands_over_its_best_plan_within_two_seconds():
    result, seconds = await cancelled_while_working("polite")
    assert seconds < 2
    assert result.plan.status is PlanStatus.STOPPED
    assert result.plan.bound_idr == 0
    assert result.shortages is None


async def test_a_solver_that_does_not_hear_is_killed_within_two_seconds_and_the_clerks_plan_stands_with_the_bound():
    result, seconds = await cancelled_while_working("deaf")
    assert seconds < 2
    assert result.plan.status is PlanStatus.STOPPED
    assert result.plan == replace(greedy(PROBLEM), status=PlanStatus.STOPPED, bound_idr=500_000)
    assert result.report.is_allowed


async def test_a_cancel_before_there_is_any_plan_is_told_apart():
    cancel = asyncio.Event()
    cancel.set()
    idle = [sys.executable, "-c", "import time; time.sleep(600)"]
    with pytest.raises(SolveCancelled):
        await solve_in_process(write_problem(PROBLEM), time_limit_s=5, command=idle, cancel=cancel)


async def test_a_crash_is_told_with_the_end_of_standard_error():
    with pytest.raises(SolverFailed, match="ended with code 1") as failure:
        await solve("crashing")
    assert "no room for the basis" in failure.value.stderr_tail


async def test_a_plan_that_the_check_refuses_is_a_failure():
    with pytest.raises(SolverFailed, match="breaks 1 rules: objective"):
        await solve("wrong")


async def test_a_process_that_skips_its_own_check_is_found_out():
    plan = write_plan(greedy(PROBLEM))
    final = {"kind": "plan", "plan": plan | {"objective_idr": 1.0}, "shortages": None, "seconds": 1, "peak_bytes": 1}
    said = "\n".join(json.dumps(message) for message in ({"kind": "clerk", "plan": plan}, final))
    liar = [sys.executable, "-c", f"print({said!r})"]
    with pytest.raises(SolverFailed, match="the plan breaks a rule: objective"):
        await solve_in_process(write_problem(PROBLEM), time_limit_s=5, command=liar)


async def test_an_infeasible_answer_must_name_the_broken_rule():
    with pytest.raises(SolverFailed, match="named no rule"):
        await solve("hopeless")


async def test_a_solve_is_killed_when_it_takes_far_longer_than_its_limit(monkeypatch):
    monkeypatch.setattr("service.matching.process._OVERTIME_S", 0.2)
    with pytest.raises(SolverFailed, match="killed after 1 s"):
        await solve_in_process(write_problem(PROBLEM), time_limit_s=0.5, command=fake("deaf"))


async def test_an_invalid_problem_starts_no_process():
    with pytest.raises(InvalidProblem) as refusal:
        await solve_in_process(b'{"format": 1}', time_limit_s=5, command=["/no/such/program"])
    assert refusal.value.faults[0].pointer == "/format"


async def test_a_failing_listener_ends_the_process_and_is_heard():
    def listen(_):
        raise LookupError("the run's row is gone")

    with pytest.raises(LookupError, match="row is gone"):
        await solve("deaf", on_progress=listen)
    assert not children()


async def test_a_cancelled_caller_leaves_no_process_behind():
    working = asyncio.Event()
    task = asyncio.create_task(solve("deaf", on_progress=lambda _: working.set()))
    await working.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not children()


def children():
    return [child for child in psutil.Process().children() if FAKE_CHILD in child.cmdline()]


PARENT = """
import asyncio, sys
from service.matching.process import solve_in_process
from service.matching.writer import write_plan, write_problem
from tests.factories import problems as make

def told(_):
    print("working", flush=True)

asyncio.run(solve_in_process(write_problem(make.problem()), time_limit_s=60, command=sys.argv[1:], on_progress=told))
"""


async def test_the_process_ends_with_its_parent():
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, *fake("deaf"), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert await asyncio.wait_for(parent.stdout.readline(), 30) == b"working\n"
    (child,) = psutil.Process(parent.pid).children()
    os.kill(parent.pid, signal.SIGKILL)
    await parent.wait()
    gone, alive = await asyncio.to_thread(psutil.wait_procs, [child], timeout=2)
    assert gone
    assert not alive
