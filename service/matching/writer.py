"""Writes a problem or a plan as a document with exactly the format's keys, in canonical order."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from service.matching.canonical import canonical, canonical_plan
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
    document: dict[str, Any] = {"format": PROBLEM_FORMAT}
    for name, value in asdict(canonical(problem)).items():
        document[name] = _listed(value)
    return document


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
        "allocations": [asdict(line) for line in ordered.allocations],
        "purchases": [asdict(purchase) for purchase in ordered.purchases],
        "objective_idr": ordered.objective_idr,
        "bound_idr": ordered.bound_idr,
        "gap": ordered.gap,
        "status": ordered.status.value,
    }
    if ordered.broken or ordered.status is PlanStatus.INFEASIBLE:
        document["broken"] = list(ordered.broken)
    return document


def _listed(value: Any) -> Any:  # noqa: ANN401  (any part of a problem)
    """Return a part of the problem with tuples as JSON lists."""
    if isinstance(value, tuple):
        return [_listed(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _listed(entry) for key, entry in value.items()}
    return value
