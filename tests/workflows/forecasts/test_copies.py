"""Last week's forecast as this week's draft."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.forecasts import lines_of
from service.domain.errors import (
    DraftExists,
    InvalidField,
    NotFound,
)
from service.domain.forecast_entries import LineEntry
from service.domain.forecasts import ForecastSource, ForecastStatus
from service.domain.menus import Recipe
from service.domain.organisations import ClosedDay
from service.workflows.copy_forecast import CopyForecast, copy_forecast
from tests.factories.entries import MONDAY, a_cap, worked_week
from tests.workflows.forecasts.conftest import FRIDAY, NEXT_MONDAY


async def test_last_week_is_copied_without_closed_days(submit, as_kitchen, kitchen_id, session, clock):
    soap = LineEntry("DETERG", MONDAY, 20_000, own_max_price_idr=12_000)
    source = await submit(worked_week(soap))
    closed = FRIDAY + timedelta(days=7)
    session.add(ClosedDay(organisation_id=kitchen_id, closed_date=closed, reason="examination"))
    session.add(a_cap("TEMPE", price_idr=15_000, valid_from=NEXT_MONDAY))
    await session.flush()
    clock.advance(days=7)
    async with as_kitchen() as work:
        copied = await copy_forecast(work, CopyForecast(kitchen_id, NEXT_MONDAY))
    assert (copied.copied_from.id, copied.skipped_dates) == (source.id, (closed,))
    assert (copied.forecast.status, copied.forecast.source) == (ForecastStatus.DRAFT, ForecastSource.COPY)
    lines = {line.item_code: line for line in await lines_of(session, copied.forecast.id)}
    assert lines["RICE-P"].demanded_qty == 4 * 204_000
    assert (lines["RICE-P"].needed_date, lines["TEMPE"].max_price_idr) == (NEXT_MONDAY, 15_000)
    assert (lines["DETERG"].demanded_qty, lines["DETERG"].own_max_price_idr) == (20_000, 12_000)
    assert "MELON" not in lines


async def test_an_older_week_is_copied_when_it_is_named(submit, as_kitchen, kitchen_id, session, clock):
    source = await submit(worked_week())
    clock.advance(days=14)
    third_monday = MONDAY + timedelta(days=21)
    async with as_kitchen() as work:
        with pytest.raises(NotFound, match="nothing to copy"):
            await copy_forecast(work, CopyForecast(kitchen_id, third_monday, weeks_back=2))
        copied = await copy_forecast(work, CopyForecast(kitchen_id, third_monday, weeks_back=3))
    assert copied.copied_from.id == source.id
    lines = await lines_of(session, copied.forecast.id)
    assert min(line.needed_date for line in lines) == third_monday


async def test_a_copy_of_nothing_is_refused(draft, as_kitchen, kitchen_id):
    await draft()
    async with as_kitchen() as work:
        with pytest.raises(NotFound, match="nothing to copy"):
            await copy_forecast(work, CopyForecast(kitchen_id, NEXT_MONDAY))
        with pytest.raises(DraftExists):
            await copy_forecast(work, CopyForecast(kitchen_id, MONDAY))


async def test_a_copy_with_a_recipe_no_longer_in_use_names_it(submit, as_kitchen, kitchen_id, session):
    await submit(worked_week())
    (await session.scalar(sa.select(Recipe).where(Recipe.code == "MILK"))).is_active = False
    await session.flush()
    async with as_kitchen() as work:
        with pytest.raises(InvalidField, match="MILK is no longer in use"):
            await copy_forecast(work, CopyForecast(kitchen_id, NEXT_MONDAY))
