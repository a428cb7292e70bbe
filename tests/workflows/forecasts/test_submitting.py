"""A kitchen sends its week: what is checked then, and what counts after."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.forecasts import lines_of
from service.domain.audits import AuditEntry
from service.domain.errors import (
    AfterCutOff,
    BudgetExceeded,
    IllegalTransition,
    ItemNotForKitchens,
)
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.forecasts import ForecastStatus
from service.domain.items import Item
from service.workflows.change_forecast import ChangeForecast, change_forecast
from service.workflows.submit_forecast import SubmitForecast, submit_forecast
from tests.factories.entries import CUT_OFF, a_cap, worked_week
from tests.workflows.forecasts.conftest import FRIDAY, LINES, RICE, stored


async def test_a_submitted_forecast_counts_and_says_by_whom(submit, market, clock):
    forecast = await submit(worked_week())
    assert forecast.status is ForecastStatus.SUBMITTED
    assert (forecast.submitted_at, forecast.submitted_by) == (clock.now, market.kitchen_head.user_id)


async def test_before_the_cut_off_a_new_revision_takes_the_place_of_the_old(submit, session):
    first, second = await submit(), await submit(ForecastEntry(lines=(RICE,)))
    assert ((await stored(session, first.id)).status, second.revision) == (ForecastStatus.SUPERSEDED, 2)
    assert len(await lines_of(session, first.id)) == 2


async def test_what_was_sent_is_not_changed(submit, as_kitchen):
    forecast = await submit()
    async with as_kitchen() as work:
        with pytest.raises(IllegalTransition, match="only a draft"):
            await change_forecast(work, ChangeForecast(forecast.id, forecast.version, LINES))
        with pytest.raises(IllegalTransition):
            await submit_forecast(work, SubmitForecast(forecast.id, forecast.version))


async def test_the_cut_off_is_thursday_noon_in_wib(draft, as_kitchen, clock):
    forecast = await draft()
    clock.now = CUT_OFF
    async with as_kitchen() as work:
        with pytest.raises(AfterCutOff, match="2026-11-26 12:00 WIB"):
            await submit_forecast(work, SubmitForecast(forecast.id, forecast.version))
    clock.now = CUT_OFF - timedelta(seconds=1)
    async with as_kitchen() as work:
        await submit_forecast(work, SubmitForecast(forecast.id, forecast.version))


async def test_more_than_the_weeks_budget_is_not_accepted(submit):
    with pytest.raises(BudgetExceeded) as refusal:
        await submit(worked_week(LineEntry("BEEF", FRIDAY, 200_000)))
    assert refusal.value.facts["budget_idr"] == 138_000_000
    assert refusal.value.facts["dearest_date"] == FRIDAY.isoformat()


async def test_a_draft_is_checked_again_when_it_is_sent(draft, as_kitchen, session):
    forecast = await draft()
    (await session.get(Item, "TEMPE")).is_for_kitchens = False
    await session.flush()
    async with as_kitchen() as work:
        with pytest.raises(ItemNotForKitchens):
            await submit_forecast(work, SubmitForecast(forecast.id, forecast.version))


async def test_sending_takes_the_price_limits_of_the_day(draft, as_kitchen, session):
    forecast = await draft()
    session.add(a_cap("TEMPE", price_idr=15_000))
    await session.flush()
    async with as_kitchen() as work:
        await submit_forecast(work, SubmitForecast(forecast.id, forecast.version))
    limits = {line.item_code: line.max_price_idr for line in await lines_of(session, forecast.id)}
    assert limits == {"RICE-P": 14_900, "TEMPE": 15_000}


async def test_every_step_is_on_record(submit, session, market):
    forecast = await submit()
    query = sa.select(AuditEntry).where(AuditEntry.entity_id == str(forecast.id)).order_by(AuditEntry.id)
    entries = (await session.scalars(query)).all()
    assert [entry.action for entry in entries] == ["forecast.drafted", "forecast.submitted"]
    assert {entry.actor_user_id for entry in entries} == {market.kitchen_head.user_id}


async def test_sending_writes_lines_anew_only_where_they_differ(submit, draft, as_kitchen, session):
    forecast = await draft(worked_week())
    before = [line.id for line in await lines_of(session, forecast.id)]
    async with as_kitchen() as work:
        await submit_forecast(work, SubmitForecast(forecast.id, forecast.version))
    assert [line.id for line in await lines_of(session, forecast.id)] == before
