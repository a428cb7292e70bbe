"""Ask what a plan would be with other prices, supply, members or demand: queued now, solved beside the plan."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from service.database.queries.catalogue import find_items
from service.database.queries.runs import find_run_problem, lock_region_for_runs
from service.database.queries.what_ifs import count_active_what_ifs, kitchens_by_code
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NoPlanFile, NotFound
from service.domain.permissions import Action, require_actor, require_reach
from service.domain.plans import Plan
from service.domain.policies import Policy, values_of
from service.domain.runs import USUAL_EFFORT, USUAL_TIME_LIMIT_S, MatchingRun, RunKind, RunStatus
from service.domain.what_ifs import require_room_for_what_if
from service.matching.reader import parse_problem
from service.workflows.problem_file import unpacked
from service.workflows.scenario_changes import ScenarioGround, WhatIfChanges, scenario_of
from service.workflows.start_run import RUN_MATCHING


@dataclass(frozen=True, slots=True)
class AskWhatIf:
    """Beside which plan, what is different, and how long and hard the optimiser may try.

    ``asked`` is the request as it came: it is kept, so that people read their own words and not the scenario's.
    """

    plan_id: UUID
    changes: WhatIfChanges
    asked: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    time_limit_s: int = USUAL_TIME_LIMIT_S
    effort: float = USUAL_EFFORT


async def ask_what_if(work: UnitOfWork, command: AskWhatIf) -> MatchingRun:
    """Queue a what-if beside a plan, which is not touched whatever comes out.

    Parameters
    ----------
    work
        The unit of work; the job becomes visible when it commits.
    command
        The base plan and the changes.

    Returns
    -------
    MatchingRun
        Queued, of kind ``what_if``.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not run the matching, or there is no such plan in their region.
    TooManyWhatIfs
        If enough of the region's what-ifs wait already.
    NoPlanFile
        If the plan's run kept no problem.
    InvalidField
        With everything that does not fit the base plan's problem.
    """
    actor = require_actor(work.actor)
    plan = await work.session.get(Plan, command.plan_id)
    if plan is None:
        raise NotFound("No such plan.")
    require_reach(actor, Action.RUNS_WRITE, region_code=plan.region_code, organisation_ids=(), what="plan")
    scenario = await _scenario(work, plan, command.changes)
    await lock_region_for_runs(work.session, plan.region_code)
    require_room_for_what_if(await count_active_what_ifs(work.session, plan.region_code))
    run = MatchingRun(
        id=work.new_id(),
        created_at=work.now,
        region_code=plan.region_code,
        week_start=plan.week_start,
        kind=RunKind.WHAT_IF,
        base_run_id=plan.run_id,
        scenario={"asked": command.asked, "changes": scenario},
        status=RunStatus.QUEUED,
        policy_id=plan.policy_id,
        seed=command.seed,
        time_limit_s=command.time_limit_s,
        effort=command.effort,
        requested_by=actor.user_id,
    )
    work.session.add(run)
    await work.session.flush()
    after = {"base_plan_id": str(plan.id), "asked": command.asked}
    work.record("what_if.ask", "run", run.id, region_code=run.region_code, after=after)
    await work.defer(RUN_MATCHING, run_id=str(run.id))
    return run


async def _scenario(work: UnitOfWork, plan: Plan, changes: WhatIfChanges) -> dict[str, Any]:
    """Return the scenario's document, made on the stored problem of the base plan."""
    file = await find_run_problem(work.session, plan.run_id, region_code=plan.region_code)
    if file is None:
        raise NoPlanFile("The plan's run kept no problem: run the matching again.", run_id=str(plan.run_id))
    values = values_of(await work.session.get_one(Policy, plan.policy_id))
    problem = await asyncio.to_thread(lambda: parse_problem(unpacked(file.content_gzip)))
    items = await find_items(work.session, {item.id for item in problem.items})
    kitchens = await kitchens_by_code(work.session, plan.region_code)
    ground = ScenarioGround(problem, values, items, kitchens)
    return await asyncio.to_thread(scenario_of, changes, ground)
