"""After the cut-off a kitchen corrects its forecast, with a reason; both versions are kept, and orders follow."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.forecasts import find_forecast, lines_of
from service.database.queries.locks import lock_plans_of_week
from service.database.unit_of_work import UnitOfWork
from service.domain.budgets import require_within_budget
from service.domain.calendars import require_after_cut_off
from service.domain.forecast_entries import ForecastEntry
from service.domain.forecasts import Forecast, correct, require_correctable, submit
from service.workflows.acting import acting
from service.workflows.change_orders import change_orders
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

    Once the week's orders are out they follow: what is needed no more is taken off them, what is needed more is asked
    of others in a repair (``late_changes``).

    Raises
    ------
    BeforeCutOff
        If a plain new revision is still possible.
    IllegalTransition
        If the named revision neither counts nor is a draft.
    BudgetExceeded
        If it costs more than the kitchen may spend in the week.
    InvalidField
        Without a reason, with everything that is wrong in the entry, or with every change that orders do not allow.
    """
    found = await find_forecast(work.session, command.forecast_id)
    if found is not None:
        # Whoever changes orders holds the week's plans first, so that no plan is published meanwhile.
        await lock_plans_of_week(work.session, region_code=found.region_code, week_start=found.week_start)
    wrong, week = await hold_forecast(
        work, command.forecast_id, expected_version=command.expected_version, may_be_planned=True
    )
    require_correctable(wrong)
    require_after_cut_off(work.now, cut_off_of(week), timezone=week.region.timezone)
    submitted = await submitted_revision(work, week)
    before = await lines_of(work.session, submitted.id) if submitted else []
    await put_aside(work, wrong, submitted)
    forecast = await begin_revision(work, week, source_of(command.entry))
    correct(forecast, reason=command.reason)
    submit(forecast, now=work.now, user_id=acting(work).user_id)
    demand = await write_content(work, forecast, command.entry, week.facts)
    require_within_budget(demand.budget)
    await change_orders(work, forecast, before, timezone=week.region.timezone)
    record_change(work, "forecast.corrected", forecast, corrects=str(wrong.id), reason=forecast.correction_reason)
    return forecast
