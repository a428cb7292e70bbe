"""One problem solved in a process of its own, with every report that the solver gave, and its plan's check."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.matching.files import check_file, match_file
from service.matching.process import COMMAND, SolveResult
from service.matching.progress import Progress
from service.simulation.drawing.draws import Row


@dataclass(frozen=True)
class Solved:
    """A result, the solver's reports in order, and whether the check accepts the plan's file."""

    result: SolveResult
    reports: tuple[Progress, ...]
    is_allowed: bool

    def seconds_to_gap(self, gap: float) -> float | None:
        """Seconds at which the proven gap first was that small."""
        return next((r.elapsed_s for r in self.reports if gap_of(r) <= gap), None)

    def seconds_to_beat_clerk(self) -> float | None:
        """Seconds until the first plan that is cheaper than the clerk's."""
        clerk_idr = self.result.clerk_report.total_idr * (1 - 1e-9)
        return next((r.elapsed_s for r in self.reports if (r.objective_idr or clerk_idr) < clerk_idr), None)


def gap_of(report: Progress) -> float:
    """(plan - bound) / plan at a report, 1 as long as one of them is unknown."""
    plan, bound = report.objective_idr, report.bound_idr
    if plan is None or bound is None:
        return 1.0
    return max(0.0, plan - bound) / plan if plan > 0 else 0.0


def solve_row(
    problem: Row,
    folder: Path,
    name: str,
    *,
    time_limit_s: float,
    seed: int = 0,
    effort: float | None = None,
    command: Sequence[str] = COMMAND,
) -> Solved:
    """Write a problem's file, solve it, and leave the plan's file beside it."""
    problem_path, plan_path = folder / f"{name}.json", folder / f"{name}.plan.json"
    problem_path.write_text(json.dumps(problem), encoding="utf-8")
    reports: list[Progress] = []
    result = match_file(
        problem_path,
        plan_path,
        time_limit_s=time_limit_s,
        seed=seed,
        effort=effort,
        on_progress=reports.append,
        command=command,
    )
    return Solved(result, tuple(reports), check_file(problem_path, plan_path).is_allowed)
