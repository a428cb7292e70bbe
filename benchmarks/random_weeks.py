"""Weeks lived at random by everybody at once, as the tests live a few of them, for as many seeds as are asked for.

Usage: python benchmarks/random_weeks.py [--seeds N] [--first N] [--steps N] [--processes N]    (200 seeds from 1000 on)

Everybody answers, sells, delivers, weighs, signs, pays at random, twice, late, with crashes; after every change all
rules of the books are examined, and at the end that nobody was forgotten. Prints how many weeks that is a minute and
which seeds failed with what; ends with 1 then.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from service.database.embedded import database_address
from service.database.schema import migrate, scratch_database
from tests.workflows.random_weeks import STEPS, Place, live_a_week, the_same_ids
from tests.workflows.town import BEGIN, DEEDS, Town

SAY_EVERY_S = 60


class Clock:
    """The time in a week: stands still until it is moved."""

    now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_long: int) -> None:
        self.now += timedelta(**how_long)


own_place: Place
"""With a database of this process alone: weeks in one database would wait for each other."""


def take_address(addresses: SimpleQueue[str]) -> None:
    global own_place  # noqa: PLW0603  (set once, when the process begins)
    own_place = Place(addresses.get())


async def live(seed: int, steps: int) -> Town:
    clock = Clock()
    async with own_place.week(clock) as units, units.begin(correlation_id="week") as work:
        return await live_a_week(units, work, clock, seed, steps)


def try_seed(seed: int, *, steps: int) -> tuple[int, Counter[str], set[str], str]:
    """Live a week; return its seed, what came of its deeds, which of them came off, and what was wrong."""
    logging.disable()
    try:
        with the_same_ids():
            town = own_place.runner.run(live(seed, steps))
    except Exception as wrong:  # noqa: BLE001  (whatever is wrong is what we look for)
        return seed, Counter(), set(), f"{type(wrong).__name__}: {' '.join(str(wrong).split())[:200]}"
    return seed, town.outcomes, town.done, ""


def main() -> None:
    """Print what was found, and every minute how far it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1000, help="the first seed; the tests have those below 100")
    parser.add_argument("--steps", type=int, default=STEPS, help="with fewer a week ends in mid-course")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    outcomes: Counter[str] = Counter()
    never = set(DEEDS)
    failed: list[tuple[int, str]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        database_address(None, Path(folder) / "postgres") as server,
        ExitStack() as stack,
    ):
        context = multiprocessing.get_context("spawn")
        addresses = context.SimpleQueue()
        for _ in range(args.processes):
            address = stack.enter_context(scratch_database(server))
            migrate(address)
            addresses.put(address)
        pool = stack.enter_context(context.Pool(args.processes, take_address, (addresses,)))
        began = said = time.monotonic()
        seeds = range(args.first, args.first + args.seeds)
        for done, (seed, told, came_off, wrong) in enumerate(pool.imap(partial(try_seed, steps=args.steps), seeds), 1):
            outcomes += told
            never -= came_off
            if wrong:
                failed.append((seed, wrong))
                print(f"seed {seed}: {wrong}", flush=True)
            if time.monotonic() - said > SAY_EVERY_S or done == args.seeds:
                said = time.monotonic()
                print(f"{done} weeks, {60 * done / (said - began):.1f} a minute, {len(failed)} wrong", flush=True)
    print(f"{outcomes.total()} deeds: " + ", ".join(f"{count} {code}" for code, count in outcomes.most_common(12)))
    print(f"deeds that never came off: {', '.join(sorted(never)) or 'none'}")
    print(f"first failing seed: {failed[0][0]}" if failed else "no seed failed")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
