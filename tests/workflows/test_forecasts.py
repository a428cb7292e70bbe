"""A kitchen's week: drafted, changed, sent, replaced, corrected, taken back, copied."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.forecasts import lines_of, servings_of
from service.domain.audits import AuditEntry
from service.domain.errors import (
    AfterCutOff,
    BeforeCutOff,
    BudgetExceeded,
    DraftExists,
    IllegalTransition,
    InvalidField,
    ItemNotForKitchens,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    OrganisationInactive,
    StaleVersion,
    WeekPlanned,
)
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.forecasts import Forecast, ForecastSource, ForecastStatus
from service.domain.items import Item
from service.domain.menus import Recipe
from service.domain.organisations import ClosedDay, Kitchen, OrganisationStatus
from service.domain.people import Role
from service.domain.plans import PlanStatus
from service.domain.policies import Policy
from service.workflows.change_forecast import ChangeForecast, change_forecast
from service.workflows.copy_forecast import CopyForecast, copy_forecast
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.draft_forecast import DraftForecast, draft_forecast
from service.workflows.preview_forecast import PreviewForecast, preview_forecast
from service.workflows.submit_forecast import SubmitForecast, submit_forecast
from service.workflows.withdraw_forecast import WithdrawForecast, withdraw_forecast
from tests.factories.entries import CUT_OFF, MONDAY, WEEKDAYS, a_cap, worked_week
from tests.factories.markets import actor_of, open_market
from tests.factories.plans import new_plan, new_run

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


async def publish_a_plan(session, region_code, week_start=MONDAY):
    policy = await session.scalar(sa.select(Policy).where(Policy.region_code == region_code))
    run = new_run(policy, week_start)
    session.add(run)
    await session.flush()
    session.add(new_plan(run, status=PlanStatus.PUBLISHED))
    await session.flush()


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


async def test_once_the_plan_is_published_nothing_changes(submit, draft, as_kitchen, session, clock):
    forecast = await submit()
    await publish_a_plan(session, forecast.region_code)
    clock.now = CUT_OFF
    with pytest.raises(WeekPlanned, match="published"):
        async with as_kitchen() as work:
            await correct_forecast(work, CorrectForecast(forecast.id, forecast.version, "x", LINES))
    with pytest.raises(WeekPlanned):
        async with as_kitchen() as work:
            await withdraw_forecast(work, WithdrawForecast(forecast.id, forecast.version, "x"))
    with pytest.raises(WeekPlanned):
        await draft()
    await draft(ForecastEntry(lines=(LineEntry("RICE-P", NEXT_MONDAY, 1000),)), NEXT_MONDAY)


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
