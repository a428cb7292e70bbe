"""Matches and checks the week as files, for the command line: ``pasok match`` and ``pasok check``."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from typing import TYPE_CHECKING

from service.matching.check import CheckReport, check
from service.matching.errors import UnreadableFile, UnwritableFile
from service.matching.process import COMMAND, SolveResult, solve_in_process
from service.matching.reader import parse_plan, parse_problem
from service.matching.writer import write_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from service.matching.progress import Progress

DEFAULT_TIME_LIMIT_S = 120.0


def match_file(
    problem_path: Path,
    plan_path: Path,
    *,
    time_limit_s: float = DEFAULT_TIME_LIMIT_S,
    seed: int = 0,
    effort: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    command: Sequence[str] = COMMAND,
) -> SolveResult:
    """Solve a problem's file and write the plan's file; Ctrl-C stops the solve and keeps its best plan.

    Parameters
    ----------
    problem_path
        A file of format ``pasok-problem/1``.
    plan_path
        Where the plan goes, format ``pasok-plan/1``; it is there complete or not at all.
    time_limit_s
        The solver's limit in seconds.
    seed, effort
        As for ``solve_in_process``.
    on_progress
        Told what the solver reports.
    command
        The program to solve with.

    Returns
    -------
    SolveResult
        The plan written and what it took.

    Raises
    ------
    UnreadableFile, UnwritableFile
        Before anything is solved, where that can be known.
    InvalidProblem
        With every fault of the problem.
    SolveCancelled, SolverFailed
        As ``solve_in_process`` raises them.
    """
    content = _read(problem_path)
    _require_writable(plan_path)

    async def solve() -> SolveResult:
        cancel = asyncio.Event()
        with _stopped_by_ctrl_c(cancel):
            return await solve_in_process(
                content,
                time_limit_s=time_limit_s,
                seed=seed,
                effort=effort,
                on_progress=on_progress,
                cancel=cancel,
                command=command,
            )

    result = asyncio.run(solve())
    _write(plan_path, json.dumps(write_plan(result.plan), indent=1))
    return result


def _require_writable(plan_path: Path) -> None:
    """Find out before the long part that the plan could not be kept."""
    if not os.access(plan_path.parent, os.W_OK) or plan_path.is_dir():
        raise UnwritableFile(f"{plan_path} cannot be written: its folder is missing or closed, or it is a folder")


def check_file(problem_path: Path, plan_path: Path) -> CheckReport:
    """Check a plan's file against its problem's file.

    Parameters
    ----------
    problem_path, plan_path
        Files of format ``pasok-problem/1`` and ``pasok-plan/1``.

    Returns
    -------
    CheckReport
        All broken rules, the cost terms and the figures.

    Raises
    ------
    UnreadableFile
        If one of the files cannot be read.
    InvalidProblem, InvalidPlan
        With every fault of the file.
    """
    return check(parse_problem(_read(problem_path)), parse_plan(_read(plan_path)))


def match_lines(result: SolveResult) -> list[str]:
    """Say what a solve came to, as a short table.

    Parameters
    ----------
    result
        What ``match_file`` returned.

    Returns
    -------
    list[str]
        Lines of text, one fact each.
    """
    plan, figures = result.plan, result.report.figures
    clerk_idr = result.clerk_report.total_idr
    saved = (clerk_idr - plan.objective_idr) / clerk_idr if clerk_idr else 0.0
    return [
        _row("status", plan.status.value),
        _row("objective", _rupiah(plan.objective_idr)),
        _row("bound", "none" if plan.bound_idr is None else _rupiah(plan.bound_idr)),
        _row("gap", "unknown" if plan.gap is None else f"{plan.gap:.2%}"),
        _row("seconds", f"{result.seconds:.1f}"),
        _row("filled", f"{figures.fill_share:.2%} by weight, the worst kitchen {figures.lowest_fill_share:.2%}"),
        _row("local", f"{figures.same_kelurahan_value_share:.1%} of the value from the kitchen's own kelurahan"),
        _row("drops", f"{figures.drops:,}"),
        _row("clerk's way", f"{_rupiah(clerk_idr)}; the plan is {saved:.1%} cheaper"),
    ]


def check_lines(report: CheckReport) -> list[str]:
    """Say what a check found to be the cost of a plan, as a short table.

    Parameters
    ----------
    report
        What ``check_file`` returned.

    Returns
    -------
    list[str]
        The total, then the terms that cost anything, the largest first, then the figures.
    """
    figures = report.figures
    terms = sorted(report.cost_idr.items(), key=lambda entry: -entry[1])
    return [
        _row("total", _rupiah(report.total_idr)),
        *(_row(f"  {term.value}", _rupiah(idr)) for term, idr in terms if idr),
        _row("filled", f"{figures.fill_share:.2%} by weight, {figures.short_kg:,.0f} kg short"),
        _row("drops", f"{figures.drops:,}"),
    ]


def _row(name: str, value: str) -> str:
    return f"{name:<16}{value}"


def _rupiah(amount: float) -> str:
    return f"Rp {amount:,.0f}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UnreadableFile(f"{path} cannot be read: {fault.strerror}") from None


def _write(path: Path, text: str) -> None:
    """Write beside the place and then move there, so that a plan is complete or not there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as fault:
        draft.unlink(missing_ok=True)
        raise UnwritableFile(f"{path} cannot be written: {fault.strerror}") from None


@contextlib.contextmanager
def _stopped_by_ctrl_c(cancel: asyncio.Event) -> Iterator[None]:
    """Let Ctrl-C ask for the best plan so far instead of ending everything."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, cancel.set)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
