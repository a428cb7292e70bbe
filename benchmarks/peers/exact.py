"""The proven optimum of a tiny problem, by its statement: what the tests hold the optimiser against."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.peers import scip
from benchmarks.peers.statement import state
from benchmarks.peers.vectors import plan_of
from service.matching.plan import Plan, PlanStatus
from service.matching.problem import Problem

PATIENCE_S = 60.0
GAP = 1e-7


def optimum_of(problem: Problem) -> Plan | None:
    """Return a plan of least total, rupiah as the check computes them, with SCIP's bound; ``None`` if none is allowed.

    Raises
    ------
    TimeoutError
        If the problem is not tiny enough.
    """
    statement = state(problem)
    answer = scip.solve(statement.model, PATIENCE_S, gap=GAP)
    if answer.x is None and answer.status.startswith("infeasible"):
        return None
    if answer.x is None or answer.status != "optimal":
        raise TimeoutError(f"{problem.name}: {answer.status}")
    return replace(plan_of(statement, answer.x), bound_idr=answer.bound, status=PlanStatus.OPTIMAL)
