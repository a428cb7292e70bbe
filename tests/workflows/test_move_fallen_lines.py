"""What a cooperative does not take goes to its standby or waits for one repair; nothing is ordered twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from service.database.queries.coverage import coverage_of, shortages_of_week
from service.domain.events import Event, EventType
from service.domain.forecasts import ForecastLine, ForecastStatus
from service.domain.offers import OfferStatus
from service.domain.orders import DeclineReason, Order, OrderLine, OrderLineStatus, OrderOrigin, OrderStatus
from service.domain.organisations import Cooperative, Document, Organisation, OrganisationStatus, Wholesaler
from service.domain.repair_requests import RepairRequest
from service.domain.runs import MatchingRun, RunKind
from service.workflows.move_fallen_lines import MovedLines, MoveFallenLines, move_fallen_lines
from service.workflows.start_due_repairs import start_due_repairs
from tests.factories.catalogue import new_cap
from tests.factories.orders import taking
from tests.factories.plans import WEEK, new_run
from tests.workflows.test_expire_answers import books_balance, entries, lines_of, say, sent_week


async def waiting_moves(units):
    query = "SELECT args FROM procrastinate_jobs WHERE task_name = 'move_fallen_lines' ORDER BY id"
    async with units.begin() as work:
        return list(await work.session.scalars(sa.text(query)))


async def move(units, order, lines):
    async with units.begin() as work:
        return await move_fallen_lines(work, MoveFallenLines(order.id, tuple(line.id for line in lines)))


async def requests(units):
    async with units.begin() as work:
        return [(one.region_code, one.due_at) for one in await work.session.scalars(sa.select(RepairRequest))]


async def events(units, event_type):
    async with units.begin() as work:
        query = sa.select(Event).where(col(Event.type) == event_type).order_by(col(Event.sequence))
        return list(await work.session.scalars(query))


async def change(units, kind, key, **values):
    async with units.begin() as work:
        thing = await work.session.get_one(kind, key)
        for name, value in values.items():
            setattr(thing, name, value)


async def test_a_declined_line_goes_to_its_standby_with_its_own_time_to_answer(units, clock):
    week, (first, second) = await sent_week(units)
    bought, own, *_ = await lines_of(units, first)
    clock.advance(hours=2)
    await say(units, week, first, taking(bought, 0, DeclineReason.NO_CASH), taking(own, 30_000))
    [job] = await waiting_moves(units)
    assert (job["order_id"], job["line_ids"]) == (str(first.id), [str(bought.id), str(own.id)])

    moved = await move(units, first, [bought, own])

    [order] = moved.orders
    assert (order.cooperative_id, order.origin) == (week.cooperatives[1].id, OrderOrigin.STANDBY)
    assert (order.status, order.number) == (OrderStatus.SENT, "PO-3271-2026W49-C001-2")
    assert order.respond_by_at == clock.now + timedelta(hours=24)
    assert [(line.replaces_line_id, line.ordered_qty) for line in moved.lines] == [
        (bought.id, 40_000),
        (own.id, 10_000),
    ]
    assert moved.lines[0].stock_id == bought.stock_id
    assert moved.lines[1].offer_id == week.offers[week.cooperatives[1].id, "ITEM-01"].id
    assert not moved.waits_for_repair
    assert await requests(units) == []
    assert await books_balance(units)
    async with units.begin() as work:
        covered = await coverage_of(work.session, kitchen_id=bought.kitchen_id, week_start=WEEK)
        short = await shortages_of_week(work.session, kitchen_id=bought.kitchen_id, week_start=WEEK)
    assert {line.short_qty for line in covered} == {0}
    assert short == []
    assert second.id != order.id


@pytest.mark.parametrize(("kind", "values"), [(Cooperative, {"capital_idr": 599_999}), (Wholesaler, {"lead_days": 7})])
async def test_packs_that_a_standby_cannot_pay_or_get_in_time_wait_for_a_repair(units, kind, values):
    week, (first, _) = await sent_week(units)
    bought, *_ = await lines_of(units, first)
    await say(units, week, first, taking(bought, 0, DeclineReason.NO_CASH))
    standby = week.cooperatives[1] if kind is Cooperative else week.wholesaler
    await change(units, kind, standby.id, **values)

    moved = await move(units, first, [bought])

    assert (moved.orders, moved.waits_for_repair) == ((), True)


async def test_a_standby_is_asked_for_no_more_than_is_still_needed(units):
    week, (first, _) = await sent_week(units)
    _, own, *_ = await lines_of(units, first)
    await say(units, week, first, taking(own, 30_000))
    await change(units, ForecastLine, own.forecast_line_id, demanded_qty=31_400)

    moved = await move(units, first, [own])

    assert [line.ordered_qty for line in moved.lines] == [2_000], "whole steps of the item"
    assert await books_balance(units)


async def test_moving_twice_moves_once(units):
    week, (first, _) = await sent_week(units)
    _, line, *_ = await lines_of(units, first)
    await say(units, week, first, taking(line, 0))

    assert len((await move(units, first, [line])).lines) == 1
    assert (await move(units, first, [line])).lines == ()
    assert len(await entries(units, "order.lines_moved")) == 1
    assert await books_balance(units)


async def test_a_standby_without_goods_leaves_the_line_to_a_repair(units, clock):
    week, (first, _) = await sent_week(units)
    _, own, *_ = await lines_of(units, first)
    offer = week.offers[week.cooperatives[1].id, "ITEM-01"]
    await change(units, type(offer), offer.id, status=OfferStatus.WITHDRAWN)
    await say(units, week, first, taking(own, 0))

    moved = await move(units, first, [own])

    assert (moved.orders, moved.waits_for_repair) == ((), True)
    assert await requests(units) == [("32.71", clock.now + timedelta(minutes=1))]
    assert await books_balance(units)


async def test_moving_twice_tells_once_that_a_line_waits_for_a_repair(units):
    """A worker that slept through its job wakes after another has done it."""
    week, (first, _) = await sent_week(units)
    _, own, *_ = await lines_of(units, first)
    offer = week.offers[week.cooperatives[1].id, "ITEM-01"]
    await change(units, type(offer), offer.id, status=OfferStatus.WITHDRAWN)
    await say(units, week, first, taking(own, 0))

    assert (await move(units, first, [own])).waits_for_repair
    assert (await move(units, first, [own])).waits_for_repair
    assert len(await entries(units, "order.lines_moved")) == 1
    assert len(await events(units, EventType.LINE_LEFT_SHORT)) == 1


async def test_what_the_standby_declines_too_waits_for_a_repair(units):
    week, (first, _) = await sent_week(units)
    _, line, *_ = await lines_of(units, first)
    await say(units, week, first, taking(line, 0))
    moved = await move(units, first, [line])
    await say(units, week, moved.orders[0], taking(moved.lines[0], 0), place=1)

    again = await move(units, moved.orders[0], moved.lines)

    assert (again.orders, again.waits_for_repair) == ((), True)
    async with units.begin() as work:
        short = await shortages_of_week(work.session, kitchen_id=line.kitchen_id, week_start=WEEK)
    assert [one.order_line_id for one in short] == [moved.lines[0].id]


async def test_a_standby_that_said_it_is_closed_is_not_asked_that_day(units):
    week, (first, second) = await sent_week(units)
    line, *_ = await lines_of(units, first)
    theirs, *_ = await lines_of(units, second)
    await say(units, week, second, taking(theirs, 0, DeclineReason.CLOSED), place=1)
    await say(units, week, first, taking(line, 0))

    assert (await move(units, first, [line])).waits_for_repair


async def test_a_line_of_a_corrected_forecast_is_asked_of_nobody(units):
    week, (first, _) = await sent_week(units)
    line, *_ = await lines_of(units, first)
    await say(units, week, first, taking(line, 0))
    await change(units, type(week.forecasts[0]), week.forecasts[0].id, status=ForecastStatus.SUPERSEDED)

    moved = await move(units, first, [line])
    assert (moved.orders, moved.waits_for_repair) == ((), False)


async def test_declines_within_a_minute_make_one_repair_run(units, clock):
    week, (first, second) = await sent_week(units)
    for place, order in enumerate((first, second)):
        for line in await lines_of(units, order):
            await change(units, OrderLine, line.id, standby_cooperative_id=None)
            await say(units, week, order, taking(line, 0), place=place)
            assert (await move(units, order, [line])).waits_for_repair
            clock.advance(seconds=5)
    assert await start_due_repairs(units) == []
    clock.advance(seconds=40)

    [run_id] = await start_due_repairs(units)

    assert await start_due_repairs(units) == []
    assert await requests(units) == []
    async with units.begin() as work:
        run = await work.session.get_one(MatchingRun, run_id)
    assert (run.kind, run.requested_by) == (RunKind.REPAIR, None)


async def test_a_decline_during_a_run_waits_for_the_next(units, clock):
    week, (first, _) = await sent_week(units)
    line, *_ = await lines_of(units, first)
    async with units.begin() as work:
        run = new_run(week.policy, status="running")
        work.session.add(run)
    await change(units, OrderLine, line.id, standby_cooperative_id=None)
    await say(units, week, first, taking(line, 0))
    await move(units, first, [line])
    clock.advance(minutes=2)

    assert await start_due_repairs(units) == []
    await change(units, MatchingRun, run.id, status="succeeded")
    assert len(await start_due_repairs(units)) == 1


async def test_the_standby_has_room_for_one_line_and_not_for_two(units):
    week, (first, _) = await sent_week(units)
    lines = await lines_of(units, first)
    details = sa.text("UPDATE cooperative SET handling_g_per_day = 125000 WHERE organisation_id = :id")
    async with units.begin() as work:
        await work.session.execute(details, {"id": week.cooperatives[1].id})  # it carries 80 kg already
    await say(units, week, first, *(taking(line, 0) for line in lines))

    moved = await move(units, first, lines)

    assert len(moved.lines) == 1
    assert moved.waits_for_repair
    async with units.begin() as work:
        lines_for = sa.select(sa.func.count()).where(col(OrderLine.replaces_line_id).is_not(None))
        assert await work.session.scalar(lines_for) == 1
        live = sa.select(OrderLine).join(Order).where(col(OrderLine.status) == OrderLineStatus.AWAITING_ANSWER)
        assert len(list(await work.session.scalars(live))) == 3


async def test_nothing_is_asked_for_a_kitchen_that_was_suspended_meanwhile(units):
    week, (first, _) = await sent_week(units)
    _, own, *_ = await lines_of(units, first)
    await say(units, week, first, taking(own, 0))
    await change(units, Organisation, own.kitchen_id, status=OrganisationStatus.SUSPENDED)

    assert await move(units, first, [own]) == MovedLines()
    assert await requests(units) == []


@pytest.mark.parametrize(("item", "cap_idr", "moves"), [(0, 13_000, True), (0, 12_500, False), (1, 15_999, False)])
async def test_goods_above_the_cap_of_today_are_not_asked_of_a_standby(units, item, cap_idr, moves):
    """A lower cap, or the end of an exception, leaves orders as they are; new ones keep to it."""
    week, (first, _) = await sent_week(units)
    line = (await lines_of(units, first))[item]
    await say(units, week, first, taking(line, 0, DeclineReason.NO_CASH))
    async with units.begin() as work:
        work.session.add(new_cap(line.item_code, price_idr=cap_idr))
    moved = await move(units, first, [line])
    assert (len(moved.lines) == 1, moved.waits_for_repair) == (moves, not moves)


async def test_packs_of_a_wholesaler_whose_papers_have_ended_are_not_moved(units):
    week, (first, _) = await sent_week(units)
    bought, *_ = await lines_of(units, first)
    await say(units, week, first, taking(bought, 0, DeclineReason.NO_CASH))
    async with units.begin() as work:
        ended = sa.update(Document).where(col(Document.organisation_id) == week.wholesaler.id)
        await work.session.execute(ended.values(valid_to=WEEK - timedelta(days=1)))
    assert (await move(units, first, [bought])).waits_for_repair
