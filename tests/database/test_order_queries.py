"""Lists of orders stay quick: the same statements however many lines there are, served by indexes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.queries.coverage import coverage_of
from service.database.queries.deliveries import unnoted_order_ids
from service.database.queries.orders import OrderFilter, lines_of, list_orders
from service.domain.events import Event
from service.domain.orders import OrderLine
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.expire_answers import ExpireOrder, expire_order
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.tell_people import tell_people
from tests.factories.orders import accepting
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import WEEK


@contextmanager
def statements(engine: AsyncEngine) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection, _cursor, statement, parameters, *_more) -> None:
        seen.append((statement, parameters))

    sa.event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine.sync_engine, "before_cursor_execute", note)


@pytest.mark.parametrize("days", [1, 5])
async def test_publishing_takes_as_many_statements_for_a_day_as_for_a_week(work, session, engine, days):
    week = await add_planned_week(session, kitchens=4, cooperatives=2, items=2, days=days)

    with statements(engine) as seen:
        await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))

    assert len(seen) == 33


@pytest.mark.parametrize("days", [1, 5])
async def test_silence_is_followed_by_as_many_statements_for_a_day_as_for_a_week(work, session, engine, days):
    """Its lines are declined, asked of their standbys, and all are told."""
    week = await add_planned_week(session, kitchens=4, cooperatives=3, items=2, days=days)
    done = await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    late = replace(work, now=done.orders[0].respond_by_at)
    await tell_people(late, list(await session.scalars(sa.select(Event))))

    with statements(engine) as seen:
        lines = await expire_order(late, ExpireOrder(done.orders[0].id))
        moved = await move_fallen_lines(late, MoveFallenLines(done.orders[0].id, tuple(line.id for line in lines)))
    with statements(engine) as told:
        await tell_people(late, list(await session.scalars(sa.select(Event))))

    assert len(moved.lines) == len(lines) == 4 * days
    assert (len(seen), len(told)) == (73, 9)


@pytest.mark.parametrize("kitchens", [2, 20])
async def test_a_list_takes_two_statements_however_many_orders_it_shows(work, session, engine, kitchens):
    week = await add_planned_week(session, kitchens=kitchens, cooperatives=kitchens)
    await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))
    await session.flush()

    with statements(engine) as seen:
        orders = await list_orders(session, region_code="32.71", wanted=OrderFilter(), after=None, limit=100)
        lines = await lines_of(session, orders[0].order.id, kitchen_id=None)

    assert (len(orders), len(lines), len(seen)) == (kitchens, 2, 3)


LAST_IN_HISTORY = date(2026, 9, 21)
HISTORY = """
    INSERT INTO purchase_order (id, created_at, version, region_code, number, week_start, cooperative_id, status)
    SELECT gen_random_uuid(), now(), 1, '32.71', organisation.code || '-' || week, DATE '2024-12-30' + 7 * week,
           organisation.id, 'answered'
    FROM organisation, generate_series(1, 90) AS week WHERE organisation.kind = 'cooperative'"""
HISTORY_LINES = """
    INSERT INTO order_line (id, created_at, order_id, position, kitchen_id, item_code, needed_date,
                            ordered_qty, price_idr, status, accepted_qty)
    SELECT gen_random_uuid(), now(), purchase_order.id, row_number() OVER (PARTITION BY purchase_order.id),
           organisation.id, 'ITEM-00', week_start, 1000, 1, 'accepted', 1000
    FROM purchase_order, organisation
    WHERE organisation.kind = 'kitchen' AND hashtext(organisation.code || purchase_order.number) % 7 = 0"""


@pytest.fixture
async def history(session) -> PlannedWeek:
    """Twenty cooperatives and kitchens with ninety weeks of orders, known to the planner."""
    week = await add_planned_week(session, kitchens=20, cooperatives=20)
    for statement in (HISTORY, HISTORY_LINES, "ANALYZE purchase_order, order_line"):
        await session.execute(sa.text(statement))
    return week


async def explained(session, engine, query) -> str:
    """Return how PostgreSQL runs what a query function asks."""
    with statements(engine) as seen:
        await query()
    connection = await session.connection()
    plans = []
    for statement, parameters in seen:
        rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        plans += [row[0] for row in rows]
    return "\n".join(plans)


@pytest.mark.parametrize(
    ("narrowed", "index"),
    [
        ("to nothing", "ix_purchase_order_region_week"),
        ("to a week", "ix_purchase_order_region_week"),
        ("to a cooperative", "ix_purchase_order_cooperative_week"),
        ("to a kitchen", "ix_order_line_kitchen_date"),
    ],
)
async def test_each_list_of_orders_has_an_index(session, engine, history, narrowed, index):
    filters = {
        "to nothing": OrderFilter(),
        "to a week": OrderFilter(week_start=WEEK),
        "to a cooperative": OrderFilter(cooperative_ids=(history.cooperatives[0].id,)),
        "to a kitchen": OrderFilter(kitchen_id=history.kitchens[0].id),
    }

    plan = await explained(
        session,
        engine,
        lambda: list_orders(session, region_code="32.71", wanted=filters[narrowed], after=None, limit=50),
    )

    assert index in plan


async def test_coverage_looks_only_at_the_kitchens_lines(session, engine, history):
    kitchen_id = history.kitchens[0].id

    plan = await explained(
        session, engine, lambda: coverage_of(session, kitchen_id=kitchen_id, week_start=LAST_IN_HISTORY)
    )

    assert "ix_order_line_kitchen_date" in plan


NOTES = """
    INSERT INTO delivery (id, created_at, version, region_code, week_start, number, cooperative_id, kitchen_id,
                          needed_date, drop_no, status)
    SELECT line.id, now(), 1, region_code, week_start, line.id, cooperative_id, kitchen_id, needed_date,
           row_number() OVER (), 'planned'
    FROM order_line AS line JOIN purchase_order ON purchase_order.id = line.order_id WHERE plan_id IS NULL"""
NOTED_LINES = """
    INSERT INTO delivery_line (id, created_at, version, delivery_id, position, order_line_id, item_code, planned_qty,
                               price_idr)
    SELECT gen_random_uuid(), now(), 1, line.id, 1, line.id, item_code, 1000, 1
    FROM order_line AS line JOIN purchase_order ON purchase_order.id = line.order_id WHERE plan_id IS NULL"""


async def test_what_is_to_be_noted_is_found_without_reading_old_lines_and_notes(work, session, engine, history):
    published = await publish_plan(replace(work, actor=history.operator), PublishPlan(history.plan.id, 1))
    for number, cooperative in enumerate(history.cooperatives):
        [order] = (one for one in published.orders if one.cooperative_id == cooperative.id)
        lines = await session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id))
        by = replace(work, actor=history.officer(number))
        await answer_order(by, AnswerOrder(order.id, tuple(accepting(line) for line in lines)))
    for statement in (NOTES, NOTED_LINES, "ANALYZE"):
        await session.execute(sa.text(statement))

    plan = await explained(session, engine, lambda: unnoted_order_ids(session, work.now))

    assert not [table for table in ("order_line", "delivery", "delivery_line") if f"Seq Scan on {table} " in plan], plan
