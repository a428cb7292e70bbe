"""A kitchen types in next week's forecast: a menu, plain lines, or both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.forecasts import find_by_status
from service.database.unit_of_work import UnitOfWork
from service.domain.forecast_entries import ForecastEntry
from service.domain.forecasts import Forecast, ForecastStatus, require_no_draft
from service.workflows.forecast_steps import begin_revision, hold_week, record_change, source_of, write_content


@dataclass(frozen=True, slots=True)
class DraftForecast:
    """The kitchen, the Monday, and what is typed in."""

    kitchen_id: UUID
    week_start: date
    entry: ForecastEntry


async def draft_forecast(work: UnitOfWork, command: DraftForecast) -> Forecast:
    """Keep a new draft beside what was sent before; nothing counts until it is submitted.

    Returns
    -------
    Forecast
        The draft, with the use of its budget.

    Raises
    ------
    InvalidField
        With everything that is wrong in the entry; a lone ``ItemNotForKitchens`` or ``PriceAboveCap`` as itself.
    DraftExists
        If the kitchen has an unsent draft for the week.
    WeekPlanned
        If the week's plan is published.
    """
    week = await hold_week(work, command.kitchen_id, command.week_start)
    draft = await find_by_status(
        work.session, kitchen_id=week.kitchen_id, week_start=week.week_start, status=ForecastStatus.DRAFT
    )
    require_no_draft(draft)
    forecast = await begin_revision(work, week, source_of(command.entry))
    demand = await write_content(work, forecast, command.entry, week.facts)
    record_change(work, "forecast.drafted", forecast, lines=len(demand.lines))
    return forecast
