"""What a checked plan comes to, as stored and shown: cost terms, fill, locality, drops, fairness."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from math import floor
from statistics import median
from typing import Any

from service.domain.fairness import gini
from service.domain.units import BP
from service.matching.check import CheckReport, CooperativeFigures
from service.matching.plan import Plan as SolvedPlan
from service.matching.process import SolveResult
from service.matching.writer import write_plan

_SHARE_DIGITS = 6


def figures_of(result: SolveResult) -> dict[str, Any]:
    """Return the figures of a plan and of the clerk's way beside it.

    Parameters
    ----------
    result
        A solve that ended with a plan.

    Returns
    -------
    dict
        Plain JSON: ``plan`` with every kitchen and cooperative, ``greedy`` with the totals alone.
    """
    own = _totals(result.report)
    own["kitchens"] = [_rounded(asdict(kitchen)) for kitchen in result.report.figures.kitchens]
    own["cooperatives"] = [_rounded(asdict(cooperative)) for cooperative in result.report.figures.cooperatives]
    return {"plan": own, "greedy": _totals(result.clerk_report)}


def proof_of(result: SolveResult) -> dict[str, Any]:
    """Return what a solve proved and took, as the columns of a stored plan.

    Parameters
    ----------
    result
        A solve that ended with a plan.

    Returns
    -------
    dict
        Whole rupiah, the bound rounded down and the gap up.
    """
    solved = result.plan
    objective_idr = round(solved.objective_idr)
    # No bound is proven yet when a solve ends early: nothing costs less than nothing.
    bound_idr = min(objective_idr, floor(solved.bound_idr or 0))
    return {
        "solver_status": solved.status.value,
        "solver_version": f"ortools {version('ortools')}",
        "objective_idr": objective_idr,
        "bound_idr": bound_idr,
        "gap_bp": -(-(objective_idr - bound_idr) * BP // objective_idr) if objective_idr else 0,
        "solve_ms": round(result.seconds * 1000),
    }


def sha256_of(solved: SolvedPlan) -> str:
    """Return the fingerprint of what is delivered and bought, by which two solves can be told equal.

    Parameters
    ----------
    solved
        Any plan.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    document = write_plan(solved)
    content = json.dumps({"allocations": document["allocations"], "purchases": document["purchases"]}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _totals(report: CheckReport) -> dict[str, Any]:
    figures = asdict(report.figures)
    del figures["kitchens"], figures["cooperatives"]
    return {
        "total_idr": round(report.total_idr),
        "cost_idr": {term.value: round(cost) for term, cost in report.cost_idr.items()},
        **_rounded(figures),
        "fairness": _fairness(report.figures.cooperatives),
    }


def _fairness(cooperatives: tuple[CooperativeFigures, ...]) -> dict[str, Any]:
    """Return how the cooperatives' values spread around their fair values; 1 is exactly fair."""
    ratios = [c.value_idr / c.fair_value_idr for c in cooperatives if c.fair_value_idr > 0]
    if not ratios:
        return {"lowest_share": None, "median_share": None, "highest_share": None, "gini": None, "below_fair": 0}
    shares = {
        "lowest_share": min(ratios),
        "median_share": median(ratios),
        "highest_share": max(ratios),
        "gini": gini(ratios),
    }
    return {**_rounded(shares), "below_fair": sum(ratio < 1 for ratio in ratios)}


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    """Round money to the rupiah, weights to the gram, shares to a millionth."""
    digits = {"idr": None, "kg": 3}
    return {
        key: round(value, digits.get(key.rpartition("_")[2], _SHARE_DIGITS)) if isinstance(value, float) else value
        for key, value in values.items()
    }
