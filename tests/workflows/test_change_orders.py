"""A kitchen corrects its week after the orders are out: they follow, others are asked for more, nothing is doubled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.database.queries.coverage import coverage_of
from service.database.queries.due_orders import take_repair_request
from service.database.queries.forecasts import lines_of as demand_lines_of
from service.database.queries.invariants import violations
from service.domain.errors import InvalidField
from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.repair_requests import RepairRequest
from service.domain.withdrawals import LineWithdrawal, Withdrawer
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.delivered_weeks import add_delivered_week, lines_of, send_out
from tests.factories.orders import accepting, taking
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import LINE_QTY, WEEK

TUESDAY = WEEK + timedelta(days=1)
GONE = ("ITEM-01", WEEK)
IN_TIME = datetime(2026, 11, 27, 3, tzinfo=UTC)
"""After the cut-off, before both days are closed to changes."""
MONDAY_IS_CLOSED = datetime(2026, 11, 28, 6, tzinfo=UTC)


@pytest.fixture
async def town(work):
    """A published week of two days: one cooperative, two kitchens, everything accepted."""
    week = await add_planned_week(work.session, kitchens=2, cooperatives=1, items=2, days=2)
    [order] = (await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))).orders
    lines = await lines_of(work, order)
    by = replace(work, actor=week.officer())
    await answer_order(by, AnswerOrder(order.id, tuple(accepting(line) for line in lines)))
    return week, order


def entry(*, monday=LINE_QTY, tuesday=LINE_QTY, items=("ITEM-00", "ITEM-01")):
    wanted = {WEEK: monday, TUESDAY: tuesday}
    return ForecastEntry(lines=tuple(LineEntry(code, day, qty) for day, qty in wanted.items() if qty for code in items))


async def correcting_again(work, week, said):
    """Correct the revision that counts; it counts from then on."""
    week.forecasts[0] = await correcting(work, week, said)


async def correcting(work, week, said, *, reason="a school closes", at=IN_TIME):
    command = CorrectForecast(week.forecasts[0].id, week.forecasts[0].version, reason, said)
    return await correct_forecast(replace(work, actor=week.head(), now=at), command)


async def mine(work, week):
    query = sa.select(OrderLine).where(OrderLine.kitchen_id == week.kitchens[0].id).order_by(OrderLine.position)
    return list(await work.session.scalars(query.execution_options(populate_existing=True)))


async def requests(work):
    return len(list(await work.session.scalars(sa.select(RepairRequest))))


async def test_less_is_taken_off_the_orders_and_nothing_is_short(work, town):
    week, _ = town
    await correcting(work, week, entry(tuesday=LINE_QTY - 10_000))
    lines = await mine(work, week)
    assert {line.status for line in lines} == {OrderLineStatus.ACCEPTED}
    assert {line.accepted_qty for line in lines if line.needed_date == TUESDAY} == {LINE_QTY - 10_000}
    assert {line.accepted_qty for line in lines if line.needed_date == WEEK} == {LINE_QTY}
    rows = list(await work.session.scalars(sa.select(LineWithdrawal)))
    assert {(row.withdrawer, row.withdrawn_qty) for row in rows} == {(Withdrawer.KITCHEN, 10_000)}
    assert await requests(work) == 0
    covered = await coverage_of(work.session, kitchen_id=week.kitchens[0].id, week_start=WEEK)
    assert {line.short_qty for line in covered} == {0}
    assert await violations(work.session) == []


async def test_order_lines_serve_the_revision_that_counts(work, town):
    week, _ = town
    forecast = await correcting(work, week, entry(tuesday=LINE_QTY - 10_000))
    now = {line.id for line in await demand_lines_of(work.session, forecast.id)}
    assert {line.forecast_line_id for line in await mine(work, week)} == now


async def test_more_is_asked_of_others_in_a_repair(work, town):
    week, _ = town
    await correcting(work, week, entry(tuesday=LINE_QTY + 10_000), reason="guests")
    assert await requests(work) == 1
    covered = await coverage_of(work.session, kitchen_id=week.kitchens[0].id, week_start=WEEK)
    assert {line.short_qty for line in covered if line.needed_date == TUESDAY} == {10_000}
    assert await violations(work.session) == []


async def test_a_called_off_day_frees_all_its_goods(work, town):
    week, _ = town
    await correcting(work, week, entry(tuesday=0))
    lines = await mine(work, week)
    assert {line.status for line in lines if line.needed_date == TUESDAY} == {OrderLineStatus.CANCELLED}
    assert await violations(work.session) == []


async def test_more_than_half_of_accepted_goods_cannot_be_given_up_while_the_day_is_cooked(work, town):
    week, _ = town
    with pytest.raises(InvalidField) as refused:
        await correcting(work, week, entry(tuesday=LINE_QTY // 4))
    assert {fault.code for fault in refused.value.faults} == {"accepted_goods"}


async def test_of_goods_that_were_declined_nothing_is_kept_or_taken_back(work):
    week = await add_planned_week(work.session, kitchens=2, cooperatives=1, items=2, days=2)
    [order] = (await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))).orders
    lines = await lines_of(work, order)
    gone = [one for one in lines if (one.kitchen_id, one.needed_date) == (week.kitchens[0].id, TUESDAY)]
    said = tuple(taking(one, 0) if one in gone else accepting(one) for one in lines)
    await answer_order(replace(work, actor=week.officer()), AnswerOrder(order.id, said))
    await correcting(work, week, entry(tuesday=1_000))
    assert list(await work.session.scalars(sa.select(LineWithdrawal))) == []
    brought = {(one.needed_date, one.accepted_qty) for one in await mine(work, week)}
    assert brought == {(WEEK, LINE_QTY), (TUESDAY, 0)}
    assert await violations(work.session) == []


async def test_the_half_is_of_what_was_accepted_first_however_often_the_week_is_corrected(work, town):
    week, _ = town
    await correcting_again(work, week, entry(tuesday=LINE_QTY - 10_000))
    await correcting_again(work, week, entry(tuesday=LINE_QTY // 2))
    with pytest.raises(InvalidField) as refused:
        await correcting(work, week, entry(tuesday=LINE_QTY // 2 - 1_000))
    assert {fault.code for fault in refused.value.faults} == {"accepted_goods"}


async def test_a_day_can_be_called_off_after_half_of_it_was_taken_back(work, town):
    week, _ = town
    await correcting_again(work, week, entry(tuesday=LINE_QTY // 2))
    await correcting_again(work, week, entry(tuesday=0))
    assert {line.status for line in await mine(work, week) if line.needed_date == TUESDAY} == {
        OrderLineStatus.CANCELLED
    }
    assert await violations(work.session) == []


async def test_more_of_a_day_that_is_closed_to_changes_is_refused(work, town):
    week, _ = town
    with pytest.raises(InvalidField) as refused:
        await correcting(work, week, entry(monday=LINE_QTY + 1_000), at=MONDAY_IS_CLOSED)
    assert {fault.code for fault in refused.value.faults} == {"too_late"}


async def test_needing_less_of_a_day_that_came_is_written_as_it_was_ordered(work, town):
    week, _ = town
    said = entry(monday=LINE_QTY - 10_000)
    said = replace(said, lines=tuple(line for line in said.lines if (line.item_code, line.needed_date) != GONE))
    forecast = await correcting(work, week, said, at=MONDAY_IS_CLOSED)
    lines = await demand_lines_of(work.session, forecast.id)
    assert {line.demanded_qty for line in lines if line.needed_date == WEEK} == {LINE_QTY}
    assert len([line for line in lines if line.needed_date == WEEK]) == 2
    assert {line.accepted_qty for line in await mine(work, week)} == {LINE_QTY}
    assert await violations(work.session) == []


async def test_what_is_taken_off_before_the_answer_is_no_part_of_it(work):
    week = await add_planned_week(work.session, kitchens=2, cooperatives=1, items=2, days=2)
    [order] = (await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))).orders
    corrected = await correcting(work, week, entry(tuesday=LINE_QTY - 10_000))
    lines = await lines_of(work, order)
    by = replace(work, actor=week.officer())
    await answer_order(by, AnswerOrder(order.id, tuple(accepting(line) for line in lines)))
    assert sorted({line.accepted_qty for line in await mine(work, week)}) == [LINE_QTY - 10_000, LINE_QTY]
    assert await violations(work.session) == []
    week.forecasts[0] = corrected
    await correcting(work, week, entry(tuesday=LINE_QTY - 20_000))
    assert await violations(work.session) == []


async def test_what_left_before_its_day_was_called_off_serves_the_day_that_is_cooked_after_all(work):
    delivered = await add_delivered_week(work)
    week = delivered.week
    [note] = [one for one in delivered.notes if one.kitchen_id == week.kitchens[0].id]
    await send_out(work, delivered, note)
    await correcting_again(work, week, entry(monday=0))
    await take_repair_request(work.session, region_code=week.policy.region_code, week_start=WEEK)  # for Tuesday
    await correcting_again(work, week, entry(tuesday=0))
    now = {line.id for line in await demand_lines_of(work.session, week.forecasts[0].id)}
    assert {line.forecast_line_id for line in await mine(work, week)} == now
    assert {line.accepted_qty for line in await mine(work, week)} == {LINE_QTY}
    assert await violations(work.session) == []
    assert await requests(work) == 0
    await correcting_again(work, week, entry(monday=LINE_QTY + 10_000, tuesday=0))
    assert await requests(work) == 1
