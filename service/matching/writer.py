"""Writes a problem or a plan as a document with exactly the format's keys, in canonical order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.matching.canonical import canonical, canonical_plan
from service.matching.plain import plain
from service.matching.plan import PLAN_FORMAT, PlanStatus
from service.matching.problem import PROBLEM_FORMAT

if TYPE_CHECKING:
    from service.matching.plan import Plan
    from service.matching.problem import Problem


def write_problem(problem: Problem) -> dict[str, Any]:
    """Return a problem as a document of format ``pasok-problem/1``.

    Parameters
    ----------
    problem
        Any valid problem.

    Returns
    -------
    dict
        Plain JSON values; ``read_problem`` of it is the same problem in canonical order.
    """
    return {"format": PROBLEM_FORMAT, **plain(canonical(problem))}


def write_plan(plan: Plan) -> dict[str, Any]:
    """Return a plan as a document of format ``pasok-plan/1``.

    Parameters
    ----------
    plan
        Any plan.

    Returns
    -------
    dict
        Plain JSON values; ``broken`` is there only when the plan is infeasible.
    """
    ordered = canonical_plan(plan)
    document: dict[str, Any] = {
        "format": PLAN_FORMAT,
        "allocations": plain(ordered.allocations),
        "purchases": plain(ordered.purchases),
        "objective_idr": ordered.objective_idr,
        "bound_idr": ordered.bound_idr,
        "gap": ordered.gap,
        "status": ordered.status.value,
    }
    if ordered.broken or ordered.status is PlanStatus.INFEASIBLE:
        document["broken"] = list(ordered.broken)
    return document
