"""Problem and plan of a run as their files, read back into what the optimiser and its answers work with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.database.queries.runs import find_run_files
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NoPlanFile
from service.domain.runs import RunPlan
from service.matching.plan import Plan as SolvedPlan
from service.matching.writer import write_plan
from service.workflows.problem_file import packed, unpacked


@dataclass(frozen=True, slots=True)
class SolvedFiles:
    """The bytes of both files (JSON)."""

    run_id: UUID
    problem: bytes
    plan: bytes
    excluded: list[dict[str, Any]]
    """What rules kept out of the problem."""


def plan_file(run_id: UUID, solved: SolvedPlan) -> RunPlan:
    """Return a plan as the file that is stored with its run."""
    content = json.dumps(write_plan(solved), separators=(",", ":")).encode()
    return RunPlan(run_id=run_id, sha256=hashlib.sha256(content).hexdigest(), content_gzip=packed(content))


async def read_solved_files(work: UnitOfWork, run_id: UUID) -> SolvedFiles:
    """Read what a run solved and found.

    Parameters
    ----------
    work
        The unit of work.
    run_id
        A run that the caller may see.

    Raises
    ------
    NoPlanFile
        If the run kept no plan: it has not succeeded, or it is older than plan files.
    """
    found = await find_run_files(work.session, run_id)
    if found is None:
        raise NoPlanFile("The run kept no file of its plan: run the matching again.", run_id=str(run_id))
    problem, plan = found
    return SolvedFiles(run_id, unpacked(problem.content_gzip), unpacked(plan.content_gzip), problem.excluded)
