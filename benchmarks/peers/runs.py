"""Runs one solver on one problem in a process of its own, measures it, ends it if it hangs, and checks its plan."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from service.matching.check import check
from service.matching.problem import Problem
from service.matching.reader import read_plan
from service.matching.rules import Rule

GRACE: Final = 1.5
GRACE_S: Final = 90.0
"""A solver may take so much longer than its limit, for writing the model and for stopping, before it is ended."""

LAST_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class Run:
    """What a solver came to: rupiah as the check recomputes them, its own bound, wall seconds, peak bytes."""

    solver: str
    limit_s: float
    status: str
    plan_idr: float | None
    bound_idr: float | None
    seconds: float
    peak_bytes: int
    broken: tuple[str, ...]

    @property
    def gap(self) -> float | None:
        """(plan - bound) / plan, by the solver's own bound."""
        if self.plan_idr is None or self.bound_idr is None:
            return None
        return max(0.0, self.plan_idr - self.bound_idr) / self.plan_idr if self.plan_idr > 0 else 0.0

    @property
    def is_limited(self) -> bool:
        """Whether more time could have changed anything."""
        return self.seconds >= 0.9 * self.limit_s or self.status in {"hung", "failed"}


def run(solver: str, problem: Problem, problem_path: Path, limit_s: float) -> Run:
    """Run a solver."""
    with tempfile.TemporaryDirectory() as folder:
        result_path = Path(folder, "result.json")
        words = [sys.executable, "-m", "benchmarks.peers.child", solver, str(problem_path), str(limit_s)]
        with Path(folder, "log").open("w+b") as log:
            end_s = limit_s * GRACE + GRACE_S
            is_ended, peak_bytes = _measured([*words, str(result_path)], log.fileno(), end_s)
            log.seek(0)
            words_left = log.read().decode(errors="replace")[-LAST_WORDS:]
        if not result_path.exists():
            status = "hung" if is_ended else "failed"
            return Run(solver, limit_s, status, None, None, end_s if is_ended else 0.0, peak_bytes, (words_left,))
        return _checked(solver, problem, limit_s, json.loads(result_path.read_bytes()), peak_bytes)


def _measured(words: list[str], log: int, end_s: float) -> tuple[bool, int]:
    """Run a program; return whether it had to be ended, and the most memory that it or a child of it held."""
    process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)  # noqa: S603  (our own words)
    ended = threading.Event()

    def end() -> None:
        ended.set()
        os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(end_s, end)
    timer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return ended.is_set(), usage.ru_maxrss * 1024


def _checked(solver: str, problem: Problem, limit_s: float, result: dict[str, object], peak_bytes: int) -> Run:
    plan_idr: float | None = None
    broken: tuple[str, ...] = ()
    bound_idr = result["bound_idr"]
    if result["plan"] is not None:
        report = check(problem, read_plan(result["plan"]))
        plan_idr = report.total_idr
        broken = tuple(str(fault) for fault in report.broken if fault.rule is not Rule.BOUND)
    return Run(
        solver=solver,
        limit_s=limit_s,
        status=str(result["status"]),
        plan_idr=plan_idr,
        bound_idr=bound_idr if isinstance(bound_idr, float) else None,
        seconds=float(str(result["seconds"])),
        peak_bytes=peak_bytes,
        broken=broken,
    )
