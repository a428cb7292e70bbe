"""What was sent is corrected after the cut-off, or taken back."""

import uuid

import pytest
import sqlalchemy as sa

from service.database.queries.forecasts import lines_of
from service.domain.audits import AuditEntry
from service.domain.errors import (
    AfterCutOff,
    BeforeCutOff,
    BudgetExceeded,
    IllegalTransition,
    InvalidField,
    NotFound,
    WeekPlanned,
)
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.forecasts import ForecastStatus
from service.domain.plans import PlanStatus
from service.domain.policies import Policy
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.withdraw_forecast import WithdrawForecast, withdraw_forecast
from tests.factories.entries import CUT_OFF, MONDAY, worked_week
from tests.factories.plans import new_plan, new_run
from tests.workflows.forecasts.conftest import FRIDAY, LINES, NEXT_MONDAY, RICE, stored


async def publish_a_plan(session, region_code, week_start=MONDAY):
    policy = await session.scalar(sa.select(Policy).where(Policy.region_code == region_code))
    run = new_run(policy, week_start)
    session.add(run)
    await session.flush()
    session.add(new_plan(run, status=PlanStatus.PUBLISHED))
    await session.flush()


async def test_a_correction_waits_for_the_cut_off(submit, as_kitchen):
    forecast = await submit()
    async with as_kitchen() as work:
        with pytest.raises(BeforeCutOff):
            await correct_forecast(work, CorrectForecast(forecast.id, forecast.version, "a reason", LINES))


async def test_a_correction_keeps_both_revisions_and_its_reason(submit, as_kitchen, session, clock):
    forecast = await submit()
    clock.now = CUT_OFF
    entry = ForecastEntry(lines=(RICE,))
    async with as_kitchen() as work:
        corrected = await correct_forecast(
            work, CorrectForecast(forecast.id, forecast.version, "a school closes", entry)
        )
    old = await stored(session, forecast.id)
    assert (old.status, len(await lines_of(session, old.id))) == (ForecastStatus.SUPERSEDED, 2)
    assert (corrected.status, corrected.revision) == (ForecastStatus.SUBMITTED, 2)
    assert (corrected.is_correction, corrected.correction_reason) == (True, "a school closes")
    audit = await session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "forecast.corrected"))
    assert audit.after["corrects"] == str(old.id)


async def test_a_correction_needs_a_reason_and_a_budget(submit, as_kitchen, clock):
    forecast = await submit()
    clock.now = CUT_OFF
    dear = worked_week(LineEntry("BEEF", FRIDAY, 200_000))
    for reason, entry, refused in ((" ", LINES, InvalidField), ("x", dear, BudgetExceeded)):
        with pytest.raises(refused):
            async with as_kitchen() as work:
                await correct_forecast(work, CorrectForecast(forecast.id, forecast.version, reason, entry))


async def test_who_missed_the_cut_off_corrects_the_draft(draft, submit, as_kitchen, session, clock):
    forecast = await draft()
    clock.now = CUT_OFF
    async with as_kitchen() as work:
        corrected = await correct_forecast(work, CorrectForecast(forecast.id, forecast.version, "we were late", LINES))
    assert (await stored(session, forecast.id)).status is ForecastStatus.WITHDRAWN
    assert corrected.status is ForecastStatus.SUBMITTED


async def test_an_unsent_draft_does_not_hinder_a_correction(submit, draft, as_kitchen, session, clock):
    sent = await submit()
    waiting = await draft()
    clock.now = CUT_OFF
    async with as_kitchen() as work:
        corrected = await correct_forecast(work, CorrectForecast(sent.id, sent.version, "a school closes", LINES))
    assert corrected.revision == 3
    assert (await stored(session, waiting.id)).status is ForecastStatus.DRAFT


async def test_a_superseded_revision_is_not_corrected(submit, as_kitchen, session, clock):
    first, _ = await submit(), await submit()
    old = await stored(session, first.id)
    clock.now = CUT_OFF
    async with as_kitchen() as work:
        with pytest.raises(IllegalTransition):
            await correct_forecast(work, CorrectForecast(old.id, old.version, "x", LINES))


async def test_once_the_plan_is_published_only_a_correction_is_possible(submit, draft, as_kitchen, session, clock):
    forecast = await submit()
    await publish_a_plan(session, forecast.region_code)
    clock.now = CUT_OFF
    with pytest.raises(WeekPlanned, match="published"):
        async with as_kitchen() as work:
            await withdraw_forecast(work, WithdrawForecast(forecast.id, forecast.version, "x"))
    with pytest.raises(WeekPlanned):
        await draft()
    await draft(ForecastEntry(lines=(LineEntry("RICE-P", NEXT_MONDAY, 1000),)), NEXT_MONDAY)
    async with as_kitchen() as work:
        corrected = await correct_forecast(work, CorrectForecast(forecast.id, forecast.version, "x", LINES))
    assert corrected.status is ForecastStatus.SUBMITTED


async def test_a_forecast_is_taken_back_and_another_one_sent(submit, as_kitchen, session):
    forecast = await submit()
    async with as_kitchen() as work:
        await withdraw_forecast(work, WithdrawForecast(forecast.id, forecast.version))
    assert (await stored(session, forecast.id)).status is ForecastStatus.WITHDRAWN
    assert (await submit()).revision == 2


async def test_after_the_cut_off_taking_back_needs_a_reason(submit, as_kitchen, clock):
    forecast = await submit()
    clock.now = CUT_OFF
    with pytest.raises(AfterCutOff):
        async with as_kitchen() as work:
            await withdraw_forecast(work, WithdrawForecast(forecast.id, forecast.version))
    async with as_kitchen() as work:
        taken = await withdraw_forecast(work, WithdrawForecast(forecast.id, forecast.version, "closed for repairs"))
    assert taken.correction_reason == "closed for repairs"


async def test_an_unknown_forecast_is_not_found(as_kitchen):
    async with as_kitchen() as work:
        with pytest.raises(NotFound):
            await withdraw_forecast(work, WithdrawForecast(uuid.uuid4(), 1))
