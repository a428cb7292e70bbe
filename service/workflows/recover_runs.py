"""Take runs from workers that died: queue them again, or mark them failed after the last attempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from service.database.queries.runs import database_clock, lock_run, lock_silent_runs
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.runs import (
    FINISHED_RUNS,
    HEARTBEAT_SILENCE,
    MatchingRun,
    RunFailure,
    RunStatus,
    fail,
    give_back,
    is_run_lost,
)
from service.workflows.retry_repair import retry_repair
from service.workflows.start_run import RUN_MATCHING

DIED = "The worker that solved it stopped answering."


@dataclass(frozen=True, slots=True)
class RecoverRuns:
    """How long a worker may be silent before it counts as dead."""

    silence: timedelta = HEARTBEAT_SILENCE


@dataclass(frozen=True, slots=True)
class AbandonRun:
    """A run whose job was given up, and why; ``silence`` as in ``RecoverRuns``."""

    run_id: UUID
    reason: str
    silence: timedelta = HEARTBEAT_SILENCE


async def recover_runs(work: UnitOfWork, command: RecoverRuns) -> list[UUID]:
    """Take back every run whose worker has fallen silent.

    Parameters
    ----------
    work
        The unit of work; runs that another recovery holds are left to it.
    command
        The silence.

    Returns
    -------
    list of UUID
        The runs taken back, queued again or ended.
    """
    runs = await lock_silent_runs(work.session, silence=command.silence)
    for run in runs:
        before = run.status
        is_queued = give_back(run, work.now, detail=DIED)
        _record(work, run, "run.recover", before)
        await work.session.flush()
        await retry_repair(work, run)
        if is_queued:
            await work.defer(RUN_MATCHING, run_id=str(run.id))
    return [run.id for run in runs]


async def abandon_run(work: UnitOfWork, command: AbandonRun) -> None:
    """Mark a run failed whose job was given up, unless it has ended or another worker is at it.

    Parameters
    ----------
    work
        The unit of work.
    command
        The run and the reason.
    """
    run = await lock_run(work.session, command.run_id)
    if run is None or run.status in FINISHED_RUNS:
        return
    now = await database_clock(work.session)
    if run.status is not RunStatus.QUEUED and not is_run_lost(run, now, silence=command.silence):
        return
    before = run.status
    fail(run, work.now, failure=RunFailure.WORKER_LOST, detail=command.reason)
    _record(work, run, "run.abandon", before)
    await work.session.flush()
    await retry_repair(work, run)


def _record(work: UnitOfWork, run: MatchingRun, action: str, before: RunStatus) -> None:
    work.record(
        action,
        "run",
        run.id,
        region_code=run.region_code,
        before={"status": before.value},
        after={"status": run.status.value, "attempt": run.attempt},
    )
    type_ = EventType.RUN_FAILED if run.status is RunStatus.FAILED else EventType.RUN_RECOVERED
    facts = {"week_start": run.week_start, "kind": run.kind.value}
    work.announce(type_, entity="run", entity_id=run.id, region_code=run.region_code, facts=facts)
