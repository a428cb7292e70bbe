"""Store what a what-if found: figures beside its base's, its plan as a file, nothing that could be published."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from service.database.queries.runs import find_run_files
from service.database.unit_of_work import UnitOfWork
from service.domain.runs import MatchingRun
from service.domain.what_ifs import WhatIfPlan
from service.matching.plan import Plan as SolvedPlan
from service.matching.plan_difference import grown_shortages, line_difference, short_quantities
from service.matching.problem import Problem
from service.matching.process import SolveResult
from service.matching.reader import parse_plan, parse_problem
from service.workflows.plan_figures import figures_of, proof_of, sha256_of
from service.workflows.plan_files import plan_file
from service.workflows.problem_file import unpacked


async def store_what_if(work: UnitOfWork, run: MatchingRun, problem: Problem, result: SolveResult) -> WhatIfPlan:
    """Store a checked plan as a what-if's.

    Parameters
    ----------
    work
        The unit of work; nothing is kept unless all is.
    run
        Of kind ``what_if``, held by the caller.
    problem, result
        What was solved, and a result whose plan breaks no rule.

    Returns
    -------
    WhatIfPlan
        With its difference to the base plan.
    """
    found = WhatIfPlan(
        run_id=run.id,
        **proof_of(result),
        figures=figures_of(result),
        difference=await _difference(work, run, problem, result.plan),
        sha256=sha256_of(result.plan),
    )
    work.session.add_all([found, plan_file(run.id, result.plan)])
    after = {"objective_idr": found.objective_idr, "bound_idr": found.bound_idr}
    work.record("what_if.answer", "run", run.id, region_code=run.region_code, after=after)
    await work.session.flush()
    return found


async def _difference(work: UnitOfWork, run: MatchingRun, problem: Problem, plan: SolvedPlan) -> dict[str, Any]:
    """Return lines and shortages beside the base plan; nothing if the base kept no plan to compare with."""
    files = await find_run_files(work.session, run.base_run_id) if run.base_run_id else None
    if files is None:
        return {"lines": None, "shortages": []}
    problem_file, base_file = files

    def compared() -> dict[str, Any]:
        base = parse_problem(unpacked(problem_file.content_gzip))
        base_plan = parse_plan(unpacked(base_file.content_gzip))
        weight_g = {item.id: item.weight_g for item in problem.items}
        grown = grown_shortages(problem, plan, short_quantities(base, base_plan))
        lines = line_difference(plan.allocations, base_plan.allocations, weight_g)
        return {"lines": asdict(lines), "shortages": [asdict(short) for short in grown]}

    return await asyncio.to_thread(compared)
