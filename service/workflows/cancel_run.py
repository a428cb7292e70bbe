"""Cancel a run: at once if it waits, within two seconds if a worker solves it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.runs import lock_run
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.permissions import Action, require_actor, require_reach
from service.domain.runs import MatchingRun, cancel


@dataclass(frozen=True, slots=True)
class CancelRun:
    """Which run."""

    run_id: UUID


async def cancel_run(work: UnitOfWork, command: CancelRun) -> MatchingRun:
    """Cancel a run, or ask the worker that solves it to stop; a second time changes nothing.

    Parameters
    ----------
    work
        The unit of work; the worker sees the request once it commits.
    command
        The run.

    Returns
    -------
    MatchingRun
        Cancelled, or cancelling until the worker confirms.

    Raises
    ------
    NotFound
        If there is no such run in the caller's region.
    IllegalTransition
        If the run has ended.
    """
    actor = require_actor(work.actor)
    run = await lock_run(work.session, command.run_id)
    if run is None:
        raise NotFound("No such run.")
    require_reach(actor, Action.RUNS_WRITE, region_code=run.region_code, organisation_ids=(), what="run")
    before = run.status
    cancel(run, work.now)
    if run.status is not before:
        work.record(
            "run.cancel",
            "run",
            run.id,
            region_code=run.region_code,
            before={"status": before.value},
            after={"status": run.status.value},
        )
        work.announce(
            EventType.RUN_CANCELLED,
            entity="run",
            entity_id=run.id,
            region_code=run.region_code,
            facts={"week_start": run.week_start, "status": run.status.value},
        )
        await work.session.flush()
    return run
