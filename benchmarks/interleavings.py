"""All pairs of deeds of the order cycle on one order, at each of its stages, interleaved at every lock of the first.

Usage: python benchmarks/interleavings.py [--stages STAGE ...] [--kinds KIND ...] [--processes N]    (default: all)

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
from typing import Any

from benchmarks.measuring.table import number, print_row
from benchmarks.measuring.units import TUESDAY, units_of
from service.database.embedded import database_address
from service.database.schema import migrate, scratch_database
from tests.workflows.order_cases import deeds_of
from tests.workflows.small_worlds import BEFORE, Tried, World, try_pairs

THURSDAY = datetime(2026, 11, 26, 6, tzinfo=UTC)
"""After the cut-off, before the first day is closed to a kitchen's corrections; too late for packs of a new plan."""
STAGES = ("planned", *BEFORE)
STAGES_OF = {
    "": STAGES,
    "undo": ("sent", "declined", "accepted"),
    "repair": ("sent", "asked", "declined", "accepted", "noted", "left", "weighed"),
    "recall": ("planned", "sent", "asked", "declined", "accepted", "noted", "left", "weighed"),
}
KINDS: dict[str, dict[str, Any]] = {
    "": {},
    "undo": {"undo_minutes": 5},
    "repair": {"has_repair": True},
    "recall": {"is_recalled": True},
}
"""Answers can be taken back, a repair waits to be published, goods are called back of which orders are not cleared."""
WIDTHS = (24, 8, 7, 8, 15, 13, 9)
SHOWN = 5


@dataclass(frozen=True)
class Setting:
    """A stage of the order, and what kind of week it is in."""

    stage: str
    kind: str = ""

    @property
    def name(self) -> str:
        return f"{self.stage}, {self.kind}" if self.kind else self.stage


@dataclass(frozen=True)
class Found:
    """What came of all pairs of a setting."""

    deeds: frozenset[str]
    tried: Tried
    spent_s: float


async def try_setting(address: str, setting: Setting) -> Found:
    now = TUESDAY if setting.kind == "repair" else THURSDAY
    async with units_of(address, 5, now=now) as (engine, units):
        world = World(engine, units, setting.stage, **KINDS[setting.kind])
        case = await world.make()
        deeds = deeds_of(case)
        began = time.perf_counter()
        tried = await try_pairs(engine, world, case, list(product(deeds, repeat=2)))
        return Found(frozenset(deed.__name__ for deed in deeds), tried, time.perf_counter() - began)


def in_a_database(server: str, setting: Setting) -> Found:
    logging.disable()
    with scratch_database(server) as address:
        migrate(address)
        return asyncio.run(try_setting(address, setting))


def main() -> None:
    """Print a row for every setting, and what is unexplained."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=STAGES)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, metavar="KIND", help="'' is the plain one")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    settings = [Setting(stage, kind) for kind in args.kinds for stage in STAGES_OF[kind] if stage in args.stages]
    print_row(("stage", "deeds", "done", "pairs", "interleavings", "unexplained", "s"), WIDTHS)
    is_all_explained = True
    named: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        database_address(None, Path(folder) / "postgres") as server,
        context.Pool(args.processes, maxtasksperchild=1) as pool,
    ):
        for setting, found in zip(settings, pool.imap(partial(in_a_database, server), settings), strict=True):
            tried = found.tried
            named, done = named | found.deeds, done | tried.done
            counts = (len(found.deeds), len(tried.done), len(found.deeds) ** 2, tried.count, len(tried.unexplained))
            print_row((setting.name, *map(str, counts), number(found.spent_s)), WIDTHS)
            print("\n".join(tried.unexplained[:SHOWN]), end="\n" * bool(tried.unexplained), flush=True)
            is_all_explained &= not tried.unexplained
    print(f"deeds that never came off: {', '.join(sorted(named - done)) or 'none'}")
    raise SystemExit(not is_all_explained)


if __name__ == "__main__":
    main()
