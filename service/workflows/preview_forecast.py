"""What a forecast would be and cost, without keeping anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.demands import Demand, demand_of
from service.domain.forecast_entries import ForecastEntry, require_valid
from service.domain.permissions import Action
from service.workflows.forecast_steps import read_week


@dataclass(frozen=True, slots=True)
class PreviewForecast:
    """The kitchen, the Monday, and what is typed in so far."""

    kitchen_id: UUID
    week_start: date
    entry: ForecastEntry


async def preview_forecast(work: UnitOfWork, command: PreviewForecast) -> Demand:
    """Return the lines and the budget use that an entry leads to.

    Raises
    ------
    InvalidField
        With everything that is wrong in the entry; a lone ``ItemNotForKitchens`` or ``PriceAboveCap`` as itself.
    """
    week = await read_week(work, command.kitchen_id, command.week_start, Action.FORECASTS_WRITE)
    require_valid(command.entry, week.facts)
    return demand_of(command.entry, week.facts)
