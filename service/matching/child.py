"""The solving process: reads a problem from its parent, plans the clerk's way, solves, checks, explains, writes back.

It lives no longer than its parent: the kernel ends it with the parent (Linux), and everywhere it ends itself when its
standard input closes. What libraries print goes to standard error; standard output carries only the messages.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.parallel import begun_in_a_copy, end_with_parent
from service.matching.plain import plain
from service.matching.plan import Plan, PlanStatus
from service.matching.reader import parse_problem
from service.matching.why.shortages import explain_shortages
from service.matching.writer import write_plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from service.matching.problem import Problem
    from service.matching.progress import Progress

STOP = b"stop\n"
_BROKEN_SHOWN = 20
_LEAST_S = 0.1
_LOWEST_PRIORITY = 19
"""What the solver gets of its time limit where the clerk's plan has used it up."""


class Solver(Protocol):
    """Solves one problem; ``request`` holds time_limit_s, seed and effort as the parent sent them.

    ``clerk`` waits for the clerk's plan, which is made meanwhile.
    """

    def __call__(
        self,
        problem: Problem,
        request: dict[str, Any],
        *,
        clerk: Callable[[], Plan],
        report: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> Plan: ...


def serve(load_solver: Callable[[], Solver]) -> int:
    """Handle the one request on standard input.

    Parameters
    ----------
    load_solver
        Returns the solver; called while the clerk's plan is made, since importing a solver takes seconds.

    Returns
    -------
    int
        The exit code: 0 after a plan, 1 after a failure that was told to the parent.
    """
    started = time.monotonic()
    end_with_parent()
    _give_way()
    requests, replies = _claim_streams()
    request = json.loads(requests.readline())
    problem = parse_problem(_read_exactly(requests, request.pop("problem_bytes")))
    clerk = begun_in_a_copy(partial(_clerks_way, problem))
    stopped = threading.Event()
    threading.Thread(target=_watch, args=(requests, stopped), daemon=True).start()
    clerk_told = ThreadPoolExecutor(1).submit(_pass_on, clerk, replies)
    solve = load_solver()
    request["time_limit_s"] = max(_LEAST_S, request["time_limit_s"] - (time.monotonic() - started))
    plan = solve(
        problem,
        request,
        clerk=clerk_told.result,
        report=lambda progress: _send_progress(replies, progress, time.monotonic() - started),
        cancelled=stopped.is_set,
    )
    seconds = time.monotonic() - started
    clerk_told.result()
    fault = _fault_of(problem, plan)
    if fault:
        replies.send("failed", detail=fault)
        return 1
    is_explained = not stopped.is_set() and plan.status is not PlanStatus.INFEASIBLE
    shortages = plain(explain_shortages(problem, plan)) if is_explained else None
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    replies.send("plan", plan=write_plan(plan), shortages=shortages, seconds=seconds, peak_bytes=peak_bytes)
    return 0


def _clerks_way(problem: Problem) -> tuple[Plan, bytes]:
    """Plan the clerk's way; return the plan, and what the parent is told of it."""
    plan = greedy(problem)
    return plan, _message("clerk", plan=write_plan(plan))


def _pass_on(clerk: Callable[[], tuple[Plan, bytes]], replies: Replies) -> Plan:
    """Tell the parent the clerk's plan as soon as it is there."""
    plan, message = clerk()
    replies.write(message)
    return plan


def _fault_of(problem: Problem, plan: Plan) -> str | None:
    """Say what is wrong with the solver's plan; an infeasible one names its broken rules itself."""
    if plan.status is PlanStatus.INFEASIBLE:
        return None if plan.broken else "the solver called the problem infeasible and named no rule"
    broken = [str(fault) for fault in check(problem, plan).broken]
    if not broken:
        return None
    return f"the solver's plan breaks {len(broken)} rules: " + "; ".join(broken[:_BROKEN_SHOWN])


def _give_way() -> None:
    """Take only the processor time that others leave: no page waits for a plan, and alone it is as fast as ever."""
    os.nice(_LOWEST_PRIORITY)
    with contextlib.suppress(OSError):  # a session of its own is weighed as a whole where the kernel groups sessions
        Path("/proc/self/autogroup").write_text(str(_LOWEST_PRIORITY), encoding="ascii")


class Replies:
    """What is said to the parent, message by message, from any thread."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, kind: str, **fields: object) -> None:
        """Say something of a kind."""
        self.write(_message(kind, **fields))

    def write(self, message: bytes) -> None:
        """Say what was put into words already."""
        with self._lock:
            self._stream.write(message)
            self._stream.flush()


def _message(kind: str, **fields: object) -> bytes:
    return json.dumps({"kind": kind, **fields}).encode() + b"\n"


def _claim_streams() -> tuple[FileIO, Replies]:
    """Keep standard output for messages alone; whatever else writes there is led to standard error.

    Standard input is read without a buffer: a thread waiting in a buffered read disturbs the exit.
    """
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return FileIO(os.dup(0)), Replies(replies)


def _read_exactly(requests: FileIO, size: int) -> bytes:
    parts = []
    while size:
        part = requests.read(size)
        if not part:
            os._exit(1)  # the parent is gone
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _watch(requests: FileIO, stopped: threading.Event) -> None:
    """Wait for the parent to ask for a stop, or to be gone."""
    for line in requests:
        if line == STOP:
            stopped.set()
    os._exit(1)


def _send_progress(replies: Replies, progress: Progress, elapsed_s: float) -> None:
    """Tell the parent; its clock starts with the process, reading and the clerk's plan included."""
    replies.send(
        "progress",
        elapsed_s=elapsed_s,
        objective_idr=progress.objective_idr,
        bound_idr=progress.bound_idr,
        phase=progress.phase,
    )
