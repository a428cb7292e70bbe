"""Reminders of a week to those who have not posted."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.dependencies import Work, allows
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.week_reminders import WeekReminderIn, WeekReminderOut
from service.domain.permissions import Action
from service.workflows.remind_week import RemindWeek, remind_week

router = APIRouter(prefix="/week-reminders", tags=["forecasts"], route_class=UnitOfWorkRoute)


@router.post("", status_code=201, dependencies=[allows(Action.WEEKS_REMIND)])
async def remind_of_week(body: WeekReminderIn, work: Work) -> WeekReminderOut:
    """Remind the kitchens that have submitted no forecast and the cooperatives that have no open offer for a week.

    Each is told once a day at most, and not while its people rest; after the cut-off nobody is.
    """
    return WeekReminderOut.showing(await remind_week(work, RemindWeek(body.week_start)))
