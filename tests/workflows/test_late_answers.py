"""A late answer is told what became of its lines: who has them now, what a repair did, what nobody brings."""

from datetime import UTC, datetime, time, timedelta

import pytest

from service.database.queries.late_answers import fates_of
from service.domain.errors import RespondByPassed
from service.domain.forecasts import ForecastStatus
from service.domain.late_answers import Fate
from service.domain.orders import DeclineReason, Order, OrderLine
from service.domain.plans import Plan, Shortage
from service.workflows.expire_answers import expire_answers
from tests.factories.orders import accepting, taking
from tests.factories.repairs import answer, cannot_drive, repaired, serving
from tests.factories.runs import rows
from tests.workflows.test_expire_answers import lines_of, say, sent_week
from tests.workflows.test_move_fallen_lines import change, move
from tests.workflows.test_purchases import bought, selling
from tests.workflows.test_repair_run import publish, published

__all__ = ["published"]


async def test_a_late_answer_hears_who_has_the_line_now(units, clock):
    week, (first, second) = await sent_week(units)
    lines = await lines_of(units, first)
    await say(units, week, second, *map(accepting, await lines_of(units, second)), place=1)
    clock.now = first.respond_by_at
    await expire_answers(units)
    await move(units, first, lines)

    with pytest.raises(RespondByPassed) as refusal:
        await say(units, week, first, accepting(lines[0]))
    state = refusal.value.facts["lines"][0]
    assert (state["fate"], state["standby_name"]) == ("moved_to_standby", week.cooperatives[1].name)
    assert week.cooperatives[1].name in refusal.value.detail
    [taker] = state["takers"]
    assert (taker["cooperative_name"], taker["qty"]) == (week.cooperatives[1].name, lines[0].ordered_qty)
    assert not taker["is_accepted"]


async def told_late(units, week, order, line):
    """Return what a late answer is told of a line."""
    with pytest.raises(RespondByPassed) as refusal:
        await say(units, week, order, accepting(line))
    return refusal.value.facts["lines"][0]


async def test_a_late_answer_is_not_told_that_a_standby_has_what_it_declined_too(units, clock):
    week, (first, second) = await sent_week(units)
    lines = await lines_of(units, first)
    await say(units, week, second, *map(accepting, await lines_of(units, second)), place=1)
    clock.now = first.respond_by_at
    await expire_answers(units)
    moved = await move(units, first, lines)
    to_second = {line.replaces_line_id: line for line in moved.lines}
    none, some = lines[0], lines[1]
    declined = taking(to_second[none.id], 0, DeclineReason.NO_TRANSPORT)
    lessened = taking(to_second[some.id], some.ordered_qty - 10_000)
    await say(units, week, moved.orders[0], declined, lessened, place=1)
    clock.advance(minutes=1)

    state = await told_late(units, week, first, none)
    assert (state["fate"], state["standby_name"], state["takers"]) == ("waiting_for_repair", None, [])
    assert state["short_qty"] == none.ordered_qty
    state = await told_late(units, week, first, some)
    assert (state["fate"], state["short_qty"]) == ("waiting_for_repair", 10_000)
    assert [(one["qty"], one["is_accepted"]) for one in state["takers"]] == [(some.ordered_qty - 10_000, True)]


async def test_a_late_answer_is_told_of_a_day_that_has_come(units, clock):
    week, (first, _) = await sent_week(units)
    line, *_ = await lines_of(units, first)
    await say(units, week, first, taking(line, 0))
    clock.now = datetime.combine(line.needed_date, time(), UTC)

    assert (await told_late(units, week, first, line))["fate"] == "left_short"


async def test_a_line_declined_after_the_plan_was_repaired_is_not_told_to_be_repaired(units, clock):
    week, (first, _) = await sent_week(units)
    line, *_ = await lines_of(units, first)
    clock.advance(hours=1)
    await change(units, type(week.plan), week.plan.id, published_at=clock.now)
    clock.advance(hours=1)
    await say(units, week, first, taking(line, 0))
    clock.now = first.respond_by_at + timedelta(minutes=1)

    assert (await told_late(units, week, first, line))["fate"] == "waiting_for_repair"


async def test_a_late_answer_is_told_that_the_kitchen_needs_nothing_more(units, clock):
    week, (first, _) = await sent_week(units)
    line, *_ = await lines_of(units, first)
    await say(units, week, first, taking(line, 0))
    for forecast in week.forecasts:
        await change(units, type(forecast), forecast.id, status=ForecastStatus.SUPERSEDED)
    clock.now = first.respond_by_at + timedelta(minutes=1)

    state = await told_late(units, week, first, line)
    assert (state["fate"], state["short_qty"]) == ("not_needed", 0)


async def test_what_a_wholesaler_cut_after_a_repair_waits_for_the_next(units, clock):
    """The line was accepted before the repair; only the packs for it fell away after."""
    async with units.begin() as work:
        wholesaler, purchase, packs = await bought(work)
        order = await work.session.get_one(Order, purchase.order_id)
    clock.advance(minutes=10)
    await change(units, Plan, order.plan_id, published_at=clock.now)
    clock.advance(minutes=10)
    async with units.begin(actor=wholesaler) as work:
        await selling(purchase, packs, 0)(work)
    async with units.begin() as work:
        lines = await rows(units, OrderLine, order_id=order.id, stock_id=packs.stock_id)
        fates = await fates_of(work.session, order, lines, work.now)

    assert {(entry.fate, entry.short_qty) for entry in fates} == {
        (Fate.WAITING_FOR_REPAIR, entry.line.ordered_qty) for entry in fates
    }


async def test_a_late_answer_is_told_what_the_repair_did(real_units, city, published, clock):
    """What a repair left short is not told to be brought; what it gave to others is told with who and how much."""
    first, *_ = await serving(real_units, city)
    lost = await answer(real_units, city, first, cannot_drive)
    (order,) = await rows(real_units, Order, cooperative_id=city.cooperatives[first].id)
    clock.advance(minutes=1)
    plan, _ = await repaired(real_units, city)
    await publish(real_units, city, plan)
    short = {row.forecast_line_id: row.short_qty for row in await rows(real_units, Shortage, plan_id=plan.id)}
    async with real_units.begin() as work:
        fates = await fates_of(work.session, order, await rows(real_units, OrderLine, order_id=order.id), work.now)

    assert len(fates) == len(lost)
    for entry in fates:
        short_qty = min(short.get(entry.line.forecast_line_id, 0), entry.line.ordered_qty)
        assert entry.fate is (Fate.LEFT_SHORT if short_qty else Fate.REPAIRED)
        assert entry.short_qty == short_qty
        if not any(one.item_name != entry.takers[0].item_name for one in entry.takers):
            assert sum(one.qty for one in entry.takers) == entry.line.ordered_qty - short_qty
