"""Work on a run: snapshot, solve, check, store. A job, in several short units of work around one long solve."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from service.database.queries.runs import database_clock, lock_run
from service.database.queries.supply_snapshot import hold_one_instant
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.calendars import local_day
from service.domain.events import EventType
from service.domain.places import Region
from service.domain.runs import (
    HEARTBEAT_SILENCE,
    MatchingRun,
    RunFailure,
    RunKind,
    RunProblem,
    RunStatus,
    begin_attempt,
    confirm_cancel,
    fail,
    give_back,
    holds,
    is_run_lost,
    succeed,
)
from service.matching.errors import InvalidDocument, SolverFailed
from service.matching.plan import PlanStatus
from service.matching.problem import Problem
from service.matching.process import SolveResult, solve_in_process
from service.matching.progress import Progress
from service.matching.reader import checked_problem
from service.workflows.announce_supply import announce_idle
from service.workflows.build_problem import BuiltProblem
from service.workflows.problem_file import ProblemFile, packed, problem_file
from service.workflows.problem_promises import is_all_promised
from service.workflows.recover_runs import DIED
from service.workflows.retry_repair import retry_repair
from service.workflows.run_attempt import Attempt, Build, Store, build_asked, store_found
from service.workflows.run_pulse import Pulse, Tempo

logger = logging.getLogger(__name__)

MOST_FAULTS_TOLD = 20


@dataclass(frozen=True, slots=True)
class RunMatching:
    """Which run; ``silence`` is how long a worker that has it may be silent before it counts as dead."""

    run_id: UUID
    silence: timedelta = HEARTBEAT_SILENCE


class Solve(Protocol):
    """Solves a problem's file within limits, telling how far it is; a cancelled task ends it at once."""

    async def __call__(
        self,
        document: bytes,
        *,
        time_limit_s: float,
        seed: int,
        effort: float,
        on_progress: Callable[[Progress], None],
    ) -> SolveResult: ...


class _AttemptLostError(Exception):
    """The run has ended or another worker has it: whatever this attempt found does not count."""


class _CancelledByUserError(Exception):
    """Somebody cancelled the run: its best plan so far is not wanted."""


class _NothingToMatchError(Exception):
    """No kitchen needs anything that is not ordered yet."""


async def run_matching(
    units: UnitsOfWork,
    command: RunMatching,
    *,
    solve: Solve = solve_in_process,
    tempo: Tempo | None = None,
    build: Build = build_asked,
    store: Store = store_found,
) -> None:
    """Work on a run until it has a plan, is cancelled or fails; a run that another worker has is left alone.

    Parameters
    ----------
    units
        Opens the units; none is open while the optimiser works.
    command
        The run.
    solve
        The optimiser, in a process of its own.
    tempo
        How often the run's row is read and written meanwhile.
    build, store
        Where the problem comes from and the plan goes: the week's tables, unless a simulation has its own.

    Raises
    ------
    Exception
        Anything unforeseen, once the run is queued again (or failed, after the last attempt): the job is retried.
    """
    attempt = await _take(units, command)
    if attempt is None:
        logger.info("run_left_alone", extra={"run_id": str(command.run_id)})
        return
    pulse = Pulse(units, attempt.run_id, attempt=attempt.number, tempo=tempo or Tempo())
    try:
        async with pulse.beating():
            problem, result = await _find_plan(units, attempt, solve, pulse, build)
        await _finish(units, attempt, pulse, lambda work, run: store(work, run, problem, result))
    except _AttemptLostError:
        logger.warning("run_attempt_lost", extra={"run_id": str(attempt.run_id), "attempt": attempt.number})
    except _NothingToMatchError:
        await _fail(units, attempt, pulse, RunFailure.NO_DEMAND, "No kitchen needs anything that is not ordered yet.")
    except InvalidDocument as error:
        faults = "; ".join(str(fault) for fault in error.faults[:MOST_FAULTS_TOLD])
        await _fail(units, attempt, pulse, RunFailure.INVALID_PROBLEM, f"{len(error.faults)} faults: {faults}")
    except _CancelledByUserError:
        await _end(units, attempt, pulse, lambda work, run: confirm_cancel(run, work.now))
    except SolverFailed as error:
        logger.exception("run_solver_failed", extra={"run_id": str(attempt.run_id), "stderr": error.stderr_tail})
        await _fail(units, attempt, pulse, RunFailure.SOLVER_FAILED, error.detail)
    except BaseException as error:
        await asyncio.shield(_stumble(units, attempt, pulse, error))
        raise


async def _take(units: UnitsOfWork, command: RunMatching) -> Attempt | None:
    """Begin an attempt on a queued run, or on one whose worker died; ``None`` if there is nothing to do."""
    async with units.begin() as work:
        run = await lock_run(work.session, command.run_id)
        if run is None:
            return None
        now = await database_clock(work.session)
        if is_run_lost(run, now, silence=command.silence) and not give_back(run, work.now, detail=DIED):
            _announce_end(work, run)
            await retry_repair(work, run)
        if run.status is not RunStatus.QUEUED:
            return None
        number = begin_attempt(run, work.now, heartbeat_at=now)
        region = await work.session.get_one(Region, run.region_code)
        return Attempt(
            run_id=run.id,
            number=number,
            kind=run.kind,
            region_code=run.region_code,
            policy_id=run.policy_id,
            week_start=run.week_start,
            ordered_date=local_day(run.created_at, timezone=region.timezone),
            seed=run.seed,
            time_limit_s=run.time_limit_s,
            effort=run.effort,
        )


async def _find_plan(
    units: UnitsOfWork, attempt: Attempt, solve: Solve, pulse: Pulse, build: Build
) -> tuple[Problem, SolveResult]:
    """Build and store the problem, then solve it."""
    async with units.begin() as work:
        await hold_one_instant(work.session)
        built = await build(work, attempt)
    file = await asyncio.to_thread(problem_file, built.problem)
    await _store_problem(units, attempt, built, file)
    if is_all_promised(built.problem):
        raise _NothingToMatchError
    result = await _solve(attempt, file, solve, pulse)
    if result.plan.status is PlanStatus.INFEASIBLE:
        raise SolverFailed(f"What is promised already breaks rules: {'; '.join(result.plan.broken)}")
    return await asyncio.to_thread(checked_problem, file.content), result


async def _solve(attempt: Attempt, file: ProblemFile, solve: Solve, pulse: Pulse) -> SolveResult:
    """Solve until there is a result or the pulse hears that nobody wants it: then the solving process is killed."""
    solving = asyncio.ensure_future(
        solve(
            file.content,
            time_limit_s=attempt.time_limit_s,
            seed=attempt.seed,
            effort=attempt.effort,
            on_progress=pulse.note,
        )
    )
    unwanted = asyncio.ensure_future(pulse.cancel.wait())
    try:
        await asyncio.wait({solving, unwanted}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        solving.cancel()
        unwanted.cancel()
        await asyncio.gather(solving, unwanted, return_exceptions=True)
    if pulse.is_lost:
        raise _AttemptLostError
    if pulse.cancel.is_set():
        raise _CancelledByUserError
    return solving.result()


async def _store_problem(units: UnitsOfWork, attempt: Attempt, built: BuiltProblem, file: ProblemFile) -> None:
    """Store the file before it is solved: whatever happens then can be looked into."""
    content_gzip = await asyncio.to_thread(packed, file.content)
    async with units.begin() as work:
        await _held(work, attempt)
        await work.session.merge(
            RunProblem(run_id=attempt.run_id, sha256=file.sha256, content_gzip=content_gzip, excluded=built.excluded)
        )


async def _finish(
    units: UnitsOfWork, attempt: Attempt, pulse: Pulse, store: Callable[[UnitOfWork, MatchingRun], Awaitable[None]]
) -> None:
    async with units.begin() as work:
        run = await _held(work, attempt)
        run.progress = pulse.points
        if succeed(run, work.now):
            await store(work, run)
        await work.session.flush()


async def _fail(units: UnitsOfWork, attempt: Attempt, pulse: Pulse, failure: RunFailure, detail: str) -> None:
    await _end(units, attempt, pulse, lambda work, run: fail(run, work.now, failure=failure, detail=detail))


async def _stumble(units: UnitsOfWork, attempt: Attempt, pulse: Pulse, error: BaseException) -> None:
    """Give the run back after something unforeseen, a worker told to stop included; its job is tried again."""
    detail = f"{type(error).__name__}: {error}"
    try:
        await _end(
            units,
            attempt,
            pulse,
            lambda work, run: give_back(run, work.now, detail=detail, failure=RunFailure.INTERNAL_ERROR),
        )
    except SQLAlchemyError:
        # The first error tells more; the recovery finds the silent run.
        logger.warning("run_not_given_back", extra={"run_id": str(attempt.run_id)}, exc_info=True)


async def _end(
    units: UnitsOfWork, attempt: Attempt, pulse: Pulse, change: Callable[[UnitOfWork, MatchingRun], object]
) -> None:
    """Change the run unless this attempt has lost it."""
    async with units.begin() as work:
        run = await lock_run(work.session, attempt.run_id)
        if run is not None and holds(run, attempt.number):
            run.progress = pulse.points
            change(work, run)
            work.record("run.end", "run", run.id, region_code=run.region_code, after={"status": run.status.value})
            _announce_end(work, run)
            await retry_repair(work, run)
            await announce_idle(work, run)


def _announce_end(work: UnitOfWork, run: MatchingRun) -> None:
    """Tell how a run ended; one that was given back has not ended, and a what-if concerns nobody."""
    types = {RunStatus.SUCCEEDED: EventType.RUN_SUCCEEDED, RunStatus.FAILED: EventType.RUN_FAILED}
    if run.status in types and run.kind is not RunKind.WHAT_IF:
        facts = {"week_start": run.week_start, "kind": run.kind.value}
        work.announce(types[run.status], entity="run", entity_id=run.id, region_code=run.region_code, facts=facts)


async def _held(work: UnitOfWork, attempt: Attempt) -> MatchingRun:
    run = await lock_run(work.session, attempt.run_id)
    if run is None or not holds(run, attempt.number):
        raise _AttemptLostError
    return run
