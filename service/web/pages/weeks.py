"""A kitchen's week at a glance: what is cooked, what comes, what is short and why."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.domain.calendars import DAYS_PER_WEEK, require_monday
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.web import kitchen_words
from service.web.asked import answer_to, show_waiting
from service.web.kitchen_weeks import (
    budget_of,
    causes_of,
    coverage_for,
    days_shown,
    in_need,
    near_weeks,
    own_kitchen,
    stand_of,
)
from service.web.page import Page
from service.web.routes import PageRoute
from service.workflows.question_about_plan import ask_short_line

router = APIRouter(route_class=PageRoute, include_in_schema=False)

READ = allows(Action.FORECASTS_READ)


@router.get("/weeks", dependencies=[READ])
async def lead_to_week(page: Page) -> Response:
    """Lead to the week that wants attention."""
    kitchen_id = own_kitchen(page, Action.FORECASTS_READ)
    if kitchen_id is None:
        return page.leave("/")
    return page.leave(f"/weeks/{in_need(await near_weeks(page, kitchen_id)).week_start}")


@router.get("/weeks/{week_start}", dependencies=[READ])
async def show_week(week_start: date, page: Page) -> Response:
    """Show a week of the reader's kitchen, and the one thing to do next."""
    kitchen_id = own_kitchen(page, Action.FORECASTS_READ)
    if kitchen_id is None:
        return page.leave("/")
    require_monday(week_start)
    stand = await stand_of(page, kitchen_id, week_start)
    coverage = await coverage_for(page, week_start)
    short = [line for line in coverage.lines if line.short_qty and stand.plan_id]
    return await page.show(
        "weeks/week.html",
        stand=stand,
        days=await days_shown(page, stand, coverage),
        budget=budget_of(stand.submitted or stand.draft),
        short=[(line, causes_of(coverage, line)) for line in short],
        waiting=[line for line in coverage.lines if line.awaiting_qty],
        line_count=len(coverage.lines),
        before=week_start - timedelta(days=DAYS_PER_WEEK),
        after=week_start + timedelta(days=DAYS_PER_WEEK),
        words=kitchen_words,
    )


@router.get("/weeks/{week_start}/shortages/{forecast_line_id}", dependencies=[allows(Action.LINES_EXPLAIN)])
async def show_shortage(week_start: date, forecast_line_id: UUID, page: Page) -> Response:
    """Say at length why a line is short, who got the goods, and what would help."""
    kitchen_id = own_kitchen(page, Action.LINES_EXPLAIN)
    if kitchen_id is None:
        return page.leave("/")
    stand = await stand_of(page, kitchen_id, week_start)
    if stand.plan_id is None:
        raise NotFound("The week has no published plan.")
    question = await ask_short_line(page.work, stand.plan_id, forecast_line_id)
    reader = await page.reader()  # read before the answer: solving holds no connection, and none is to be had after
    answer = await answer_to(page, question)
    if answer is None:
        return await show_waiting(page, back=f"/weeks/{week_start}")
    return await page.show("weeks/shortage.html", stand=stand, reader_seen=reader, sentences=answer["sentences"])
