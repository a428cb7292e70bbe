"""All pairs of deeds of the order cycle on one order, at each of its stages, interleaved at every lock of the first.

Usage: python benchmarks/interleavings.py [--stages STAGE ...] [--processes N]    (default: all stages)

A deed stops before its first lock, before its second, and so on, and before its commit; the other then goes as far as
it comes. `unexplained` counts the times when what is left is not what one after the other leaves, or breaks a rule of
the books; pairs of whom neither can do anything, whoever comes first, are counted in `pairs` and not interleaved.
`deeds` are those that can be named at the stage, `done` how many of them can be done. Ends with 1 if anything is
unexplained.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path

from benchmarks.measuring.table import number, print_row
from benchmarks.measuring.units import units_of
from service.database.embedded import database_address
from service.database.schema import migrate, scratch_database
from tests.workflows.order_cases import deeds_of
from tests.workflows.small_worlds import BEFORE, Tried, World, try_pairs

THURSDAY = datetime(2026, 11, 26, 6, tzinfo=UTC)
"""After the cut-off, before the first day is closed to a kitchen's corrections."""
STAGES = ("planned", *BEFORE)
WITH_UNDO = ("sent", "declined", "accepted")
WITH_REPAIR = ("sent", "asked", "declined", "accepted", "noted", "left", "weighed")
WIDTHS = (24, 8, 7, 8, 15, 13, 9)
SHOWN = 5


@dataclass(frozen=True)
class Setting:
    """A stage, and whether a repair waits to be published or answers can be taken back."""

    stage: str
    has_repair: bool = False
    undo_minutes: int = 0

    @property
    def name(self) -> str:
        return self.stage + ", repair" * self.has_repair + ", undo" * bool(self.undo_minutes)


@dataclass(frozen=True)
class Found:
    """What came of all pairs of a setting."""

    deeds: int
    tried: Tried
    spent_s: float


async def try_setting(address: str, setting: Setting) -> Found:
    async with units_of(address, 5, now=THURSDAY) as (engine, units):
        world = World(engine, units, setting.stage, has_repair=setting.has_repair, undo_minutes=setting.undo_minutes)
        case = await world.make()
        deeds = deeds_of(case)
        began = time.perf_counter()
        tried = await try_pairs(engine, world, case, list(product(deeds, repeat=2)))
        return Found(len(deeds), tried, time.perf_counter() - began)


def in_a_database(server: str, setting: Setting) -> Found:
    logging.disable()
    with scratch_database(server) as address:
        migrate(address)
        return asyncio.run(try_setting(address, setting))


def main() -> None:
    """Print a row for every setting, and what is unexplained."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    settings = [
        *(Setting(stage) for stage in args.stages),
        *(Setting(stage, undo_minutes=5) for stage in args.stages if stage in WITH_UNDO),
        *(Setting(stage, has_repair=True) for stage in args.stages if stage in WITH_REPAIR),
    ]
    print_row(("stage", "deeds", "done", "pairs", "interleavings", "unexplained", "s"), WIDTHS)
    is_all_explained = True
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        database_address(None, Path(folder) / "postgres") as server,
        context.Pool(args.processes, maxtasksperchild=1) as pool,
    ):
        for setting, found in zip(settings, pool.imap(partial(in_a_database, server), settings), strict=True):
            tried = found.tried
            counts = (found.deeds, len(tried.done), found.deeds**2, tried.count, len(tried.unexplained))
            print_row((setting.name, *map(str, counts), number(found.spent_s)), WIDTHS)
            print("\n".join(tried.unexplained[:SHOWN]), end="\n" * bool(tried.unexplained), flush=True)
            is_all_explained &= not tried.unexplained
    raise SystemExit(not is_all_explained)


if __name__ == "__main__":
    main()
