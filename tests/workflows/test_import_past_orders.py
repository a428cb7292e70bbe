"""Orders of before Pasok are taken over once, whole, and only from the past."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from service.database.queries.fairness import accepted_value_idr
from service.database.queries.invariants import violations
from service.domain.errors import NotFound, NotPermitted, RespondByPassed
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus
from service.domain.past_orders import PastLine, PastOrder
from service.domain.plans import Plan, PlanStatus, Shortage
from service.domain.repair_requests import RepairRequest
from service.domain.withdrawals import Withdrawal, WithdrawalReason
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.import_past_orders import ImportPastOrders, import_past_orders
from service.workflows.move_fallen_lines import MovedLines, MoveFallenLines
from service.workflows.move_lines_by_hand import move_lines_by_hand
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import WEEK
from tests.factories.repairs import answer, cannot_drive, repaired, serving
from tests.factories.runs import rows
from tests.workflows.test_repair_run import published

__all__ = ["published"]

LAST_WEEK = date(2026, 11, 16)


def a_line(**changes: Any) -> PastLine:
    return replace(PastLine("K000", "ITEM-00", LAST_WEEK, 40_000, 30_000, 13_000), **changes)


def an_order(number: str = "SPB/46/001", **changes: Any) -> PastOrder:
    lines = (a_line(), a_line(kitchen_code="K001", accepted_qty=40_000), a_line(item_code="ITEM-01", accepted_qty=0))
    return replace(PastOrder(number, LAST_WEEK, "C000", lines), **changes)


@pytest.fixture
async def week(session) -> PlannedWeek:
    return await add_planned_week(session)


@pytest.fixture
def take_over(work, week):
    async def take_over(*orders: PastOrder, **changes: Any):
        by = replace(work, actor=changes.get("actor", week.operator))
        return await import_past_orders(by, ImportPastOrders(orders))

    return take_over


async def test_past_orders_are_answered_and_have_no_plan_and_no_source(take_over, session, week):
    done = await take_over(an_order())

    assert (done.imported, done.line_count, done.unchanged, done.faults) == (("SPB/46/001",), 3, (), ())
    [order] = await session.scalars(sa.select(Order))
    assert (order.status, order.plan_id, order.respond_by_at) == (OrderStatus.ANSWERED, None, None)
    assert order.cooperative_id == week.cooperatives[0].id
    lines = list(await session.scalars(sa.select(OrderLine).order_by(OrderLine.position)))
    assert [(line.status, line.accepted_qty) for line in lines] == [
        (OrderLineStatus.ACCEPTED_LESS, 30_000),
        (OrderLineStatus.ACCEPTED, 40_000),
        (OrderLineStatus.DECLINED, 0),
    ]
    assert {(line.offer_id, line.stock_id, line.forecast_line_id) for line in lines} == {(None, None, None)}
    assert await violations(session) == []


async def test_the_fairness_ledger_remembers_them(take_over, session, week):
    await take_over(an_order())

    values = await accepted_value_idr(session, region_code="32.71", week_start=date(2026, 11, 30), past_weeks=4)

    assert values == {week.cooperatives[0].id: 70 * 13_000}


async def test_the_same_file_again_changes_nothing_and_says_so(take_over, session):
    orders = (an_order(), an_order("SPB/46/002"))
    await take_over(*orders)
    turned = replace(orders[0], lines=orders[0].lines[::-1])

    again = await take_over(turned, orders[1])

    assert (again.imported, again.line_count, again.unchanged, again.faults) == (
        (),
        0,
        ("SPB/46/001", "SPB/46/002"),
        (),
    )
    assert await session.scalar(sa.select(sa.func.count()).select_from(OrderLine)) == 6


async def test_a_number_stands_for_one_order(take_over):
    await take_over(an_order())

    done = await take_over(an_order(lines=(a_line(),)), an_order("NEW"), an_order("NEW", cooperative_code="C001"))

    assert done.imported == ("NEW",)
    assert [(fault.field, fault.code) for fault in done.faults] == [
        ("orders.0.number", "number_taken"),
        ("orders.2.number", "number_taken"),
    ]


async def test_the_running_week_is_taken_and_a_future_one_refused(take_over):
    monday = date(2026, 11, 23)
    running = an_order("A", week_start=monday, lines=(a_line(needed_date=monday),))
    next_monday = monday + timedelta(weeks=1)
    future = an_order("B", week_start=next_monday, lines=(a_line(needed_date=next_monday),))

    done = await take_over(running, future)

    assert done.imported == ("A",)
    assert [(fault.field, fault.code) for fault in done.faults] == [("orders.1.week_start", "future_week")]


async def test_a_repair_of_the_running_week_is_published_beside_them(real_units, city, published, clock):
    _, *others = await serving(real_units, city)
    for place in others:
        await answer(real_units, city, place, cannot_drive)
    clock.now = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)  # early on Monday in Jakarta
    running = an_order(week_start=WEEK, lines=(a_line(needed_date=WEEK + timedelta(days=1)),))
    async with real_units.begin(actor=city.operator) as work:
        assert (await import_past_orders(work, ImportPastOrders((running,)))).imported == (running.number,)
    plan, _ = await repaired(real_units, city)

    async with real_units.begin(actor=city.operator) as work:
        await publish_plan(work, PublishPlan(plan.id, plan.version))

    assert {one.status for one in await rows(real_units, Plan, id=plan.id)} == {PlanStatus.PUBLISHED}
    [past] = await rows(real_units, Order, number=running.number)
    [line] = await rows(real_units, OrderLine, order_id=past.id)
    assert (past.status, line.accepted_qty) == (OrderStatus.ANSWERED, 30_000)


async def test_every_fault_is_named_and_the_good_orders_are_taken(take_over):
    wrong_line = PastLine("K999", "NOTHING", LAST_WEEK + timedelta(days=7), 0, 5, 0)
    wrong = PastOrder("", date(2026, 11, 17), "C999", (wrong_line,))

    done = await take_over(wrong, an_order(), an_order("EMPTY", lines=()))

    assert done.imported == ("SPB/46/001",)
    assert [(fault.field, fault.code) for fault in done.faults] == [
        ("orders.0.number", "out_of_range"),
        ("orders.0.week_start", "not_a_monday"),
        ("orders.0.cooperative_code", "unknown"),
        ("orders.0.lines.0.kitchen_code", "unknown"),
        ("orders.0.lines.0.item_code", "unknown"),
        ("orders.0.lines.0.ordered_qty", "out_of_range"),
        ("orders.0.lines.0.accepted_qty", "out_of_range"),
        ("orders.0.lines.0.price_idr", "out_of_range"),
        ("orders.2.lines", "missing"),
    ]


async def test_a_day_outside_the_week_is_refused(take_over):
    done = await take_over(an_order(lines=(a_line(needed_date=LAST_WEEK - timedelta(days=1)),)))

    assert [(fault.field, fault.code) for fault in done.faults] == [("orders.0.lines.0.needed_date", "out_of_range")]


async def test_a_past_order_is_not_answered_again(take_over, work, session, week):
    await take_over(an_order())
    [order] = await session.scalars(sa.select(Order))

    with pytest.raises(RespondByPassed):
        await answer_order(replace(work, actor=week.officer()), AnswerOrder(order.id, ()))


async def test_only_the_citys_operator_imports(take_over, week):
    with pytest.raises(NotPermitted):
        await take_over(an_order(), actor=week.officer())
    with pytest.raises(NotFound):
        await take_over(an_order(), actor=replace(week.operator, region_code="32.99"))


async def test_ten_thousand_lines_are_taken_over_at_once(take_over, session):
    """How long that takes `benchmarks/past_orders.py` tells."""
    lines = tuple(a_line(ordered_qty=1000 * number, accepted_qty=1000 * number) for number in range(1, 101))
    orders = [an_order(f"PO-{number}", lines=lines) for number in range(100)]

    done = await take_over(*orders)

    assert done.line_count == await session.scalar(sa.select(sa.func.count()).select_from(OrderLine)) == 10_000


@pytest.fixture
async def running(take_over, session) -> tuple[Order, OrderLine]:
    """An order of the running week that was taken over, and its only line: 30 kg of 40 came to be accepted."""
    monday = date(2026, 11, 23)
    await take_over(an_order(week_start=monday, lines=(a_line(needed_date=monday + timedelta(days=4)),)))
    return (await session.execute(sa.select(Order, OrderLine).join(OrderLine))).one()


async def test_goods_of_a_past_order_are_given_back_and_asked_of_nobody(running, work, session, week):
    order, line = running
    said = Withdrawal(line.id, 30_000, WithdrawalReason.CROP_FAILED)
    await withdraw_lines(replace(work, actor=week.officer()), WithdrawLines(order.id, order.version, (said,)))

    assert (line.status, line.accepted_qty) == (OrderLineStatus.DECLINED, 0)
    assert list(await session.scalars(sa.select(Shortage))) == []
    assert await session.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs")) == 0
    assert await violations(session) == []


async def test_what_fell_of_a_past_order_is_sent_on_to_nobody(running, work, session, week):
    order, line = running
    moved = await move_lines_by_hand(replace(work, actor=week.operator), MoveFallenLines(order.id, (line.id,)))

    assert moved == MovedLines()
    assert list(await session.scalars(sa.select(Order))) == [order]
    assert list(await session.scalars(sa.select(RepairRequest))) == []
