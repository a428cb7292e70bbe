"""A kitchen sends its draft: from now on it counts, in place of what was sent before."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.budgets import require_within_budget
from service.domain.calendars import require_before_cut_off
from service.domain.forecasts import Forecast, require_draft, submit
from service.workflows.acting import acting
from service.workflows.forecast_steps import (
    cut_off_of,
    hold_forecast,
    put_aside,
    recheck_content,
    record_change,
    submitted_revision,
)


@dataclass(frozen=True, slots=True)
class SubmitForecast:
    """The draft as the kitchen saw it."""

    forecast_id: UUID
    expected_version: int


async def submit_forecast(work: UnitOfWork, command: SubmitForecast) -> Forecast:
    """Check a draft once more, against what holds now, and let it count; an earlier revision becomes superseded.

    Raises
    ------
    AfterCutOff
        If it is too late; a correction is still possible.
    BudgetExceeded
        If it costs more than the kitchen may spend in the week; a single dear day is allowed.
    IllegalTransition
        If it is no draft.
    StaleVersion
        If somebody changed it in the meantime.
    InvalidField
        If something in it is no longer valid (an item, a recipe, a closed day, a cap).
    """
    forecast, week = await hold_forecast(work, command.forecast_id, expected_version=command.expected_version)
    require_draft(forecast)
    require_before_cut_off(work.now, cut_off_of(week), timezone=week.region.timezone)
    replaced = await submitted_revision(work, week)
    await put_aside(work, replaced)
    submit(forecast, now=work.now, user_id=acting(work).user_id)
    demand = await recheck_content(work, forecast, week.facts)
    require_within_budget(demand.budget)
    record_change(work, "forecast.submitted", forecast, replaces=str(replaced.id) if replaced else None)
    return forecast
