"""What one worker does when a deadline passes in many regions at once and nobody has answered, at three sizes.

Usage: python benchmarks/deadline.py [REGIONS ...]    (default 1 4 16)

A region has 12 kitchens and 6 cooperatives, which hold an order of 140 lines each. Silence declines every line, each
line is asked of its standby or waits for a repair, and all who are concerned are told. Milliseconds an order for each
step, one after the other; then how many orders a minute come through all three.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from benchmarks.measuring.table import print_row
from benchmarks.measuring.units import on_each_size, units_of
from service.database.unit_of_work import UnitsOfWork
from service.domain.orders import Order
from service.workflows.do_each import do_each
from service.workflows.expire_answers import expire_answers
from service.workflows.move_fallen_lines import MOVE_FALLEN_LINES, MoveFallenLines, move_settled_lines
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.tell_events import tell_events
from tests.factories.planned_weeks import add_planned_week

SIZES = (1, 4, 16)
KITCHENS, COOPERATIVES, ITEMS, DAYS = 12, 6, 14, 5
FIRST_CODE = 71
MINUTE_MS = 60_000
JOBS = "SELECT args->>'order_id', args->'line_ids' FROM procrastinate_jobs WHERE task_name = :name ORDER BY id"
COLUMNS = ("regions", "orders", "declined", "ms", "moved", "ms", "events told", "ms", "orders a minute")
WIDTHS = (8, 8, 10, 7, 8, 7, 13, 7, 17)


async def publish_week(units: UnitsOfWork, region_code: str) -> None:
    """Send a region's orders."""
    async with units.begin() as work:
        week = await add_planned_week(
            work.session,
            region_code=region_code,
            kitchens=KITCHENS,
            cooperatives=COOPERATIVES,
            items=ITEMS,
            days=DAYS,
        )
    if week.plan is None:
        raise SystemExit("the week has no plan")
    async with units.begin(actor=week.operator) as work:
        await publish_plan(work, PublishPlan(week.plan.id, week.plan.version))


async def passed(units: UnitsOfWork) -> tuple[int, datetime]:
    """Return how many orders there are, and when the last may be answered no more; count the tables as a city's are."""
    await tell_events(units)
    async with units.begin() as work:
        await work.session.execute(sa.text("ANALYZE"))
        orders = (await work.session.scalars(select(col(Order.respond_by_at)))).all()
    return len(orders), max(due for due in orders if due) + timedelta(minutes=1)


async def timed(do: Callable[[], Awaitable[int]]) -> tuple[int, float]:
    """Return how much was done, and the milliseconds that it took."""
    began = time.perf_counter()
    count = await do()
    return count, 1000 * (time.perf_counter() - began)


async def move_all(units: UnitsOfWork) -> int:
    """Do the jobs that ask standbys, as a worker does; return how many."""
    async with units.begin() as work:
        found = (await work.session.execute(sa.text(JOBS), {"name": MOVE_FALLEN_LINES})).all()
    due = [MoveFallenLines(UUID(order_id), tuple(map(UUID, line_ids))) for order_id, line_ids in found]
    return len(await do_each(units, due, move_settled_lines, failure="not_moved"))


async def measured(address: str, regions: int) -> None:
    """Print the row of one size."""
    async with units_of(address, 2) as (_, units):
        for number in range(regions):
            await publish_week(units, f"32.{FIRST_CODE + number}")
        orders, now = await passed(units)

    async with units_of(address, 2, now=now) as (_, units):

        async def expire() -> int:
            return len(await expire_answers(units))

        steps = [await timed(do) for do in (expire, lambda: move_all(units), lambda: tell_events(units))]
    figures = [text for count, ms in steps for text in (f"{count:,}", f"{ms / orders:.0f}")]
    a_minute = MINUTE_MS * orders / sum(ms for _, ms in steps)
    print_row((str(regions), str(orders), *figures, f"{a_minute:,.0f}"), WIDTHS)


def main() -> None:
    """Print the table, a row for each size."""
    print_row(COLUMNS, WIDTHS)
    on_each_size(measured, SIZES)


if __name__ == "__main__":
    main()
