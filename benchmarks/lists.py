"""Every list that grows with the weeks, on two years of a city: 30,000, 300,000 and 3 million order lines.

Each address with pages is asked by a role of each reach for its first page of 50, then for the page after it, and
narrowed to the latest week; each five times. A row shows the slowest of these
ways at each size, by the quickest of its five answers: neighbours on the machine are left aside. A role that may not
read a list has no row; a list that no role may read is a fault.

Usage: python benchmarks/lists.py [--lines N ...]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa
from sqlmodel import col, select

from benchmarks.measuring.table import print_row
from benchmarks.years.filling import PEOPLE, filled
from benchmarks.years.rows import LINES_PER_WEEK
from service.database.embedded import EmbeddedServer
from service.database.schema import migrate, scratch_database
from service.domain.people import User
from service.domain.permissions import Action, Actor, reach_of
from service.main import create_app
from service.settings import Settings
from service.worker import running
from service.workflows.create_api_key import CreateApiKey, create_api_key

SIZES = (30_000, 300_000, 3_000_000)
TIMES, PER_PAGE, MOST_MS = 5, 50, 100
LISTS = (
    *(
        "audit",
        "credit-notes",
        "deliveries",
        "events",
        "exposures",
        "exposures/kitchens",
        "forecasts",
        "invoices",
        "ledger",
    ),
    *("notifications", "offers", "orders", "outlet-stock", "plans", "plans/{plan_id}/allocations"),
    *("plans/{plan_id}/shortages", "price-proposals", "purchases", "receipts", "runs", "stocks"),
)
"""Of tables that grow by the week; the others have as many rows as there are members and goods."""
Found = dict[tuple[str, str], tuple[float, str]]


async def measured(database_url: str, weeks: int) -> Found:
    """Ask every list as everybody; return the milliseconds of its slowest way and which that was."""
    settings, found = Settings(demo=True, worker_in_process=False), Found()
    async with running(settings, database_url, work=False) as runtime:
        app = create_app(settings, database_url, units=runtime.units)
        async with runtime.engine.connect() as connection:
            latest = (await connection.scalar(sa.text("SELECT max(week_start) FROM purchase_order"))).isoformat()
        plan_id = UUID(hashlib.md5(f"plan{weeks - 1}".encode(), usedforsecurity=False).hexdigest())
        for role, _ in PEOPLE:
            async with runtime.units.begin() as work:
                user = (await work.session.scalars(select(User).where(col(User.role) == role))).one()
            actor = Actor(user.id, user.organisation_id, user.region_code, user.role)
            async with runtime.units.begin(actor=actor) as work:
                scopes = tuple(
                    one
                    for one in Action
                    if (one is Action.ACCOUNT or one.value.endswith(".read")) and reach_of(actor, one) is not None
                )
                key = (await create_api_key(work, CreateApiKey("benchmark", scopes, None))).text
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://pasok", headers={"Authorization": f"Bearer {key}"}
            ) as client:
                for path, names in lists_of(app):
                    ways = await asked(client, path.format(plan_id=plan_id), names, latest)
                    if ways:
                        slowest = max(ways, key=lambda way: ways[way])
                        found[path.removeprefix("/api/v1/"), role.value] = (ways[slowest], slowest)
    require_measured(found)
    return found


def require_measured(found: Found) -> None:
    """Fail if a list was measured for nobody: a refusal of all roles, or a name that is an address no more."""
    known = {path for path, _ in found}
    unmeasured = [path for path in LISTS if path not in known]
    if unmeasured:
        raise RuntimeError(f"measured for no role: {', '.join(unmeasured)}")


def lists_of(app: Any) -> list[tuple[str, set[str]]]:  # noqa: ANN401 - the application
    """Return the addresses with pages and the names of their filters."""
    found = []
    for path, operations in app.openapi()["paths"].items():
        names = {known["name"] for known in operations.get("get", {}).get("parameters", [])}
        if path.removeprefix("/api/v1/") in LISTS:
            found.append((path, names))
    return found


async def asked(client: httpx.AsyncClient, path: str, names: set[str], latest: str) -> dict[str, float]:
    """Return the least milliseconds of each way to ask; nothing where the role may not."""
    needed = {"week_start": latest} if path.endswith(("/exposures", "/exposures/kitchens")) else {}
    first = await client.get(path, params={"limit": PER_PAGE, **needed})
    if first.status_code in {403, 404}:
        return {}
    first.raise_for_status()
    ways: dict[str, dict[str, Any]] = {"first page": {}}
    if first.json().get("next_cursor"):
        ways["second page"] = {"after": first.json()["next_cursor"]}
    if "week_start" in names and not needed:
        ways["latest week"] = {"week_start": latest}
    found = {}
    for way, query in ways.items():
        spent = []
        for _ in range(TIMES):
            started = time.perf_counter()
            (await client.get(path, params={"limit": PER_PAGE, **needed, **query})).raise_for_status()
            spent.append(1000 * (time.perf_counter() - started))
        found[way] = min(spent)
    return found


def main() -> None:
    """Print one row for each list and role, the slowest at the largest size first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lines", type=int, nargs="+", default=SIZES)
    asked_for = parser.parse_args()
    by_list: dict[tuple[str, str], list[tuple[float, str]]] = {}
    with EmbeddedServer(Path("var/benchmarks/postgres")).join() as server:
        for lines in asked_for.lines:
            weeks = max(2, round(lines / LINES_PER_WEEK))
            with scratch_database(server.url()) as database_url:
                migrate(database_url)
                seconds = asyncio.run(filled(database_url, weeks))
                print(f"{weeks * LINES_PER_WEEK:,} order lines of {weeks} weeks: filled in {seconds:.0f} s", flush=True)
                for name, way in asyncio.run(measured(database_url, weeks)).items():
                    by_list.setdefault(name, []).append(way)
    widths = (34, 16, *(12 for _ in asked_for.lines), 14)
    print_row(["list", "role", *(f"ms at {lines:,}" for lines in asked_for.lines), "slowest way"], widths)
    for (path, role), found in sorted(by_list.items(), key=lambda one: -one[1][-1][0]):
        print_row([path, role, *(f"{ms:.0f}" for ms, _ in found), found[-1][1]], widths)
    slow = sum(found[-1][0] > MOST_MS for found in by_list.values())
    print(f"{len(by_list)} pairs of list and role, {slow} above {MOST_MS} ms")


if __name__ == "__main__":
    main()
