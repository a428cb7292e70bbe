"""One solver on one problem, in a process of its own.

Usage: python -m benchmarks.peers.child SOLVER PROBLEM SECONDS RESULT

Seconds are those of wall time after the problem has been read: for the peers they include writing the model.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from service.matching.plan import Plan
from service.matching.problem import Problem
from service.matching.reader import parse_problem
from service.matching.writer import write_plan

PEERS: Final = ("highs", "scip", "cp_sat", "cbc")
"""Modules beside this one: each is handed the whole program."""

Result = tuple[Plan | None, float | None, str]
"""Plan, bound, status."""


def by_clerk(problem: Problem, _seconds: float) -> Result:
    """Plan the clerk's way, which proves nothing."""
    from service.matching.greedy import greedy

    return greedy(problem), None, "feasible"


def by_optimiser(problem: Problem, seconds: float) -> Result:
    """Plan with the optimiser."""
    from service.matching.solve import Limits, solve

    plan = solve(problem, Limits(time_limit_s=seconds))
    return plan, plan.bound_idr, plan.status.value


def by_peer(name: str) -> Callable[[Problem, float], Result]:
    """Return what hands the whole program to a solver."""

    def solve(problem: Problem, seconds: float) -> Result:
        from benchmarks.peers.statement import state
        from benchmarks.peers.vectors import plan_of

        statement = state(problem)
        answer = importlib.import_module(f"benchmarks.peers.{name}").solve(statement.model, seconds)
        return None if answer.x is None else plan_of(statement, answer.x), answer.bound, answer.status

    return solve


SOLVERS: Final = {"greedy": by_clerk, "ours": by_optimiser, **{name: by_peer(name) for name in PEERS}}


def main() -> None:
    """Solve and write the result as JSON."""
    name, problem_path, seconds, result_path = sys.argv[1:]
    problem = parse_problem(Path(problem_path).read_bytes())
    started = time.monotonic()
    plan, bound_idr, status = SOLVERS[name](problem, float(seconds))
    result = {
        "plan": None if plan is None else write_plan(plan),
        "bound_idr": bound_idr,
        "status": status,
        "seconds": time.monotonic() - started,
    }
    Path(result_path).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
