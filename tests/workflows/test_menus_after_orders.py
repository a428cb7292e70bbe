"""A kitchen corrects the menu of a week whose rice came on Monday: what is there counts, nothing is ordered twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.forecasts import lines_of
from service.database.queries.invariants import violations
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.errors import InvalidField
from service.domain.forecast_entries import ForecastEntry, ServingEntry
from service.domain.forecasts import ForecastServing
from service.domain.menus import RecipeIngredient
from service.domain.repair_requests import RepairRequest
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.copy_forecast import CopyForecast, copy_forecast
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.forecast_steps import typed_in
from service.workflows.preview_forecast import PreviewForecast, preview_forecast
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.catalogue import new_recipe
from tests.factories.delivered_weeks import lines_of as order_lines_of
from tests.factories.orders import accepting
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import LINE_QTY, WEEK

DAYS = [WEEK + timedelta(days=offset) for offset in range(5)]
MONDAY, TUESDAY, *_, FRIDAY = DAYS
RICE = "ITEM-00"
PORTIONS = 1000
"""A day; five days of them eat the 40 kg of Monday's line."""
MONDAY_IS_CLOSED = datetime(2026, 11, 28, 6, tzinfo=UTC)


@pytest.fixture
async def week(work):
    """A published week whose only line is a menu's rice of five days, on Monday; the cooperative accepted it."""
    week = await add_planned_week(work.session, kitchens=1, cooperatives=1, items=1)
    recipe = new_recipe()
    work.session.add(recipe)
    await work.session.flush()
    [forecast], [line] = week.forecasts, week.demand
    line.menu_qty = LINE_QTY
    work.session.add(RecipeIngredient(recipe_id=recipe.id, item_code=RICE, small_milli=8_000, large_milli=8_000))
    eaten = {"forecast_id": forecast.id, "recipe_id": recipe.id, "portions_small": 0, "portions_large": PORTIONS}
    work.session.add_all(ForecastServing(serving_date=day, **eaten) for day in DAYS)
    await work.session.flush()
    [order] = (await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))).orders
    lines = await order_lines_of(work, order)
    by = replace(work, actor=week.officer())
    await answer_order(by, AnswerOrder(order.id, tuple(accepting(line) for line in lines)))
    return week


async def corrected(work, week, portions=None, *, at=MONDAY_IS_CLOSED):
    """Correct the portions of some days (none: the day is called off); return the rice on the lines by day."""
    cooked = dict.fromkeys(DAYS, PORTIONS) | (portions or {})
    entry = ForecastEntry(tuple(ServingEntry("nasi-putih", day, 0, large) for day, large in cooked.items() if large))
    [wrong] = week.forecasts
    command = CorrectForecast(wrong.id, wrong.version, "guests", entry)
    week.forecasts = [await correct_forecast(replace(work, actor=week.head(), now=at), command)]
    assert await violations(work.session) == []
    return {line.needed_date: line.demanded_qty for line in await lines_of(work.session, week.forecasts[0].id)}


async def repairs(work):
    return len(list(await work.session.scalars(sa.select(RepairRequest))))


async def test_rice_that_came_is_the_menus_though_less_of_it_is_needed(work, week):
    assert await corrected(work, week, {FRIDAY: PORTIONS // 2}) == {MONDAY: LINE_QTY}
    assert (await typed_in(work, week.forecasts[0])).lines == ()
    assert await corrected(work, week) == {MONDAY: LINE_QTY}


async def test_a_copy_asks_for_what_the_menu_needs_and_not_for_what_came_too_much(work, week):
    await corrected(work, week, {FRIDAY: PORTIONS // 2})
    later = WEEK + timedelta(days=DAYS_PER_WEEK)
    by = replace(work, actor=week.head(), now=MONDAY_IS_CLOSED)
    copy = await copy_forecast(by, CopyForecast(week.kitchens[0].id, later))
    lines = await lines_of(work.session, copy.forecast.id)
    assert [(line.needed_date, line.demanded_qty) for line in lines] == [(later, LINE_QTY * 9 // 10)]


async def test_a_day_called_off_after_its_rice_came_orders_no_rice_again(work, week):
    assert await corrected(work, week, {MONDAY: 0}) == {MONDAY: LINE_QTY}
    assert await repairs(work) == 0
    assert await corrected(work, week) == {MONDAY: LINE_QTY}
    assert await repairs(work) == 0


async def test_more_of_a_later_day_is_brought_for_the_first_day_that_can_still_be_changed(work, week):
    assert await corrected(work, week, {FRIDAY: PORTIONS * 3 // 2}) == {MONDAY: LINE_QTY, TUESDAY: LINE_QTY // 10}
    assert await repairs(work) == 1


async def test_less_and_then_more_asks_only_for_what_did_not_come(work, week):
    await corrected(work, week, {FRIDAY: PORTIONS // 2})
    assert await repairs(work) == 0
    assert await corrected(work, week, {FRIDAY: PORTIONS * 3 // 2}) == {MONDAY: LINE_QTY, TUESDAY: LINE_QTY // 10}
    assert await repairs(work) == 1


async def test_more_than_came_for_days_that_are_closed_to_changes_is_refused(work, week):
    cooked = dict.fromkeys(DAYS[1:], 0) | {MONDAY: 2 * PORTIONS, TUESDAY: PORTIONS}
    assert await corrected(work, week, cooked) == {MONDAY: LINE_QTY}
    more = dict.fromkeys(DAYS, 2 * PORTIONS)
    with pytest.raises(InvalidField) as refused:
        await corrected(work, week, more, at=datetime(2026, 12, 3, 6, tzinfo=UTC))
    assert {fault.code for fault in refused.value.faults} == {"too_late"}


async def test_the_preview_shows_what_is_asked_for_beside_what_came(work, week):
    entry = await typed_in(work, week.forecasts[0])
    more = [replace(one, portions_large=PORTIONS * 3 // 2) for one in entry.servings if one.serving_date == FRIDAY]
    entry = ForecastEntry((*(one for one in entry.servings if one.serving_date != FRIDAY), *more))
    by = replace(work, actor=week.head(), now=MONDAY_IS_CLOSED)
    shown = await preview_forecast(by, PreviewForecast(week.kitchens[0].id, WEEK, entry))
    assert [(line.needed_date, line.demanded_qty) for line in shown.lines] == [
        (MONDAY, LINE_QTY),
        (TUESDAY, LINE_QTY // 10),
    ]
