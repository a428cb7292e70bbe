"""An attempt at a run: what it must know of it, where its problem comes from and where its plan goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.runs import MatchingRun, RunKind
from service.matching.problem import Problem
from service.matching.process import SolveResult
from service.workflows.build_problem import BuildProblem, BuiltProblem, build_problem
from service.workflows.build_what_if import build_what_if
from service.workflows.publish_repair import defer_publishing
from service.workflows.store_plan import StorePlan, store_plan
from service.workflows.store_what_if import store_what_if


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt must know of its run; ``number`` fences everything it writes."""

    run_id: UUID
    number: int
    kind: RunKind
    region_code: str
    policy_id: UUID
    week_start: date
    ordered_date: date
    seed: int
    time_limit_s: int
    effort: float


class Build(Protocol):
    """Builds the problem of a run, as of the one instant that the unit of work reads."""

    async def __call__(self, work: UnitOfWork, attempt: Attempt) -> BuiltProblem: ...


class Store(Protocol):
    """Stores what a run found, in the transaction that ends the run."""

    async def __call__(self, work: UnitOfWork, run: MatchingRun, problem: Problem, result: SolveResult) -> None: ...


async def build_asked(work: UnitOfWork, attempt: Attempt) -> BuiltProblem:
    """Build what the run asks for: the week's problem, or that of a what-if.

    Parameters
    ----------
    work
        A unit that reads as of one instant.
    attempt
        At the run.
    """
    if attempt.kind is RunKind.WHAT_IF:
        return await build_what_if(work, attempt.run_id)
    return await build_problem(work, BuildProblem(attempt.policy_id, attempt.week_start, attempt.ordered_date))


async def store_found(work: UnitOfWork, run: MatchingRun, problem: Problem, result: SolveResult) -> None:
    """Store the plan as a proposal, a repair's on its way to be published, or the answer of a what-if.

    Parameters
    ----------
    work
        The unit that ends the run.
    run
        Held by the caller.
    problem, result
        What was solved, and what came out.
    """
    if run.kind is RunKind.WHAT_IF:
        await store_what_if(work, run, problem, result)
    else:
        await defer_publishing(work, run, await store_plan(work, StorePlan(run, problem, result)))
