"""After the cut-off a kitchen corrects its forecast, with a reason; both versions are kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.budgets import require_within_budget
from service.domain.calendars import require_after_cut_off
from service.domain.forecast_entries import ForecastEntry
from service.domain.forecasts import Forecast, correct, require_correctable, submit
from service.workflows.acting import acting
from service.workflows.forecast_steps import (
    begin_revision,
    cut_off_of,
    hold_forecast,
    put_aside,
    record_change,
    source_of,
    submitted_revision,
    write_content,
)


@dataclass(frozen=True, slots=True)
class CorrectForecast:
    """The revision that is wrong as the kitchen saw it, why, and all that is right instead.

    A kitchen that sent nothing in time names its draft.
    """

    forecast_id: UUID
    expected_version: int
    reason: str
    entry: ForecastEntry


async def correct_forecast(work: UnitOfWork, command: CorrectForecast) -> Forecast:
    """Send a corrected revision at once; the corrected one is superseded (a draft: withdrawn) and kept.

    Raises
    ------
    BeforeCutOff
        If a plain new revision is still possible.
    WeekPlanned
        If the week's plan is published: its orders say what comes.
    IllegalTransition
        If the named revision neither counts nor is a draft.
    BudgetExceeded
        If it costs more than the kitchen may spend in the week.
    InvalidField
        Without a reason, or with everything that is wrong in the entry.
    """
    wrong, week = await hold_forecast(work, command.forecast_id, expected_version=command.expected_version)
    require_correctable(wrong)
    require_after_cut_off(work.now, cut_off_of(week), timezone=week.region.timezone)
    await put_aside(work, wrong, await submitted_revision(work, week))
    forecast = await begin_revision(work, week, source_of(command.entry))
    correct(forecast, reason=command.reason)
    submit(forecast, now=work.now, user_id=acting(work).user_id)
    demand = await write_content(work, forecast, command.entry, week.facts)
    require_within_budget(demand.budget)
    record_change(work, "forecast.corrected", forecast, corrects=str(wrong.id), reason=forecast.correction_reason)
    return forecast
