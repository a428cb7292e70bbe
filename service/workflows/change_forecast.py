"""A kitchen replaces what its draft says."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.forecast_entries import ForecastEntry
from service.domain.forecasts import Forecast, require_draft
from service.workflows.forecast_steps import hold_forecast, record_change, source_of, write_content


@dataclass(frozen=True, slots=True)
class ChangeForecast:
    """The draft as the kitchen saw it, and all that it is to say from now on."""

    forecast_id: UUID
    expected_version: int
    entry: ForecastEntry


async def change_forecast(work: UnitOfWork, command: ChangeForecast) -> Forecast:
    """Replace menu and lines of a draft.

    Raises
    ------
    IllegalTransition
        If it is no draft.
    StaleVersion
        If somebody changed it in the meantime.
    InvalidField
        With everything that is wrong in the entry.
    """
    forecast, week = await hold_forecast(work, command.forecast_id, expected_version=command.expected_version)
    require_draft(forecast)
    forecast.source = source_of(command.entry)
    demand = await write_content(work, forecast, command.entry, week.facts)
    record_change(work, "forecast.changed", forecast, lines=len(demand.lines))
    return forecast
