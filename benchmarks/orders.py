"""How long it takes to write a week's orders: published from a plan, and taken over from before Pasok, at three sizes.

Usage: python benchmarks/orders.py [KITCHENS ...]    (default 12 36 144)

Every kitchen wants 14 items on 5 days. Seconds until the last row is in the database, of them those of this
process's processor, and microseconds a line.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from benchmarks.measuring.table import print_row
from benchmarks.measuring.units import units_of
from service.database.embedded import database_address
from service.database.schema import migrate, scratch_database
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.past_orders import PastLine, PastOrder
from service.workflows.import_past_orders import ImportPastOrders, import_past_orders
from service.workflows.publish_plan import PublishPlan, publish_plan
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import WEEK

SIZES = (12, 36, 144)
COOPERATIVES_PER_KITCHEN = 68 / 144
ITEMS, DAYS, MOST_LINES = 14, 5, 100
QTY, PRICE_IDR = 40_000, 13_000
COLUMNS = ("kitchens", "orders", "lines", "seconds", "of a processor", "us a line", "how")
WIDTHS = (9, 8, 9, 9, 16, 11, 12)


async def a_week(units: UnitsOfWork, kitchens: int) -> PlannedWeek:
    """Add a week that is planned and not published yet."""
    async with units.begin() as work:
        return await add_planned_week(
            work.session,
            kitchens=kitchens,
            cooperatives=max(3, round(kitchens * COOPERATIVES_PER_KITCHEN)),
            items=ITEMS,
            days=DAYS,
        )


def of_the_past(week: PlannedWeek) -> tuple[PastOrder, ...]:
    """Return as many lines as the week has, of the week before, a hundred an order."""
    before = timedelta(days=7)
    kitchens = {forecast.id: kitchen.code for forecast, kitchen in zip(week.forecasts, week.kitchens, strict=True)}
    lines = [
        PastLine(kitchens[line.forecast_id], line.item_code, line.needed_date - before, QTY, QTY, PRICE_IDR)
        for line in week.demand
    ]
    parts = [tuple(lines[first : first + MOST_LINES]) for first in range(0, len(lines), MOST_LINES)]
    return tuple(
        PastOrder(f"SPB/{number}", WEEK - before, week.cooperatives[number % len(week.cooperatives)].code, part)
        for number, part in enumerate(parts)
    )


async def print_time(
    units: UnitsOfWork, week: PlannedWeek, how: str, do: Callable[[UnitOfWork], Awaitable[tuple[int, int]]]
) -> None:
    """Print the row of one way to write the orders; ``do`` returns how many orders and lines it wrote."""
    began, spent = time.perf_counter(), time.process_time()
    async with units.begin(actor=week.operator) as work:
        orders, lines = await do(work)
    took, spent = time.perf_counter() - began, time.process_time() - spent
    figures = (f"{took:.2f}", f"{spent:.2f}", f"{1_000_000 * took / lines:.0f}")
    print_row((str(len(week.kitchens)), str(orders), f"{lines:,}", *figures, how), WIDTHS)


async def measured(address: str, kitchens: int) -> None:
    """Print the rows of one size."""
    async with units_of(address, 2) as (_, units):
        week = await a_week(units, kitchens)
        plan = week.plan
        if plan is None:
            raise SystemExit("the week has no plan")

        async def publish(work: UnitOfWork) -> tuple[int, int]:
            done = await publish_plan(work, PublishPlan(plan.id, plan.version))
            return len(done.orders), done.line_count

        async def take_over(work: UnitOfWork) -> tuple[int, int]:
            done = await import_past_orders(work, ImportPastOrders(of_the_past(week)))
            return len(done.imported), done.line_count

        await print_time(units, week, "published", publish)
        await print_time(units, week, "taken over", take_over)


def main() -> None:
    """Print the table, two rows for each size."""
    logging.disable()
    print_row(COLUMNS, WIDTHS)
    with tempfile.TemporaryDirectory() as folder, database_address(None, Path(folder) / "postgres") as url:
        for kitchens in [int(size) for size in sys.argv[1:]] or SIZES:
            with scratch_database(url) as address:
                migrate(address)
                asyncio.run(measured(address, kitchens))


if __name__ == "__main__":
    main()
