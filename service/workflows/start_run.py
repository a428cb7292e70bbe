"""Start a matching run of a week: queued now, solved by a worker once this unit commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.database.queries.plans import find_published_plan
from service.database.queries.runs import find_active_run, find_policy_in_force, lock_region_for_runs
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import require_monday
from service.domain.errors import RuleBroken, RunActive
from service.domain.events import EventType
from service.domain.permissions import Action, require, require_actor
from service.domain.places import Region
from service.domain.runs import USUAL_EFFORT, USUAL_TIME_LIMIT_S, MatchingRun, RunKind, RunStatus

RUN_MATCHING = "run_matching"
"""Name of the job that works on a run; its argument is ``run_id``."""


@dataclass(frozen=True, slots=True)
class StartRun:
    """Which week, and how long and hard the optimiser may try; equal input, seed and effort give the equal plan."""

    week_start: date
    seed: int = 0
    time_limit_s: int = USUAL_TIME_LIMIT_S
    effort: float = USUAL_EFFORT


async def start_run(work: UnitOfWork, command: StartRun) -> MatchingRun:
    """Queue a run of the caller's region with the policy in force; once a plan is published, a repair of it.

    Parameters
    ----------
    work
        The unit of work; the job becomes visible when it commits.
    command
        The week and the limits.

    Returns
    -------
    MatchingRun
        Queued.

    Raises
    ------
    RunActive
        If the week has a run that is queued or at work; ``run_id`` names it.
    InvalidField
        If the week does not start on a Monday.
    RuleBroken
        If the region has no policy.
    """
    actor = require_actor(work.actor)
    require(actor, Action.RUNS_WRITE)
    return await queue_run(work, command, region_code=actor.region_code)


async def queue_run(work: UnitOfWork, command: StartRun, *, region_code: str) -> MatchingRun:
    """Queue a run of a region, in the name of whoever acts or, after declines, of nobody.

    Raises
    ------
    RunActive, InvalidField, RuleBroken
        As ``start_run``.
    """
    week_start = require_monday(command.week_start)
    region = await lock_region_for_runs(work.session, region_code)
    await _require_idle(work, region, week_start)
    policy = await find_policy_in_force(work.session, region.code)
    if policy is None:
        raise RuleBroken(f"{region.name} has published no policy; a run needs its prices.")
    published = await find_published_plan(work.session, region_code=region.code, week_start=week_start)
    kind = RunKind.WEEK if published is None else RunKind.REPAIR
    run = MatchingRun(
        id=work.new_id(),
        created_at=work.now,
        region_code=region.code,
        week_start=week_start,
        kind=kind,
        status=RunStatus.QUEUED,
        policy_id=policy.id,
        seed=command.seed,
        time_limit_s=command.time_limit_s,
        effort=command.effort,
        requested_by=work.actor.user_id if work.actor else None,
    )
    work.session.add(run)
    await work.session.flush()
    after = {
        "week_start": week_start.isoformat(),
        "kind": kind.value,
        "seed": run.seed,
        "time_limit_s": run.time_limit_s,
    }
    work.record("run.start", "run", run.id, region_code=region.code, after={**after, "effort": run.effort})
    work.announce(
        EventType.RUN_STARTED,
        entity="run",
        entity_id=run.id,
        region_code=region.code,
        facts={"week_start": run.week_start, "kind": run.kind.value},
    )
    await work.defer(RUN_MATCHING, run_id=str(run.id))
    return run


async def _require_idle(work: UnitOfWork, region: Region, week_start: date) -> None:
    active = await find_active_run(work.session, region_code=region.code, week_start=week_start)
    if active is not None:
        raise RunActive(
            f"A run of this week is {active.status.value}.", run_id=str(active.id), status=active.status.value
        )
