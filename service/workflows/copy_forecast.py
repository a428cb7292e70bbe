"""A kitchen takes last week's forecast over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from service.database.queries.forecasts import find_by_status
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.errors import NotFound
from service.domain.forecast_entries import next_week
from service.domain.forecasts import Forecast, ForecastSource, ForecastStatus, require_no_draft
from service.workflows.forecast_steps import begin_revision, hold_week, record_change, typed_in, write_content


@dataclass(frozen=True, slots=True)
class CopyForecast:
    """The kitchen and the Monday to copy to."""

    kitchen_id: UUID
    week_start: date


@dataclass(frozen=True, slots=True)
class CopiedForecast:
    """The new draft, what it was copied from, and the days left out because the kitchen is closed."""

    forecast: Forecast
    copied_from: Forecast
    skipped_dates: tuple[date, ...]


async def copy_forecast(work: UnitOfWork, command: CopyForecast) -> CopiedForecast:
    """Make a draft of last week's submitted forecast, seven days on; price limits are those of the new days.

    Raises
    ------
    NotFound
        If nothing was submitted for the week before.
    InvalidField
        If the kitchen is closed on every day, or something in the copy is no longer valid.
    DraftExists
        If the kitchen has an unsent draft for the week.
    """
    week = await hold_week(work, command.kitchen_id, command.week_start)
    draft = await find_by_status(
        work.session, kitchen_id=week.kitchen_id, week_start=week.week_start, status=ForecastStatus.DRAFT
    )
    require_no_draft(draft)
    last_week = week.week_start - timedelta(days=DAYS_PER_WEEK)
    copied = await find_by_status(
        work.session, kitchen_id=week.kitchen_id, week_start=last_week, status=ForecastStatus.SUBMITTED
    )
    if copied is None:
        raise NotFound(f"Nothing was submitted for the week of {last_week}, so there is nothing to copy.")
    entry, skipped_dates = next_week(await typed_in(work, copied), week.facts)
    forecast = await begin_revision(work, week, ForecastSource.COPY)
    await write_content(work, forecast, entry, week.facts)
    skipped = [day.isoformat() for day in skipped_dates]
    record_change(work, "forecast.copied", forecast, copied_from=str(copied.id), skipped_dates=skipped)
    return CopiedForecast(forecast, copied, skipped_dates)
