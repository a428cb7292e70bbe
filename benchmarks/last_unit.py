"""Who gets the last goods when 2, 10 or 50 want them at the same moment, seed after seed; ends with 1 if not one does.

Usage: python benchmarks/last_unit.py [--clients N ...] [--seeds N]    (default: 2, 10 and 50 clients, 100 seeds each)

`one winner` counts the seeds in which one client got the goods, all others were told that they are gone, and the books
were right afterwards. Then one race without locks for comparison: how many believed that they had the goods, or failed.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.measuring.table import number, print_row
from benchmarks.measuring.units import units_of
from service.database.embedded import database_address
from service.database.queries import locks
from service.database.schema import migrate, scratch_database
from service.database.unit_of_work import UnitsOfWork
from service.workflows.publish_plan import PublishedPlan
from tests.workflows.last_unit import the_last_unit

WIDTHS = (9, 7, 12, 9, 26)


async def races(units: UnitsOfWork, clients: int, seeds: int) -> bool:
    """Run the seeds and print their row; tell whether all had one winner."""
    race = await the_last_unit(units, clients)
    told: Counter[str] = Counter()
    right, began = 0, time.perf_counter()
    for seed in range(seeds):
        results = await race.race(seed)
        won = [result for result in results if isinstance(result, PublishedPlan)]
        told += Counter(type(result).__name__ for result in results if not isinstance(result, PublishedPlan))
        right += len(won) == 1 and await race.wrong() == []
        if len(won) != 1:
            break
        await race.again(won[0])
    spent_s = time.perf_counter() - began
    others = ", ".join(f"{count} {name}" for name, count in told.items())
    print_row((str(clients), str(seeds), str(right), number(spent_s), others), WIDTHS)
    return right == seeds and set(told) <= {"SupplyExhausted"}


async def without_locks(units: UnitsOfWork, clients: int) -> None:
    """Run one race without locks and print what came of it."""
    race = await the_last_unit(units, clients)
    held = locks.for_change, locks.for_keeping
    locks.for_change = locks.for_keeping = lambda query: query
    try:
        told = Counter(type(result).__name__ for result in await race.race(0))
    finally:
        locks.for_change, locks.for_keeping = held
    print(f"without locks, {clients} clients: " + ", ".join(f"{count} {name}" for name, count in told.items()))


async def in_a_database(server: str, clients: int, seeds: int) -> bool:
    """Run races in a database of their own, or without any seed the one race without locks."""
    with scratch_database(server) as address:
        await asyncio.to_thread(migrate, address)
        async with units_of(address, clients) as (_, units):
            if seeds:
                return await races(units, clients, seeds)
            await without_locks(units, clients)
            return True


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--clients", type=int, nargs="+", default=[2, 10, 50])
    parser.add_argument("--seeds", type=int, default=100)
    args = parser.parse_args()
    logging.disable()
    print_row(("clients", "seeds", "one winner", "s", "the others"), WIDTHS)
    with tempfile.TemporaryDirectory() as folder, database_address(None, Path(folder) / "postgres") as server:
        right = [asyncio.run(in_a_database(server, clients, args.seeds)) for clients in args.clients]
        asyncio.run(in_a_database(server, max(args.clients), 0))
    raise SystemExit(not all(right))


if __name__ == "__main__":
    main()
