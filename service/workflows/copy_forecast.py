"""A kitchen takes an earlier week's forecast over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from service.database.queries.forecasts import find_by_status
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.errors import NotFound
from service.domain.forecast_entries import weeks_later
from service.domain.forecasts import Forecast, ForecastSource, ForecastStatus, require_no_draft
from service.workflows.forecast_steps import begin_revision, hold_week, record_change, typed_in, write_content


@dataclass(frozen=True, slots=True)
class CopyForecast:
    """The kitchen, the Monday to copy to, and how many weeks before it the copied week is."""

    kitchen_id: UUID
    week_start: date
    weeks_back: int = 1


@dataclass(frozen=True, slots=True)
class CopiedForecast:
    """The new draft, what it was copied from, and the days left out because the kitchen is closed."""

    forecast: Forecast
    copied_from: Forecast
    skipped_dates: tuple[date, ...]


async def copy_forecast(work: UnitOfWork, command: CopyForecast) -> CopiedForecast:
    """Make a draft of an earlier week's submitted forecast; price limits are those of the new days.

    Raises
    ------
    NotFound
        If nothing was submitted for that week.
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
    earlier = week.week_start - timedelta(days=DAYS_PER_WEEK * command.weeks_back)
    copied = await find_by_status(
        work.session, kitchen_id=week.kitchen_id, week_start=earlier, status=ForecastStatus.SUBMITTED
    )
    if copied is None:
        raise NotFound(f"Nothing was submitted for the week of {earlier}, so there is nothing to copy.")
    entry, skipped_dates = weeks_later(await typed_in(work, copied), week.facts, weeks=command.weeks_back)
    forecast = await begin_revision(work, week, ForecastSource.COPY)
    await write_content(work, forecast, entry, week.facts)
    skipped = [day.isoformat() for day in skipped_dates]
    record_change(work, "forecast.copied", forecast, copied_from=str(copied.id), skipped_dates=skipped)
    return CopiedForecast(forecast, copied, skipped_dates)
