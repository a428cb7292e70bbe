"""The solving process as a program: ``python -m service.matching``, started by ``process.py``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from service.matching.child import serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.child import Solver
    from service.matching.plan import Plan
    from service.matching.problem import Problem
    from service.matching.progress import Progress


def load_solver() -> Solver:
    """Return the optimiser; imports ortools, which takes a second or more."""
    from service.matching.solve import Limits, solve

    def solver(
        problem: Problem,
        request: dict[str, Any],
        *,
        clerk: Callable[[], Plan],
        report: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> Plan:
        effort = request["effort"]
        chosen = {} if effort is None else {"effort": float(effort)}
        limits = Limits(time_limit_s=request["time_limit_s"], **chosen)
        return solve(problem, limits, seed=request["seed"], report=report, cancelled=cancelled, clerk=clerk)

    return solver


if __name__ == "__main__":
    sys.exit(serve(load_solver))
