"""Accepted goods that do not come are sought where others can still bring them; their line and its capital stay."""

from datetime import UTC, datetime
from fractions import Fraction
from math import ceil
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.database.queries.coverage import coverage_of
from service.database.queries.exposures import free_idr_of
from service.database.queries.fallen_lines import count_fallen_lines, list_fallen_lines
from service.database.queries.invariants import violations
from service.database.queries.standby_moves import open_demand
from service.domain.credit_notes import LateReject
from service.domain.deliveries import Delivery, RestFate
from service.domain.errors import PlanOutdated
from service.domain.orders import Order, OrderLine
from service.domain.pending_decisions import PendingDecision
from service.domain.policies import FallenLines
from service.domain.receipts import ReceiptLine, RejectReason
from service.domain.repair_requests import RepairRequest
from service.domain.runs import MatchingRun
from service.domain.units import BP
from service.workflows.chase_decisions import chase_decisions
from service.workflows.move_fallen_lines import MoveFallenLines, move_settled_lines
from service.workflows.move_lines_by_hand import move_lines_by_hand
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.publish_repair import PublishRepair, publish_repair
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.start_due_repairs import start_due_repairs
from tests.factories.plans import LINE_QTY, WEEK, new_policy
from tests.factories.purchases import confirm_purchases
from tests.factories.repairs import all_of, answer, repaired, serving
from tests.factories.runs import plans_of, rows, start, work_on
from tests.workflows.lost_rests import LOST_QTY, arrive, leave, notes_with, sign
from tests.workflows.test_ask_operator import told
from tests.workflows.test_move_fallen_lines import waiting_moves

WEDNESDAY = datetime(2026, 11, 25, 3, tzinfo=UTC)
"""When a wholesaler's packs can still be fetched for Monday."""
FRIDAY = datetime(2026, 11, 27, 3, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 3, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 3, tzinfo=UTC)
SOUGHT_QTY = 10_000


@pytest.fixture
async def note(real_units, city, clock) -> Delivery:
    """On Friday everything of the week is accepted; a note for Monday is about to leave."""
    run = await start(real_units, city)
    await work_on(real_units, run)
    (plan,) = await plans_of(real_units, run)
    async with real_units.begin(actor=city.operator) as work:
        await publish_plan(work, PublishPlan(plan.id, plan.version))
    for place in await serving(real_units, city):
        await answer(real_units, city, place, all_of)
    clock.now = FRIDAY
    async with real_units.begin() as work:
        await confirm_purchases(work)
        for order in list(await work.session.scalars(sa.select(Order))):
            await prepare_deliveries(work, PrepareDeliveries(order.id))
    return (await notes_with(real_units))[0]


async def do_moves(units):
    """Do the moves that were deferred, as the worker does: all of them again, each time."""
    for args in await waiting_moves(units):
        async with units.begin() as work:
            lines = tuple(map(UUID, args["line_ids"]))
            assert (await move_settled_lines(work, MoveFallenLines(UUID(args["order_id"]), lines))).lines == ()


async def open_qty(units, line):
    async with units.begin() as work:
        [(_, open_bp)] = (await open_demand(work.session, [line.forecast_line_id])).values()
        return open_bp // BP


async def coverage_now(units, line):
    async with units.begin() as work:
        lines = await coverage_of(work.session, kitchen_id=line.kitchen_id, week_start=WEEK)
    [found] = [one for one in lines if (one.item_code, one.needed_date) == (line.item_code, line.needed_date)]
    return found.lost_qty, found.sought_qty, found.short_qty


async def books_hold(units):
    async with units.begin() as work:
        return await violations(work.session) == []


async def run_repair(units, clock):
    """Start the repair that is due and let it publish itself; return its plan."""
    clock.advance(minutes=1)
    (run_id,) = await start_due_repairs(units)
    (run,) = await rows(units, MatchingRun, id=run_id)
    await work_on(units, run)
    (plan,) = await plans_of(units, run)
    assert await publish_repair(units, PublishRepair(plan.id))
    return plan


async def lines_for(units, line):
    return [one for one in await rows(units, OrderLine, forecast_line_id=line.forecast_line_id) if one.id != line.id]


async def test_a_rest_that_is_closed_days_ahead_is_ordered_once_of_another_cooperative(real_units, city, note, clock):
    line = await leave(real_units, city, note)
    assert await coverage_now(real_units, line) == (LOST_QTY, SOUGHT_QTY, LOST_QTY)
    assert await open_qty(real_units, line) == SOUGHT_QTY
    await do_moves(real_units)
    assert len(await rows(real_units, RepairRequest)) == 1
    assert await books_hold(real_units)

    plan = await run_repair(real_units, clock)

    (anew,) = await lines_for(real_units, line)
    assert anew.ordered_qty == SOUGHT_QTY
    (order,) = await rows(real_units, Order, id=anew.order_id)
    assert (order.plan_id, order.cooperative_id == note.cooperative_id) == (plan.id, False)
    assert (await rows(real_units, OrderLine, id=line.id))[0].model_dump() == line.model_dump()
    assert await coverage_now(real_units, line) == (LOST_QTY, SOUGHT_QTY, LOST_QTY - SOUGHT_QTY)
    assert await open_qty(real_units, line) == 0
    await do_moves(real_units)
    assert await rows(real_units, RepairRequest) == [], "one repair is enough"
    assert await books_hold(real_units)


@pytest.mark.parametrize("source", ["offer_id", "stock_id"])
async def test_a_repair_holds_what_comes_and_capital_and_sources_stay(real_units, city, note, clock, source):
    async def free_idr():
        async with real_units.begin() as work:
            asked = {"region_code": note.region_code, "week_start": WEEK}
            return await free_idr_of(work.session, [note.cooperative_id], **asked)

    clock.now = WEDNESDAY
    note = (await notes_with(real_units, source))[0]
    before = await free_idr()
    line = await leave(real_units, city, note, source=source)

    _, problem = await repaired(real_units, city)

    [held] = [one for one in problem.fixed if one.demand == str(line.forecast_line_id)]
    [demand] = [one for one in problem.demands if one.id == held.demand]
    assert (held.qty, demand.qty) == (LINE_QTY - SOUGHT_QTY, LINE_QTY)
    assert await free_idr() == before
    offers = {one.id: one.qty for one in problem.offers}
    stocks = {one.id: one.packs * one.pack_qty for one in problem.stocks}
    of_source = sum(one.qty for one in problem.fixed if one.source == held.source)
    assert {**offers, **stocks}[held.source] == of_source, "nothing more is asked of it"
    (cooperative,) = [one for one in city.cooperatives if one.id == note.cooperative_id]
    [member] = [one for one in problem.cooperatives if one.id == cooperative.code]
    assert abs(member.capital_idr - before[note.cooperative_id] - kept_idr(problem, cooperative.code)) <= 1


def kept_idr(problem, code):
    """What the fixed lines of a cooperative ask of its capital, rounded as the problem does."""
    offers = {one.id: one for one in problem.offers}
    stocks = {one.id: one for one in problem.stocks}
    mine = [one for one in problem.fixed if one.cooperative == code]
    own = [Fraction(one.qty * offers[one.source].price_idr * 7, 10 * 1000) for one in mine if one.source in offers]
    packs = sum(one.price_idr for key, one in stocks.items() if key in {line.source for line in mine})
    return packs + ceil(sum(own))


async def test_a_promise_that_was_lost_after_the_run_makes_the_repair_outdated(real_units, city, note, clock):
    clock.now = WEDNESDAY
    line = await leave(real_units, city, note)
    plan, _ = await repaired(real_units, city)
    (other, *_) = [one for one in await notes_with(real_units, "stock_id") if one.id != note.id]
    await leave(real_units, city, other, source="stock_id")

    async with real_units.begin(actor=city.operator) as work:
        with pytest.raises(PlanOutdated) as refusal:
            await publish_plan(work, PublishPlan(plan.id, plan.version))

    assert {change["code"] for change in refusal.value.facts["changes"]} == {"promise_lost"}
    assert await open_qty(real_units, line) == SOUGHT_QTY


async def test_a_rest_that_is_closed_on_the_eve_is_short_and_not_sought(real_units, city, note, clock):
    clock.now = SUNDAY
    line = await leave(real_units, city, note)

    assert await coverage_now(real_units, line) == (LOST_QTY, 0, LOST_QTY)
    assert await open_qty(real_units, line) == 0
    assert await waiting_moves(real_units) == []
    assert await books_hold(real_units)


async def test_a_rest_that_follows_or_is_less_than_a_step_is_not_sought(real_units, city, note, clock):
    line = await leave(real_units, city, note, fate=RestFate.CARRIED)
    assert await coverage_now(real_units, line) == (0, 0, 0)
    (further,) = await rows(real_units, Delivery, kitchen_id=note.kitchen_id, needed_date=WEEK, drop_no=2)
    await leave(real_units, city, further, lost_qty=999)

    assert await coverage_now(real_units, line) == (999, 0, 999)
    assert await waiting_moves(real_units) == []
    assert await books_hold(real_units)


async def test_what_scales_refuse_days_ahead_is_sought_once_both_sides_have_signed(real_units, city, note, clock):
    line = await leave(real_units, city, note, lost_qty=0)
    receipt = await arrive(real_units, city, note, missing_qty=LOST_QTY)
    assert await coverage_now(real_units, line) == (LOST_QTY, 0, LOST_QTY), "it may be weighed anew"
    assert await waiting_moves(real_units) == []

    await sign(real_units, city, note, receipt)

    assert await coverage_now(real_units, line) == (LOST_QTY, SOUGHT_QTY, LOST_QTY)
    await do_moves(real_units)
    await run_repair(real_units, clock)
    assert [one.ordered_qty for one in await lines_for(real_units, line)] == [SOUGHT_QTY]
    assert await books_hold(real_units)


@pytest.mark.parametrize(
    "case",
    [(FRIDAY, (LOST_QTY, SOUGHT_QTY, LOST_QTY)), (SUNDAY, (LOST_QTY, 0, LOST_QTY)), (MONDAY, (0, 0, 0))],
)
async def test_goods_found_bad_are_lost_till_their_day_begins(real_units, city, note, clock, case):
    found_at, lost = case
    line = await leave(real_units, city, note, lost_qty=0)
    await sign(real_units, city, note, await arrive(real_units, city, note, missing_qty=0))
    (taken,) = await rows(real_units, ReceiptLine, order_line_id=line.id)
    clock.now = found_at
    place = [one.id for one in city.kitchens].index(note.kitchen_id)
    async with real_units.begin(actor=city.head(place)) as work:
        reject = LateReject(taken.id, LOST_QTY, RejectReason.SPOILED)
        await reject_late(work, RejectLate(taken.receipt_id, (reject,)))

    assert await coverage_now(real_units, line) == lost
    assert len(await waiting_moves(real_units)) == (lost[1] > 0)
    assert await books_hold(real_units)


async def test_where_the_policy_asks_the_operator_decides(real_units, city, note, clock):
    async with real_units.begin() as work:
        values = {**new_policy().values, "fallen_lines": FallenLines.ASK_OPERATOR.value}
        work.session.add(new_policy(number=2, values=values))
    line = await leave(real_units, city, note)
    await do_moves(real_units)
    await do_moves(real_units)

    assert await rows(real_units, RepairRequest) == []
    [(user_id, text)] = await told(real_units, "lines_undecided")
    assert user_id == city.operator.user_id
    assert text.startswith("1 baris pesanan")
    async with real_units.begin() as work:
        week = {"region_code": note.region_code, "week_start": WEEK, "after_day": FRIDAY.date()}
        [shown] = await list_fallen_lines(work.session, **week, after=None, limit=9)
        assert await count_fallen_lines(work.session, **week) == 1
    assert (shown.line.id, shown.qty, shown.standby) == (line.id, SOUGHT_QTY, None)
    (pending,) = await rows(real_units, PendingDecision)
    clock.now = pending.remind_at
    assert await chase_decisions(real_units) == [line.order_id]
    clock.now = FRIDAY

    async with real_units.begin(actor=city.operator) as work:
        moved = await move_lines_by_hand(work, MoveFallenLines(line.order_id, (line.id,)))
    assert (list(moved.lines), moved.waits_for_repair) == ([], True)
    await run_repair(real_units, clock)
    assert [one.ordered_qty for one in await lines_for(real_units, line)] == [SOUGHT_QTY]
    async with real_units.begin() as work:
        assert await count_fallen_lines(work.session, **week) == 0
