"""Solves a problem in a process of its own, with progress, a hard time limit and a stop within two seconds."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import sys
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from service.matching.check import CheckReport, check
from service.matching.child import STOP
from service.matching.errors import SolveCancelled, SolverFailed
from service.matching.plan import Plan, PlanStatus
from service.matching.progress import Progress
from service.matching.reader import parse_problem, read_plan
from service.matching.why.reasons import Holder, Reason, ReasonCode, ShortageReason

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from service.matching.problem import Problem

COMMAND: Final = (sys.executable, "-m", "service.matching")
_STOP_S: Final = 1.3
"""How long a polite stop may take before the process is killed; together well below two seconds."""
_OVERTIME_S: Final = 60.0
"""Start, the clerk's plan, checking and explaining on top of the solver's own limit."""
_EXIT_S: Final = 5.0
"""How long a process that has said everything may take to be gone."""
_LONGEST_MESSAGE: Final = 2**30
_STDERR_LINES: Final = 40


@dataclass(frozen=True, slots=True)
class SolveResult:
    """A checked plan beside the clerk's, with its reasons and what it took.

    ``shortages`` is ``None`` for a plan that was stopped or is infeasible: nobody waited to have it explained.
    """

    plan: Plan
    report: CheckReport
    clerk: Plan
    clerk_report: CheckReport
    shortages: tuple[ShortageReason, ...] | None
    seconds: float
    peak_bytes: int | None


async def solve_in_process(
    document: bytes | dict[str, Any],
    *,
    time_limit_s: float,
    seed: int = 0,
    effort: float | None = None,
    on_progress: Callable[[Progress], Awaitable[None] | None] | None = None,
    cancel: asyncio.Event | None = None,
    command: Sequence[str] = COMMAND,
) -> SolveResult:
    """Solve a problem in a process of its own.

    Parameters
    ----------
    document
        A problem of format ``pasok-problem/1``, parsed or as the bytes of its file.
    time_limit_s
        The solver's limit in seconds; the process is killed a minute after it.
    seed
        The same document, seed, effort and limit give the same plan.
    effort
        How hard the solver tries, 1 as usual; ``None`` for the solver's own default.
    on_progress
        Called, and awaited if it is a coroutine function, with every progress that the solver reports.
    cancel
        Once set, the solve ends within two seconds with the best plan so far, status ``stopped``.
    command
        The program to run.

    Returns
    -------
    SolveResult
        With a plan that ``check`` accepts, or an ``infeasible`` one that names the broken rules.

    Raises
    ------
    InvalidProblem
        If the document is no valid problem; no process was started.
    SolveCancelled
        If the cancel came before there was any plan.
    SolverFailed
        If the process fails, hangs, or returns a plan that breaks a rule.
    """
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    problem = await asyncio.to_thread(parse_problem, content)
    request = {"time_limit_s": time_limit_s, "seed": seed, "effort": effort, "problem_bytes": len(content)}
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LONGEST_MESSAGE,
        start_new_session=True,
    )
    conversation = _Conversation(process, problem, on_progress)
    try:
        await conversation.hold(json.dumps(request).encode() + b"\n" + content, time_limit_s + _OVERTIME_S, cancel)
    finally:
        await conversation.end()
    return await conversation.result()


class _Conversation:
    """Talks with one solving process and remembers what it said."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        problem: Problem,
        on_progress: Callable[[Progress], Awaitable[None] | None] | None,
    ) -> None:
        self._process = process
        self._problem = problem
        self._on_progress = on_progress
        self._started = time.monotonic()
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._said: dict[str, dict[str, Any]] = {}
        self._clerk: asyncio.Task[tuple[Plan, CheckReport]] | None = None
        self._bound_idr: float | None = None
        self._is_cancelled = False
        self._sending = asyncio.create_task(asyncio.sleep(0))
        self._listening = asyncio.create_task(self._listen())
        self._draining = asyncio.create_task(self._drain())

    async def hold(self, request: bytes, wall_s: float, cancel: asyncio.Event | None) -> None:
        """Send the request and listen until the process is done, cancelled or out of time."""
        self._sending = asyncio.create_task(self._send(request))
        waiting: set[asyncio.Task[Any]] = {self._listening}
        if cancel is not None:
            waiting.add(asyncio.create_task(cancel.wait()))
        try:
            await asyncio.wait(waiting, timeout=wall_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting - {self._listening}:
                task.cancel()
        if self._listening.done():
            self._listening.result()
        elif cancel is not None and cancel.is_set():
            await self._stop()
        else:
            raise SolverFailed(f"the solve was killed after {wall_s:.0f} s", stderr_tail=self._tail())

    async def end(self) -> None:
        """Make sure that the process and everything that listens to it is gone."""
        is_finished = self._listening.done() and self._listening.exception() is None
        self._stdin.close()
        if is_finished:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), _EXIT_S)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._listening.cancel()
        await self._process.wait()
        tasks = [self._sending, self._listening, self._draining, *([self._clerk] if self._clerk else [])]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def result(self) -> SolveResult:
        """Turn what the process said into a result; the plans were checked once more on this side."""
        final = self._said.get("plan")
        if "failed" in self._said:
            raise SolverFailed(self._said["failed"]["detail"], stderr_tail=self._tail())
        if self._clerk is None and self._is_cancelled:
            raise SolveCancelled("cancelled before there was any plan")
        if self._clerk is None or (final is None and not self._is_cancelled):
            raise SolverFailed(
                f"the solving process ended with code {self._process.returncode} and no plan", stderr_tail=self._tail()
            )
        clerk, clerk_report = await self._clerk
        if final is None:
            return SolveResult(
                plan=clerk if clerk.status is PlanStatus.INFEASIBLE else self._stopped(clerk),
                report=clerk_report,
                clerk=clerk,
                clerk_report=clerk_report,
                shortages=None,
                seconds=time.monotonic() - self._started,
                peak_bytes=None,
            )
        plan, report = await asyncio.to_thread(_checked, self._problem, final["plan"])
        if report.broken and plan.status is not PlanStatus.INFEASIBLE:
            raise SolverFailed(f"the plan breaks a rule: {report.broken[0]}", stderr_tail=self._tail())
        shortages = final["shortages"]
        return SolveResult(
            plan=plan,
            report=report,
            clerk=clerk,
            clerk_report=clerk_report,
            shortages=None if shortages is None else tuple(_shortage(record) for record in shortages),
            seconds=final["seconds"],
            peak_bytes=final["peak_bytes"],
        )

    def _stopped(self, clerk: Plan) -> Plan:
        """The clerk's plan in place of one that never came, with what was proven until then."""
        bound_idr = self._bound_idr
        if bound_idr is not None:
            bound_idr = min(bound_idr, clerk.objective_idr)
        return replace(clerk, status=PlanStatus.STOPPED, bound_idr=bound_idr)

    @property
    def _stdin(self) -> asyncio.StreamWriter:
        assert self._process.stdin is not None  # noqa: S101  (it was asked for)
        return self._process.stdin

    async def _stop(self) -> None:
        """Ask the process to stop; kill it if it does not."""
        self._is_cancelled = True
        stopping = asyncio.create_task(self._send(STOP))
        await asyncio.wait({self._listening}, timeout=_STOP_S)
        stopping.cancel()
        if self._listening.done():
            self._listening.result()

    async def _send(self, content: bytes) -> None:
        """Write to a process that may be gone or may not read."""
        with contextlib.suppress(ConnectionError):
            self._stdin.write(content)
            await self._stdin.drain()

    async def _listen(self) -> None:
        """Take every message until the process closes its end."""
        assert self._process.stdout is not None  # noqa: S101  (it was asked for)
        async for line in self._process.stdout:
            message = json.loads(line)
            kind = message.pop("kind")
            if kind == "progress":
                await self._tell(Progress(**message))
            elif kind == "clerk":
                # Checked while the solver works, so that a stop has nothing left to compute.
                self._clerk = asyncio.create_task(asyncio.to_thread(_checked, self._problem, message["plan"]))
            else:
                self._said[kind] = message

    async def _tell(self, progress: Progress) -> None:
        self._bound_idr = progress.bound_idr if progress.bound_idr is not None else self._bound_idr
        if self._on_progress is not None:
            answer = self._on_progress(progress)
            if inspect.isawaitable(answer):
                await answer

    async def _drain(self) -> None:
        """Keep the last lines of standard error."""
        assert self._process.stderr is not None  # noqa: S101  (it was asked for)
        async for line in self._process.stderr:
            self._stderr.append(line.decode(errors="replace"))

    def _tail(self) -> str:
        return "".join(self._stderr)


def _checked(problem: Problem, document: dict[str, Any]) -> tuple[Plan, CheckReport]:
    plan = read_plan(document)
    return plan, check(problem, plan)


def _shortage(record: dict[str, Any]) -> ShortageReason:
    """Rebuild a reason that came as JSON."""
    reasons = tuple(Reason(**reason | {"code": ReasonCode(reason["code"])}) for reason in record["reasons"])
    holders = tuple(Holder(**holder) for holder in record["holders"])
    return ShortageReason(**record | {"reasons": reasons, "holders": holders})
