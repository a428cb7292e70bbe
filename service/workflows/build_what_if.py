"""Build the problem of a what-if: that of its base run, changed as the scenario says."""

from __future__ import annotations

import asyncio
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.runs import MatchingRun, RunProblem
from service.matching.problem import Problem
from service.matching.reader import parse_problem
from service.matching.what_if import apply_scenario, read_scenario
from service.workflows.build_problem import BuiltProblem
from service.workflows.problem_file import unpacked


async def build_what_if(work: UnitOfWork, run_id: UUID) -> BuiltProblem:
    """Read the base's stored file and change it; nothing else of the database is looked at.

    Parameters
    ----------
    work
        A unit that reads.
    run_id
        A run of kind ``what_if``.

    Returns
    -------
    BuiltProblem
        What rules kept out of the base is out of the what-if too.

    Raises
    ------
    InvalidScenario
        If the scenario does not fit the problem.
    """
    run = await work.session.get_one(MatchingRun, run_id)
    base = await work.session.get_one(RunProblem, run.base_run_id)
    changes = (run.scenario or {})["changes"]

    def changed() -> Problem:
        return apply_scenario(parse_problem(unpacked(base.content_gzip)), read_scenario(changes))

    return BuiltProblem(await asyncio.to_thread(changed), base.excluded)
