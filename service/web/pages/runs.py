"""Matching runs: start one, watch it come near its bound, cancel it, find it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.api.routers.runs import read_run, read_runs
from service.api.schemas.runs import RunDetailOut
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.permissions import Action
from service.domain.runs import ACTIVE_RUNS
from service.web.charts import progress_chart
from service.web.city_week import week_in_view
from service.web.forms import Form
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.cancel_run import CancelRun, cancel_run
from service.workflows.start_run import StartRun, start_run

router = APIRouter(route_class=PageRoute, include_in_schema=False)

SHOWN: Final = 30
MOST_SECONDS: Final = 3600


@router.get("/runs", dependencies=[allows(Action.RUNS_READ)])
async def show_runs(page: Page) -> Response:
    """Show the runs, newest first, and start one."""
    week = await week_in_view(page)
    found = await read_runs(
        work=page.work, caller=page.caller, after=None, limit=SHOWN, week_start=None, status=None, kind=None
    )
    weeks = [week.week_start + timedelta(days=DAYS_PER_WEEK * offset) for offset in (-1, 0, 1)]
    return await page.show("runs/runs.html", runs=found.items, weeks=weeks, week=week)


@router.post("/runs", dependencies=[allows(Action.RUNS_WRITE)])
async def begin_run(page: Page, form: Form) -> Response:
    """Queue a run and lead to where it can be watched."""
    week_start = form.day("week_start")
    time_limit_s = form.whole("time_limit_s", least=1, most=MOST_SECONDS)
    form.require()
    assert week_start is not None and time_limit_s is not None  # noqa: S101, PT018 (required above)
    run = await start_run(page.work, StartRun(week_start, time_limit_s=time_limit_s))
    return page.leave(f"/runs/{run.id}", said="run_started")


@router.get("/runs/{run_id}", dependencies=[allows(Action.RUNS_READ)])
async def show_run(run_id: UUID, page: Page) -> Response:
    """Show how far a run is; it can be left and found again."""
    return await _shown(page, run_id, "runs/run.html")


@router.get("/runs/{run_id}/progress", dependencies=[allows(Action.RUNS_READ)])
async def show_progress(run_id: UUID, page: Page) -> Response:
    """Return the part of the page that changes while a run works."""
    return await _shown(page, run_id, "runs/progress.html")


@router.post("/runs/{run_id}/cancel", dependencies=[allows(Action.RUNS_WRITE)])
async def stop_run(run_id: UUID, page: Page) -> Response:
    """Cancel a run."""
    await cancel_run(page.work, CancelRun(run_id))
    return page.leave(f"/runs/{run_id}", said="run_cancelled")


async def _shown(page: PageView, run_id: UUID, template: str) -> Response:
    run: RunDetailOut = await read_run(run_id, Response(), page.work, page.caller)
    return await page.show(template, run=run, is_active=run.status in ACTIVE_RUNS, chart=progress_chart(run.progress))
