"""How long it takes to take over orders from before Pasok, a hundred lines each, at three sizes.

Usage: python benchmarks/past_orders.py [LINES ...]    (default 1000 10000 50000)

Seconds until the last row is in the database, of them those of this process's processor, and microseconds a line.
"""

from __future__ import annotations

import time
from datetime import timedelta

from benchmarks.measuring.table import print_row
from benchmarks.measuring.units import on_each_size, units_of
from service.domain.past_orders import PastLine, PastOrder
from service.workflows.import_past_orders import ImportPastOrders, import_past_orders
from tests.factories.planned_weeks import PlannedWeek, add_planned_week
from tests.factories.plans import WEEK

SIZES = (1_000, 10_000, 50_000)
LINES_OF_AN_ORDER = 100
QTY, PRICE_IDR = 40_000, 13_000
COLUMNS = ("lines", "orders", "seconds", "of a processor", "us a line")
WIDTHS = (9, 8, 9, 16, 11)


def orders_of(week: PlannedWeek, lines: int) -> tuple[PastOrder, ...]:
    """Return so many lines of the week before, in orders to each cooperative in turn."""
    day = WEEK - timedelta(days=7)
    of_one = tuple(
        PastLine(week.kitchens[0].code, week.items[0].code, day, QTY * number, QTY * number, PRICE_IDR)
        for number in range(1, LINES_OF_AN_ORDER + 1)
    )
    return tuple(
        PastOrder(f"SPB/{number}", day, week.cooperatives[number % len(week.cooperatives)].code, of_one)
        for number in range(lines // LINES_OF_AN_ORDER)
    )


async def measured(address: str, lines: int) -> None:
    """Print the row of one size."""
    async with units_of(address, 2) as (_, units):
        async with units.begin() as work:
            week = await add_planned_week(work.session)
        orders = orders_of(week, lines)
        began, spent = time.perf_counter(), time.process_time()
        async with units.begin(actor=week.operator) as work:
            done = await import_past_orders(work, ImportPastOrders(orders))
        took, spent = time.perf_counter() - began, time.process_time() - spent
    figures = (f"{took:.2f}", f"{spent:.2f}", f"{1_000_000 * took / done.line_count:.0f}")
    print_row((f"{done.line_count:,}", str(len(done.imported)), *figures), WIDTHS)


def main() -> None:
    """Print the table, a row for each size."""
    print_row(COLUMNS, WIDTHS)
    on_each_size(measured, SIZES)


if __name__ == "__main__":
    main()
