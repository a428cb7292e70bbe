"""What-ifs: ask beside a plan, look at what would be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, Limit, Work, allows
from service.api.list_exports import exported
from service.api.pagination import Page, page_of
from service.api.plan_views import difference_fields, require_plan
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.what_ifs import WhatIfIn, WhatIfOut
from service.api.stored_problems import PLAN_ANSWER, plan_answer
from service.database.cursors import Cursor
from service.database.queries.runs import find_run_files
from service.database.queries.what_ifs import ListedWhatIf, find_what_if, list_what_ifs
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.permissions import Action, Actor
from service.workflows.ask_what_if import AskWhatIf, ask_what_if
from service.workflows.scenario_changes import HypotheticalOffer, HypotheticalStock, OtherDemand, WhatIfChanges

router = APIRouter(tags=["what-ifs"], route_class=UnitOfWorkRoute)


@router.post("/plans/{plan_id}/what-ifs", status_code=202, dependencies=[allows(Action.RUNS_WRITE)])
async def ask(plan_id: UUID, body: WhatIfIn, response: Response, work: Work, caller: Caller) -> WhatIfOut:
    """Ask what a plan would be if something were different: a worker solves it; the plan itself is not touched.

    What comes out can be looked at, never published, and is deleted after 30 days.
    """
    run = await ask_what_if(
        work,
        AskWhatIf(
            plan_id,
            _changes(body),
            asked=body.model_dump(mode="json", exclude_defaults=True, exclude={"seed", "time_limit_s", "effort"}),
            seed=body.seed,
            time_limit_s=body.time_limit_s,
            effort=body.effort,
        ),
    )
    response.headers["Location"] = f"/api/v1/what-ifs/{run.id}"
    return _shown(await _found(work, caller, run.id))


@exported(router, "andai")
@router.get("/plans/{plan_id}/what-ifs", dependencies=[allows(Action.RUNS_READ)])
async def read_what_ifs(
    plan_id: UUID, work: Work, caller: Caller, after: After, limit: Limit = USUAL_PER_PAGE
) -> Page[WhatIfOut]:
    """List the what-ifs beside a plan, newest first."""
    plan = await require_plan(work, caller, plan_id)
    rows = await list_what_ifs(work.session, plan, after=after, limit=limit + 1)
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.run.created_at, row.run.id), show=_shown)


@router.get("/what-ifs/{what_if_id}", dependencies=[allows(Action.RUNS_READ)])
async def read_what_if(what_if_id: UUID, work: Work, caller: Caller) -> WhatIfOut:
    """Show a what-if and, once it is solved, its plan beside the base plan."""
    return _shown(await _found(work, caller, what_if_id))


@router.get(
    "/what-ifs/{what_if_id}/file",
    dependencies=[allows(Action.RUNS_READ)],
    response_class=Response,
    responses=PLAN_ANSWER,
)
async def read_what_if_file(what_if_id: UUID, request: Request, work: Work, caller: Caller) -> Response:
    """Return the plan that would be, format `pasok-plan/1`; `/runs/{id}/problem` is what it solves."""
    found = await _found(work, caller, what_if_id)
    return plan_answer(request, await find_run_files(work.session, found.run.id), found.run.id)


async def _found(work: UnitOfWork, caller: Actor, run_id: UUID) -> ListedWhatIf:
    found = await find_what_if(work.session, run_id, region_code=caller.region_code)
    if found is None:
        raise NotFound("No such what-if.")
    return found


def _changes(body: WhatIfIn) -> WhatIfChanges:
    return WhatIfChanges(
        policy=body.policy,
        without_sources=tuple(str(source) for source in body.without_sources),
        suspended=tuple(body.suspended),
        offers=tuple(HypotheticalOffer(**offer.model_dump()) for offer in body.offers),
        stocks=tuple(HypotheticalStock(**stock.model_dump()) for stock in body.stocks),
        demand=tuple(OtherDemand(**other.model_dump()) for other in body.demand),
    )


def _shown(found: ListedWhatIf) -> WhatIfOut:
    run = found.run
    scenario: dict[str, Any] = run.scenario or {}
    return WhatIfOut.model_validate(
        {
            **run.model_dump(),
            "base_plan_id": found.base.id,
            "asked": scenario.get("asked", {}),
            "result": None if found.result is None else _result(found),
        }
    )


def _result(found: ListedWhatIf) -> dict[str, Any]:
    assert found.result is not None  # noqa: S101  (asked before)
    ours, theirs = found.result.figures["plan"], found.base.figures["plan"]
    return {
        **found.result.model_dump(),
        **difference_fields(ours, theirs),
        **found.result.difference,
        "totals": ours,
        "base": theirs,
    }
