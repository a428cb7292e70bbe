"""A kitchen of a small market that drafts and sends its week."""

from datetime import timedelta

import pytest

from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.forecasts import Forecast
from service.workflows.draft_forecast import DraftForecast, draft_forecast
from service.workflows.submit_forecast import SubmitForecast, submit_forecast
from tests.factories.entries import MONDAY, WEEKDAYS
from tests.factories.markets import open_market

FRIDAY = WEEKDAYS[4]
NEXT_MONDAY = MONDAY + timedelta(days=7)
RICE = LineEntry("RICE-P", MONDAY, 25_000)
LINES = ForecastEntry(lines=(RICE, LineEntry("TEMPE", FRIDAY, 10_000)))


@pytest.fixture
async def market(session):
    return await open_market(session)


@pytest.fixture
def kitchen_id(market):
    return market.world.kitchen.id


@pytest.fixture
def as_kitchen(units, market):
    """Open a unit of work of the kitchen's head."""
    return lambda: units.begin(actor=market.kitchen_head)


@pytest.fixture
def draft(as_kitchen, kitchen_id):
    """Draft a forecast in a unit of its own."""

    async def drafted(entry: ForecastEntry = LINES, week_start=MONDAY) -> Forecast:
        async with as_kitchen() as work:
            return await draft_forecast(work, DraftForecast(kitchen_id, week_start, entry))

    return drafted


@pytest.fixture
def submit(as_kitchen, draft):
    """Draft a forecast and send it."""

    async def submitted(entry: ForecastEntry = LINES, week_start=MONDAY) -> Forecast:
        drafted = await draft(entry, week_start)
        async with as_kitchen() as work:
            return await submit_forecast(work, SubmitForecast(drafted.id, drafted.version))

    return submitted


async def stored(session, forecast_id) -> Forecast:
    return await session.get(Forecast, forecast_id, populate_existing=True)
