"""How the demo's week grows: seconds of each step for three sizes, on one machine, one after the other.

Usage: python benchmarks/week.py [KITCHENS ...]    (default 12 36 144)
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from service.database.embedded import database_address
from service.database.queries.counts import week_counts
from service.database.schema import migrate
from service.demo.act_out import answer, cast_of, match, orders_of, publish
from service.demo.facts import read_facts
from service.demo.load import load_demo
from service.settings import Settings
from service.worker import running
from service.workflows.start_run import StartRun

SIZES = (12, 36, 144)
COOPERATIVES_PER_KITCHEN = 40 / 144
COLUMNS = ("kitchens", "lines", "load", "match", "(solve)", "publish", "answer", "gap %", "orders")


async def timed(row: list[str], doing: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever the step returns
    """Wait for a step and add its seconds to the row."""
    started = time.monotonic()
    result = await doing
    row.append(f"{time.monotonic() - started:.2f}")
    return result


async def play(settings: Settings, database_url: str, kitchens: int) -> list[str]:
    """Live the week of so many kitchens; return a row of the table."""
    facts = read_facts()
    row = [str(kitchens)]
    async with running(settings, database_url, work=True) as runtime:
        units = runtime.units
        size = {"kitchens": kitchens, "cooperatives": max(3, round(kitchens * COOPERATIVES_PER_KITCHEN))}
        week_start = await timed(row, load_demo(units, facts, seed=1, now=units.clock(), **size))
        async with units.begin() as work:
            lines = (await week_counts(work.session, facts.region.code, week_start))["demand lines"]
        row.insert(1, str(lines))
        cast = await cast_of(units, facts.region.code)
        plan = await timed(row, match(units, cast, StartRun(week_start, seed=1), lambda _run: None))
        row.append(f"{plan.solve_ms / 1000:.2f}")
        await timed(row, publish(units, cast, plan))
        orders = await orders_of(units, plan)
        await timed(row, answer(units, cast, orders, seed=1))
    return [*row, f"{plan.gap_bp / 100:.2f}", str(len(orders))]


def main() -> None:
    """Print the table, a row as soon as it is known; seconds of wall time."""
    print("".join(f"{name:>10}" for name in COLUMNS), flush=True)
    for kitchens in [int(word) for word in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(demo=True, database_url=None, var_dir=Path(folder))
            with database_address(None, settings.postgres_dir) as database_url:
                migrate(database_url)
                row = asyncio.run(play(settings, database_url, kitchens))
        print("".join(f"{value:>10}" for value in row), flush=True)


if __name__ == "__main__":
    main()
