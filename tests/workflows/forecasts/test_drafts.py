"""A kitchen drafts its week and changes it."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.forecasts import lines_of, servings_of
from service.domain.errors import (
    DraftExists,
    InvalidField,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    OrganisationInactive,
    StaleVersion,
)
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.forecasts import Forecast, ForecastSource, ForecastStatus
from service.domain.organisations import Kitchen, OrganisationStatus
from service.domain.people import Role
from service.domain.policies import Policy
from service.workflows.change_forecast import ChangeForecast, change_forecast
from service.workflows.draft_forecast import DraftForecast, draft_forecast
from service.workflows.preview_forecast import PreviewForecast, preview_forecast
from tests.factories.entries import MONDAY, worked_week
from tests.factories.markets import actor_of
from tests.workflows.forecasts.conftest import FRIDAY, LINES, RICE, stored


async def test_a_menu_is_kept_with_the_lines_and_the_budget_that_follow_from_it(draft, session):
    forecast = await draft(worked_week(LineEntry("DETERG", MONDAY, 125_000)))
    assert (forecast.status, forecast.revision, forecast.source) == (ForecastStatus.DRAFT, 1, ForecastSource.MENU)
    lines = {line.item_code: line for line in await lines_of(session, forecast.id)}
    assert lines["RICE-P"].demanded_qty == 1_020_000
    assert lines["RICE-P"].menu_qty == 1_020_000
    assert (lines["DETERG"].demanded_qty, lines["DETERG"].menu_qty) == (125_000, 0)
    assert len(await servings_of(session, forecast.id)) == len(worked_week().servings)
    assert [use["budget_line"] for use in forecast.budget] == ["ingredient", "operations"]


async def test_plain_lines_are_kept_without_a_menu(draft, session):
    forecast = await draft()
    assert forecast.source is ForecastSource.LINES
    assert await servings_of(session, forecast.id) == []


async def test_a_second_draft_of_the_week_is_refused(draft):
    await draft()
    with pytest.raises(DraftExists):
        await draft()


async def test_everything_wrong_is_told_and_nothing_is_kept(draft, session):
    bad = ForecastEntry(lines=(LineEntry("BERAS", FRIDAY + timedelta(days=1), 1),))
    with pytest.raises(InvalidField) as refusal:
        await draft(bad)
    assert {fault.field for fault in refusal.value.faults} == {"lines.0.item_code", "lines.0.needed_date"}
    assert await session.scalar(sa.select(sa.func.count()).select_from(Forecast)) == 0


@pytest.mark.parametrize(
    ("week_start", "message"),
    [(MONDAY + timedelta(days=1), "starts on a Monday"), (MONDAY - timedelta(days=14), "is over")],
)
async def test_a_week_starts_on_monday_and_lies_ahead(draft, week_start, message):
    with pytest.raises(InvalidField, match=message):
        await draft(LINES, week_start)


@pytest.mark.parametrize("status", [OrganisationStatus.REGISTERED, OrganisationStatus.SUSPENDED])
async def test_a_kitchen_that_takes_no_part_has_no_demand(draft, market, session, status):
    market.world.kitchen.status = status
    await session.flush()
    with pytest.raises(OrganisationInactive):
        await draft()


async def test_another_kitchen_looks_like_none(units, market, session, kitchen_id):
    async with units.begin(actor=market.coop_officer) as work:
        with pytest.raises(NotPermitted):
            await draft_forecast(work, DraftForecast(kitchen_id, MONDAY, LINES))
    foreign = actor_of(market.world.users[Role.KITCHEN_HEAD])
    async with units.begin(actor=foreign) as work:
        with pytest.raises(NotFound):
            await draft_forecast(work, DraftForecast(market.world.cooperative.id, MONDAY, LINES))
        with pytest.raises(NotFound):
            await draft_forecast(work, DraftForecast(uuid.uuid4(), MONDAY, LINES))
    async with units.begin() as work:
        with pytest.raises(NotAuthenticated):
            await draft_forecast(work, DraftForecast(kitchen_id, MONDAY, LINES))


async def test_a_city_without_a_policy_says_so(draft, session):
    await session.execute(sa.delete(Policy))
    with pytest.raises(NotFound, match="no policy"):
        await draft()


async def test_a_kitchen_without_its_row_is_none(draft, session, kitchen_id):
    await session.execute(sa.delete(Kitchen).where(Kitchen.organisation_id == kitchen_id))
    with pytest.raises(NotFound, match="No such kitchen"):
        await draft()


async def test_a_preview_keeps_nothing(as_kitchen, kitchen_id, session):
    async with as_kitchen() as work:
        demand = await preview_forecast(work, PreviewForecast(kitchen_id, MONDAY, worked_week()))
    assert round(demand.budget[0].used_bp / 100) == 94
    assert await session.scalar(sa.select(sa.func.count()).select_from(Forecast)) == 0


async def test_a_draft_is_replaced_as_a_whole(draft, as_kitchen, session):
    forecast = await draft(worked_week())
    async with as_kitchen() as work:
        await change_forecast(work, ChangeForecast(forecast.id, 1, LINES))
    changed = await stored(session, forecast.id)
    assert (changed.version, changed.source) == (2, ForecastSource.LINES)
    assert [line.item_code for line in await lines_of(session, forecast.id)] == ["RICE-P", "TEMPE"]
    assert await servings_of(session, forecast.id) == []


async def test_every_change_of_a_draft_has_its_own_version(draft, as_kitchen):
    """The same money, another word on substitutes: still a new version, since others must not overwrite it unseen."""
    forecast = await draft(ForecastEntry(lines=(RICE,)))
    entry = ForecastEntry(lines=(LineEntry("RICE-P", MONDAY, 25_000, can_substitute=False),))
    async with as_kitchen() as work:
        await change_forecast(work, ChangeForecast(forecast.id, 1, entry))
    async with as_kitchen() as work:
        with pytest.raises(StaleVersion) as refusal:
            await change_forecast(work, ChangeForecast(forecast.id, 1, entry))
    assert refusal.value.facts["current"] == 2
