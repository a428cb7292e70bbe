"""What it costs to ask what capital is tied up, and to move lines to standbys, at three sizes of a city.

Usage: python benchmarks/exposures.py [KITCHENS ...]    (default 12 36 144)

A published week of 100 lines a kitchen and eight weeks before it: of the last the goods are under way, of the two
before that the invoices are open. Milliseconds, the quickest of seven; each move is undone again.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from benchmarks.measuring.table import print_row
from benchmarks.measuring.units import on_each_size, units_of
from service.database.queries.exposures import ExposedCooperative, list_exposures
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, OrderLine
from service.domain.plans import Plan
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.move_fallen_lines import MoveFallenLines, move_fallen_lines
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import WEEK

T = TypeVar("T")
SIZES, TIMES, FALLEN, WEEKS_BEFORE = (12, 36, 144), 7, 10, 8
COOPERATIVES_PER_KITCHEN = 68 / 144
ITEMS, DAYS = 20, 5
COLUMNS = ("kitchens", "lines", "of one", "of all", "one / all", "move of 10", "moved")
WIDTHS = (9, 9, 9, 9, 11, 12, 7)

PAST = """
    SET LOCAL session_replication_role = replica;
    INSERT INTO purchase_order SELECT (jsonb_populate_record(sent, jsonb_build_object(
        'id', md5(id::text || week)::uuid, 'plan_id', md5(plan_id::text || week)::uuid,
        'number', number || ' of ' || week, 'week_start', week_start - 7 * week, 'noted_at', now()))).*
    FROM purchase_order AS sent, generate_series(1, :weeks) AS week;
    INSERT INTO order_line SELECT (jsonb_populate_record(asked, jsonb_build_object(
        'id', md5(id::text || week)::uuid, 'order_id', md5(order_id::text || week)::uuid, 'forecast_line_id', NULL,
        'status', 'accepted', 'accepted_qty', ordered_qty, 'needed_date', needed_date - 7 * week))).*
    FROM order_line AS asked, generate_series(1, :weeks) AS week;
    INSERT INTO delivery (id, created_at, version, region_code, week_start, number, cooperative_id, kitchen_id,
        needed_date, drop_no, status, dispatched_at)
    SELECT DISTINCT md5(order_id::text || kitchen_id || needed_date)::uuid, now(), 1, region_code, week_start,
        md5(order_id::text || kitchen_id || needed_date), cooperative_id, kitchen_id, needed_date, 1,
        CASE WHEN week_start < max(week_start) OVER () THEN 'received' ELSE 'dispatched' END, now()
    FROM order_line AS line JOIN purchase_order AS one ON one.id = order_id WHERE line.status = 'accepted';
    INSERT INTO delivery_line (id, created_at, version, delivery_id, position, order_line_id, item_code, planned_qty,
        price_idr, shipped_qty)
    SELECT md5(id::text)::uuid, now(), 1, md5(order_id::text || kitchen_id || needed_date)::uuid, position, id,
        item_code, ordered_qty, price_idr, ordered_qty
    FROM order_line WHERE status = 'accepted';
    INSERT INTO receipt (id, created_at, version, region_code, week_start, delivery_id, cooperative_id, kitchen_id,
        status, signed_at)
    SELECT id, now(), 1, region_code, week_start, id, cooperative_id, kitchen_id, 'signed', now()
    FROM delivery WHERE week_start < (SELECT max(week_start) FROM delivery);
    INSERT INTO invoice (id, created_at, version, region_code, week_start, receipt_id, cooperative_id, kitchen_id,
        number, year, sequence, issued_on, due_on, status, total_idr, paid_idr, credited_idr)
    SELECT id, now(), 1, region_code, week_start, id, cooperative_id, kitchen_id, id::text, 2026,
        row_number() OVER (), week_start, week_start + 14, CASE WHEN is_open THEN 'issued' ELSE 'paid' END, 1000,
        CASE WHEN is_open THEN 0 ELSE 1000 END, 0
    FROM receipt, LATERAL (SELECT week_start > (SELECT max(week_start) - 14 FROM receipt) AS is_open) AS left_open"""


ROOM = "UPDATE cooperative SET capital_idr = 100000000000000, handling_g_per_day = 1000000000"


class Undone(Exception):
    """Takes back what a unit of work wrote."""


def undo() -> None:
    """End a unit of work without its commit."""
    raise Undone


async def a_city(units: UnitsOfWork, kitchens: int) -> tuple[PlannedWeek, MoveFallenLines]:
    """Live a week until one order has lost ten lines; put eight weeks before it."""
    async with units.begin() as work:
        week = await add_planned_week(
            work.session,
            kitchens=kitchens,
            cooperatives=max(3, round(kitchens * COOPERATIVES_PER_KITCHEN)),
            items=ITEMS,
            days=DAYS,
        )
        await work.session.execute(sa.text(ROOM))
        [plan_id] = await work.session.scalars(select(col(Plan.id)))
    async with units.begin(actor=week.operator) as work:
        orders = (await publish_plan(work, PublishPlan(plan_id, 1))).orders
    order = next(one for one in orders if one.cooperative_id == week.cooperatives[0].id)
    async with units.begin() as work:
        for statement in PAST.split(";\n"):
            given = {"weeks": WEEKS_BEFORE} if ":weeks" in statement else {}
            await work.session.execute(sa.text(statement), given)
    async with units.begin(actor=week.officer()) as work:
        lines = select(OrderLine).where(col(OrderLine.order_id) == order.id).order_by(col(OrderLine.position))
        fallen = (await work.session.scalars(lines.limit(FALLEN))).all()
        said = tuple(LineAnswer(line.id, 0, DeclineReason.NO_CASH) for line in fallen)
        await answer_order(work, AnswerOrder(order.id, said))
    async with units.begin() as work:
        await work.session.execute(sa.text("ANALYZE"))
    return week, MoveFallenLines(order.id, tuple(line.id for line in fallen))


async def quickest_ms(units: UnitsOfWork, ask: Callable[[UnitOfWork], Awaitable[T]]) -> tuple[float, T]:
    """Ask again and again, each time as if for the first; return the least milliseconds and what came of it."""
    spent = []
    for _ in range(TIMES):
        with contextlib.suppress(Undone):
            async with units.begin() as work:
                await work.session.execute(sa.text("SELECT 1"))
                began = time.perf_counter()
                found = await ask(work)
                spent.append(1000 * (time.perf_counter() - began))
                undo()
    return min(spent), found


async def measured(address: str, kitchens: int) -> None:
    """Print the row of one size."""
    async with units_of(address, 2) as (_, units):
        week, fallen = await a_city(units, kitchens)
        region, own_id = week.cooperatives[0].region_code, week.cooperatives[0].id

        def ask(of: UUID | None) -> Callable[[UnitOfWork], Awaitable[list[ExposedCooperative]]]:
            return lambda work: list_exposures(
                work.session, region_code=region, week_start=WEEK, own_id=of, after=None, limit=1000
            )

        one_ms, _ = await quickest_ms(units, ask(own_id))
        all_ms, _ = await quickest_ms(units, ask(None))
        move_ms, moved = await quickest_ms(units, lambda work: move_fallen_lines(work, fallen))
    lines = kitchens * ITEMS * DAYS
    figures = (f"{one_ms:.1f}", f"{all_ms:.1f}", f"{one_ms / all_ms:.2f}", f"{move_ms:.0f}", str(len(moved.lines)))
    print_row((str(kitchens), f"{lines:,}", *figures), WIDTHS)


def main() -> None:
    """Print the table, a row for each size."""
    print_row(COLUMNS, WIDTHS)
    on_each_size(measured, SIZES)


if __name__ == "__main__":
    main()
