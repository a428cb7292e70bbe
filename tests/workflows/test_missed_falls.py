"""Who was told that another supplier is looked for hears of it when the day begins before one was found."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from service.domain.events import EventType
from service.domain.forecasts import Forecast, ForecastStatus
from service.domain.orders import DeclineReason, Order, OrderLine
from service.domain.runs import MatchingRun
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from service.workflows.publish_repair import PublishRepair, publish_repair
from service.workflows.start_due_repairs import start_due_repairs
from tests.factories.plans import WEEK
from tests.factories.repairs import answer, serving
from tests.factories.runs import plans_of, rows, stored, work_on
from tests.workflows.test_announce_supply import heads, published, told
from tests.workflows.test_move_fallen_lines import events

__all__ = ["published"]
LATE_ON_SUNDAY = datetime(2026, 11, 29, 16, 59, 30, tzinfo=UTC)
"""Half a minute before the first cooking day begins in Jakarta: the repair is due half a minute after."""


async def fallen_at_night(units, city, clock, days):
    """Let one cooperative decline a line of each of so many days, whose kitchens are told just before midnight."""
    place, *_ = await serving(units, city)
    async with units.begin() as work:
        await work.session.execute(sa.update(OrderLine).values(standby_cooperative_id=None))
    (order,) = await rows(units, Order, cooperative_id=city.cooperatives[place].id)
    lines = await rows(units, OrderLine, order_id=order.id)
    lost = [next(line for line in lines if line.needed_date == WEEK + timedelta(days=day)) for day in range(days)]
    gone = {line.id for line in lost}
    no_car = (0, DeclineReason.NO_TRANSPORT)
    await answer(units, city, place, lambda line: no_car if line.id in gone else (line.ordered_qty, None))
    clock.now = LATE_ON_SUNDAY
    async with units.begin() as work:
        await move_fallen_lines(work, MoveFallenLines(order.id, tuple(gone)))
    assert len(await events(units, EventType.LINE_LEFT_SHORT)) == days
    return lost


async def repair_that_is_due(units):
    (run_id,) = await start_due_repairs(units)
    (run,) = await rows(units, MatchingRun, id=run_id)
    await work_on(units, run)
    return run


async def ask_again(units, order_id):
    async with units.begin() as work:
        order = await work.session.get_one(Order, order_id)
        week = {"code": order.region_code, "week": order.week_start, "due": work.now}
        await work.session.execute(sa.text("INSERT INTO repair_request VALUES (:code, :week, :due)"), week)


async def test_a_repair_that_comes_too_late_tells_the_kitchen_once_that_nobody_was_found(
    real_units, city, published, clock
):
    [line] = await fallen_at_night(real_units, city, clock, days=1)
    clock.advance(minutes=1)
    run = await repair_that_is_due(real_units)
    assert (await stored(real_units, run)).failure_code == "no_demand"

    texts = await told(real_units, "supply_repaired")

    assert texts.keys() == heads(city, {line.kitchen_id})
    (item,) = [item for item in city.items if item.code == line.item_code]
    assert f"Masih kurang:\n- {item.name_id} 40 kg, Sen 30 Nov: sudah terlambat untuk mencari pemasok lain." in next(
        iter(texts.values())
    )
    await ask_again(real_units, line.order_id)
    await repair_that_is_due(real_units)
    assert len(await events(real_units, EventType.SUPPLY_PLANNED)) == 1


async def test_a_repair_of_later_days_names_what_came_too_late_as_well(real_units, city, published, clock):
    [monday, tuesday] = await fallen_at_night(real_units, city, clock, days=2)
    clock.advance(minutes=1)
    run = await repair_that_is_due(real_units)
    (plan,) = await plans_of(real_units, run)
    assert await publish_repair(real_units, PublishRepair(plan.id))

    texts = await told(real_units, "supply_repaired")

    assert texts.keys() == heads(city, {monday.kitchen_id, tuesday.kitchen_id})
    (reader,) = heads(city, {monday.kitchen_id})
    assert "Sen 30 Nov: sudah terlambat untuk mencari pemasok lain." in texts[reader]


async def test_who_needs_the_goods_no_more_hears_nothing(real_units, city, published, clock):
    [line] = await fallen_at_night(real_units, city, clock, days=1)
    clock.advance(minutes=1)
    async with real_units.begin() as work:
        of_kitchen = sa.update(Forecast).where(Forecast.kitchen_id == line.kitchen_id)
        await work.session.execute(of_kitchen.values(status=ForecastStatus.SUPERSEDED))
    run = await repair_that_is_due(real_units)

    assert (await stored(real_units, run)).failure_code == "no_demand"
    assert await told(real_units, "supply_repaired") == {}
