"""A small city's week from the first forecast to the last payment, beside two years of another city in the same tables.

Everybody acts as in `pasok simulate month`; then each kitchen takes its forecast over to the next week and empties it.
Every statement that all this sends is timed. A row shows one kind of statement: who sends it, and its milliseconds on
the average at each size; those that take 5 ms or more at the largest, the slowest first, and what all take together.

Usage: python benchmarks/deeds.py [--lines N ...]    (default: 0, 300,000 and 3 million)
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from statistics import fmean
from types import FrameType

import greenlet
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from benchmarks.measuring.table import print_row
from benchmarks.years.filling import filled
from benchmarks.years.rows import LINES_PER_WEEK
from service.database.embedded import EmbeddedServer
from service.database.engine import create_engine, create_sessions
from service.database.queries.forecasts import delete_content
from service.database.schema import migrate, scratch_database
from service.database.unit_of_work import UnitsOfWork
from service.demo.calendars import WEEK_START
from service.demo.facts import read_facts
from service.domain.forecasts import Forecast
from service.domain.people import Role, User
from service.domain.permissions import Actor
from service.simulation.city import Clock
from service.simulation.month import Month, simulate_month
from service.simulation.queue import MemoryQueue
from service.workflows.copy_forecast import CopyForecast, copy_forecast

SIZES = (0, 300_000, 3_000_000)
MONTH = Month(kitchens=12, cooperatives=6, weeks=1, seed=1, effort=0.05)
SHOWN_MS = 5
WIDTHS = (64, 6)
Sent = dict[str, list[float]]


def sender() -> str:
    """Return which of our functions sends a statement: it waits in the greenlet around the one that sends."""
    around = greenlet.getcurrent().parent
    frame: FrameType | None = around.gr_frame if around else sys._getframe()  # noqa: SLF001 - the way to the caller
    while frame is not None:
        path = frame.f_code.co_filename
        if "/service/" in path:
            return f"{Path(path).parent.name}/{Path(path).stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "?"


@contextmanager
def timed(engine: AsyncEngine) -> Iterator[Sent]:
    """Collect the milliseconds of every statement by who sends it and what it does to which table."""
    sent: Sent = defaultdict(list)
    began = 0.0

    def begin(*_: object) -> None:
        nonlocal began
        began = time.perf_counter()

    def end(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        words = statement.split()
        what = {"INSERT": words[2:3], "DELETE": words[2:3], "UPDATE": words[1:2]}.get(words[0], [])
        sent[" ".join([sender(), words[0].lower(), *what])].append(1000 * (time.perf_counter() - began))

    sa.event.listen(engine.sync_engine, "before_cursor_execute", begin)
    sa.event.listen(engine.sync_engine, "after_cursor_execute", end)
    yield sent


async def lived(database_url: str) -> Sent:
    """Live the week and plan the next; return the milliseconds of the statements."""
    engine = create_engine(database_url)
    with timed(engine) as sent:
        facts = read_facts()
        await simulate_month(create_sessions(engine), facts, MONTH)
        clock = Clock(datetime.combine(WEEK_START + timedelta(days=1), hour(3), UTC))
        await plan_on(UnitsOfWork(create_sessions(engine), MemoryQueue(clock), clock), facts.region.code)
    await engine.dispose()
    return dict(sent)


async def plan_on(units: UnitsOfWork, region_code: str) -> None:
    """Let each kitchen take its week's forecast over to the next, and begin it anew."""
    heads = sa.select(User).where(col(User.role) == Role.KITCHEN_HEAD, col(User.region_code) == region_code)
    async with units.begin() as work:
        people = [
            Actor(one.id, one.organisation_id, one.region_code, one.role) for one in await work.session.scalars(heads)
        ]
    for actor in people:
        async with units.begin(actor=actor) as work:
            wanted = sa.select(Forecast.id).where(
                col(Forecast.kitchen_id) == actor.organisation_id, col(Forecast.week_start) == WEEK_START
            )
            if await work.session.scalar(wanted.limit(1)) is None:
                continue
            command = CopyForecast(actor.organisation_id, WEEK_START + timedelta(weeks=1))
            copied = await copy_forecast(work, command)
        async with units.begin(actor=actor) as work:
            await delete_content(work.session, copied.forecast.id)


def main() -> None:
    """Print one row for each kind of statement that takes long at the largest size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lines", type=int, nargs="+", default=SIZES)
    sizes: list[int] = parser.parse_args().lines
    found: dict[int, Sent] = {}
    with EmbeddedServer(Path("var/benchmarks/postgres")).join() as server:
        for lines in sizes:
            with scratch_database(server.url()) as database_url:
                migrate(database_url)
                if lines:
                    seconds = asyncio.run(filled(database_url, max(2, round(lines / LINES_PER_WEEK)), is_over=True))
                    print(f"{lines:,} order lines of another city in {seconds:.0f} s", flush=True)
                found[lines] = asyncio.run(lived(database_url))
    show(found)


def show(found: dict[int, Sent]) -> None:
    """Print the table."""
    largest = found[max(found)]
    widths = (*WIDTHS, *(16 for _ in found))
    print_row(["statement", "times", *(f"ms at {lines:,}" if lines else "ms alone" for lines in found)], widths)
    for name in sorted(largest, key=lambda one: -fmean(largest[one])):
        if fmean(largest[name]) >= SHOWN_MS:
            means = [f"{fmean(sent[name]):.1f}" if name in sent else "-" for sent in found.values()]
            print_row([name, str(len(largest[name])), *means], widths)
    sums = [sum(map(sum, sent.values())) / 1000 for sent in found.values()]
    print_row(["all, seconds", str(sum(map(len, largest.values()))), *(f"{one:.1f}" for one in sums)], widths)


if __name__ == "__main__":
    main()
