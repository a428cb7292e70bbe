"""The city's people remind whoever has not posted for a week, from their start page."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.domain.permissions import Action
from service.web.forms import Form
from service.web.page import Page
from service.web.routes import PageRoute
from service.workflows.remind_week import RemindWeek, remind_week

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/week-reminders", dependencies=[allows(Action.WEEKS_REMIND)])
async def send_week_reminders(page: Page, form: Form) -> Response:
    """Remind those who have not posted."""
    week_start = form.day("week_start")
    form.require()
    assert week_start is not None  # noqa: S101 (required above)
    done = await remind_week(page.work, RemindWeek(week_start))
    return page.leave("/", week=week_start, said="reminded" if done.kitchens + done.cooperatives else "all_reminded")
