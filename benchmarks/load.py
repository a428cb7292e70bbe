"""The busiest hour of a city against a served process: how long requests take at 50 a second while a solve runs.

Several web processes stand behind one address (`pasok serve --processes`).

Usage: python benchmarks/load.py [KITCHENS ...] [--seconds 60] [--rate 50] [--webs 1] [--routes]    (default 12 48 144)
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from benchmarks.loading import city, people
from benchmarks.loading.city import ReadyCity, Served
from benchmarks.loading.pace import Asked, Pace, Person
from benchmarks.measuring.table import print_row
from service.database.embedded import database_address
from service.database.schema import migrate
from service.settings import Settings

SIZES = (12, 48, 144)
COLUMNS = (
    "kitchens",
    "requests",
    "a second",
    "reads",
    "p50",
    "p95",
    "p99",
    "writes",
    "p50",
    "p95",
    "p99",
    "errors",
    "server",
)
ROUTE_COLUMNS = ("route", "asked", "p50", "p95", "p99")
WIDTHS = (9, 9, 9, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7)
WATCHERS = 6
ROUNDS, ROUND_S, AT_ONCE = 5, 3.0, 8


async def replayed(web: Served, ready: ReadyCity, pace: Pace) -> int:
    """Let everybody do their part; return how many solves ended meanwhile."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=web.address, timeout=60, limits=limits) as client:

        def person(name: str, key: str) -> Person:
            return Person(client, pace, name, key)

        chances = {name: random.Random(f"load/{name}") for name in (*ready.kitchens, *ready.cooperatives)}
        plan_id = str(ready.plan_id)
        pace.start()
        async with asyncio.TaskGroup() as hour:
            solving = hour.create_task(people.solver(person("solver", ready.operator), plan_id))
            for name, key in ready.kitchens.items():
                hour.create_task(people.kitchen(person(name, key), chances[name], ready.next_week))
            for name, key in ready.cooperatives.items():
                hour.create_task(people.cooperative(person(name, key), chances[name]))
            for number in range(WATCHERS):
                watching = person(f"watcher-{number}", ready.operator)
                hour.create_task(people.watcher(watching, random.Random(f"load/{number}"), plan_id))
    return solving.result()


def shares(times: Sequence[float]) -> list[str]:
    """Return p50, p95 and p99 in milliseconds."""
    ordered = sorted(times) or [0.0]
    return [f"{ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.0f}" for share in (0.5, 0.95, 0.99)]


def row_of(kitchens: int, pace: Pace, processor_s: float) -> list[str]:
    """Return the table's row; ``server`` is the web processes' own processor time, milliseconds a request."""
    reads = [ms for name, asked in pace.asked.items() if name.startswith("GET") for ms in asked.milliseconds]
    writes = [ms for name, asked in pace.asked.items() if not name.startswith("GET") for ms in asked.milliseconds]
    errors = sum(len(asked.refused) for asked in pace.asked.values())
    whole = len(reads) + len(writes)
    rate = f"{whole / pace.seconds:.1f}"
    return [
        str(kitchens),
        str(whole),
        rate,
        str(len(reads)),
        *shares(reads),
        str(len(writes)),
        *shares(writes),
        str(errors),
        f"{1000 * processor_s / whole:.1f}",
    ]


def print_routes(routes: dict[str, Asked]) -> None:
    """Print every route, the slowest first, and what was refused."""
    print_row(ROUTE_COLUMNS, (30, 8, 8, 8, 8))
    for name, asked in sorted(routes.items(), key=lambda one: -statistics.median(one[1].milliseconds)):
        print_row([name, str(len(asked.milliseconds)), *shares(asked.milliseconds)], (30, 8, 8, 8, 8))
    for name, asked in routes.items():
        for refusal in sorted(set(asked.refused))[:3]:
            print(f"  {name}: {refusal}")


async def throughput(address: str, path: str, headers: dict[str, str]) -> float:
    """Return answers per second to a few clients who ask without a pause."""
    counts = [0] * AT_ONCE
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as client:
        end = time.perf_counter() + ROUND_S

        async def ask(number: int) -> None:
            while time.perf_counter() < end:
                (await client.get(path)).raise_for_status()
                counts[number] += 1

        await asyncio.gather(*(ask(number) for number in range(AT_ONCE)))
    return sum(counts) / ROUND_S


async def compared(ours: str, bare: str, ready: ReadyCity) -> tuple[float, float]:
    """Return the median throughput of our route and of the bare one, asked in turns."""
    path, headers = f"/kelurahan/{ready.kelurahan}", {"Authorization": f"Bearer {ready.operator}"}
    found = [(await throughput(ours, path, headers), await throughput(bare, path, {})) for _ in range(ROUNDS)]
    return statistics.median(one for one, _ in found), statistics.median(other for _, other in found)


def main() -> None:
    """Print a row for each size, then the comparison."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kitchens", nargs="*", type=int, default=SIZES)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--webs", type=int, default=1, help="web processes")
    parser.add_argument("--routes", action="store_true", help="every route by itself")
    asked = parser.parse_args()
    print_row(COLUMNS, WIDTHS)
    for kitchens in asked.kitchens:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(demo=True, database_url=None, var_dir=Path(folder))
            with database_address(None, settings.postgres_dir) as database_url:
                migrate(database_url)
                ready = asyncio.run(city.ready_city(settings, database_url, kitchens))
                pace = Pace(min(asked.rate, 50), asked.seconds)
                with city.served(database_url, Path(folder), asked.webs) as web:
                    before_s = web.processor_s
                    solves = asyncio.run(replayed(web, ready, pace))
                    print_row(row_of(kitchens, pace, web.processor_s - before_s), WIDTHS)
                    if asked.routes:
                        print_routes(pace.asked)
                        print(f"solves that ended: {solves}")
                    if kitchens == asked.kitchens[-1]:
                        with city.bare(database_url) as bare:
                            ours, least = asyncio.run(compared(web.address, bare, ready))
                        print(f"one query: {ours:.0f} a second, bare {least:.0f}, ratio {ours / least:.2f}")


if __name__ == "__main__":
    main()
