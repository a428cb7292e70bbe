"""Matching runs: start, watch, cancel, and the problem that was solved."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from service.api.dependencies import USUAL_PER_PAGE, After, AfterCode, Caller, Limit, Work, allows
from service.api.etags import set_etag
from service.api.list_exports import exported
from service.api.pagination import Page, page_of, place_after
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.runs import (
    PROBLEM_EXAMPLE,
    ExcludedOut,
    RunDetailOut,
    RunOut,
    RunProgressOut,
    StartRunIn,
)
from service.api.stored_problems import problem_answer
from service.database.cursors import Cursor
from service.database.queries.runs import ListedRun, find_run, find_run_problem, list_runs
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.permissions import Action, Actor
from service.domain.runs import MatchingRun, RunKind, RunProblem, RunStatus
from service.workflows.cancel_run import CancelRun, cancel_run
from service.workflows.start_run import StartRun, start_run

router = APIRouter(prefix="/runs", tags=["runs"], route_class=UnitOfWorkRoute)

NOT_MODIFIED = 304


@router.post("", status_code=202, dependencies=[allows(Action.RUNS_WRITE)])
async def start(body: StartRunIn, request: Request, response: Response, work: Work) -> RunOut:
    """Queue a run of a week: a worker solves it; watch `/runs/{run_id}/progress`. One run of a week at a time."""
    run = await start_run(work, StartRun(**body.model_dump()))
    response.headers["Location"] = f"{request.url.path}/{run.id}"
    set_etag(response, run.version)
    return _shown(ListedRun(run, None))


@exported(router, "pencocokan")
@router.get("", dependencies=[allows(Action.RUNS_READ)])
async def read_runs(
    work: Work,
    caller: Caller,
    after: After,
    limit: Limit = USUAL_PER_PAGE,
    week_start: Annotated[date | None, Query(description="Only this week's", examples=["2026-11-30"])] = None,
    status: Annotated[RunStatus | None, Query(description="Only those of this status")] = None,
    kind: Annotated[RunKind | None, Query(description="Only those of this kind")] = None,
) -> Page[RunOut]:
    """List the region's runs, newest first."""
    rows = await list_runs(
        work.session,
        region_code=caller.region_code,
        week_start=week_start,
        status=status,
        kind=kind,
        after=after,
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.run.created_at, row.run.id), show=_shown)


@router.get("/{run_id}", dependencies=[allows(Action.RUNS_READ)])
async def read_run(run_id: UUID, response: Response, work: Work, caller: Caller) -> RunDetailOut:
    """Show a run with its progress and, once it has one, its plan."""
    found = await _found(work, caller, run_id)
    set_etag(response, found.run.version)
    return RunDetailOut.model_validate({**_fields(found), "progress": found.run.progress})


@router.get(
    "/{run_id}/progress",
    dependencies=[allows(Action.RUNS_READ)],
    response_model=RunProgressOut,
    responses={NOT_MODIFIED: {"description": "Nothing has changed since the ETag that was sent"}},
)
async def read_progress(
    run_id: UUID,
    response: Response,
    work: Work,
    caller: Caller,
    if_none_match: Annotated[str | None, Header(description="The ETag of the last answer")] = None,
) -> RunProgressOut | Response:
    """Tell how far a run is; made to be asked every second with `If-None-Match`."""
    found = await _found(work, caller, run_id)
    progress = RunProgressOut(
        status=found.run.status,
        attempt=found.run.attempt,
        plan_id=found.plan_id,
        points=[dict(point) for point in found.run.progress],
    )
    tag = f'"{hashlib.sha256(progress.model_dump_json().encode()).hexdigest()[:32]}"'
    if if_none_match == tag:
        return Response(status_code=NOT_MODIFIED, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return progress


@router.post("/{run_id}/cancel", status_code=202, dependencies=[allows(Action.RUNS_WRITE)])
async def cancel(run_id: UUID, response: Response, work: Work) -> RunOut:
    """Cancel a run: at once while it waits; a solve ends within two seconds and leaves no plan."""
    run = await cancel_run(work, CancelRun(run_id))
    set_etag(response, run.version)
    return _shown(ListedRun(run, None))


@exported(router, "tidak-diikutkan")
@router.get("/{run_id}/excluded", dependencies=[allows(Action.RUNS_READ)])
async def read_excluded(
    run_id: UUID,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    reason: Annotated[str | None, Query(max_length=40, description="Only those with this code")] = None,
) -> Page[ExcludedOut]:
    """List the lines, offers, stocks and cooperatives that rules kept out of the problem, and why."""
    stored = await _problem(work, caller, run_id)
    rows = [(place, row) for place, row in enumerate(stored.excluded) if reason in {None, row["reason"]}]
    start = place_after(after)
    return page_of(
        [entry for entry in rows if entry[0] > start],
        limit=limit,
        key=lambda entry: str(entry[0]),
        show=lambda entry: ExcludedOut.model_validate(entry[1]),
    )


@router.get(
    "/{run_id}/problem",
    dependencies=[allows(Action.RUNS_READ)],
    response_class=Response,
    responses={
        200: {
            "description": "The file `pasok match` reads",
            "content": {"application/json": {"example": PROBLEM_EXAMPLE}},
        },
        NOT_MODIFIED: {"description": "The file has the ETag that was sent"},
    },
)
async def read_run_problem(run_id: UUID, request: Request, work: Work, caller: Caller) -> Response:
    """Return the problem as it was solved, format `pasok-problem/1`; its ETag is the file's SHA-256."""
    return problem_answer(request, await _problem(work, caller, run_id))


async def _found(work: UnitOfWork, caller: Actor, run_id: UUID) -> ListedRun:
    found = await find_run(work.session, run_id, region_code=caller.region_code)
    if found is None:
        raise NotFound("No such run.")
    return found


async def _problem(work: UnitOfWork, caller: Actor, run_id: UUID) -> RunProblem:
    stored = await find_run_problem(work.session, run_id, region_code=caller.region_code)
    if stored is None:
        raise NotFound("No such run, or no worker has built its problem yet.")
    return stored


def _fields(found: ListedRun) -> dict[str, object]:
    run: MatchingRun = found.run
    return {**run.model_dump(), "plan_id": found.plan_id}


def _shown(found: ListedRun) -> RunOut:
    return RunOut.model_validate(_fields(found))
