"""How long lists sent as files take: a wholesaler's stocks at three sizes, as XLSX and CSV, tried and written.

Usage: python benchmarks/files.py [ROWS ...]    (default 1000 5000 10000)
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from service.database.embedded import database_address
from service.database.schema import migrate
from service.demo.facts import read_facts
from service.demo.load import load_demo
from service.domain.items import Item
from service.domain.people import Role, User
from service.domain.permissions import Actor
from service.files.bounds import Cell
from service.files.columns import STOCK_COLUMNS
from service.files.reading import read_table
from service.files.tables import FileKind
from service.files.writing import write_table
from service.settings import Settings
from service.worker import running
from service.workflows.file_steps import Take
from service.workflows.import_stocks import ImportStocks, import_stocks

SIZES = (1_000, 5_000, 10_000)
COLUMNS = ("rows", "kind", "bytes", "read", "tried", "written", "good")


def drawn(rows: int, items: list[Item], today: date) -> list[tuple[Cell, ...]]:
    """Return a list of so many different packs: six days each, a price below every cap."""
    first, last = today + timedelta(days=14), today + timedelta(days=19)
    return [(items[row % len(items)].code, 10, 10, "karung", "10 kg", 1_000 + row, first, last) for row in range(rows)]


async def play(settings: Settings, database_url: str, sizes: list[int]) -> None:
    """Print a row for each size and kind; what is written is undone again."""
    async with running(settings, database_url, work=False) as runtime:
        units = runtime.units
        await load_demo(units, read_facts(), seed=1, now=units.clock(), kitchens=12, cooperatives=3)
        async with units.begin() as work:
            user = (await work.session.scalars(sa.select(User).where(col(User.role) == Role.WHOLESALER))).first()
            items = list((await work.session.scalars(sa.select(Item))).all())
        if user is None:
            raise SystemExit("the demo has no wholesaler")
        actor = Actor(user.id, user.organisation_id, user.region_code, user.role)
        weighed = [item for item in items if item.unit.value == "g" and item.is_for_kitchens]
        for rows in sizes:
            for kind in FileKind:
                content = write_table(
                    kind, [column.title for column in STOCK_COLUMNS], drawn(rows, weighed, units.clock().date())
                )
                cells = [f"{rows:,}", kind.value, f"{len(content):,}"]
                started = time.monotonic()
                table = read_table(content, kind)
                cells.append(f"{time.monotonic() - started:.2f}")
                for is_dry_run in (True, False):
                    started = time.monotonic()
                    async with units.begin(actor=actor) as work:
                        command = ImportStocks(actor.organisation_id, table, is_dry_run, Take.GOOD)
                        report = await import_stocks(work, command)
                        cells.append(f"{time.monotonic() - started:.2f}")
                        await work.session.rollback()
                print("".join(f"{cell:>12}" for cell in [*cells, f"{report.good:,}"]), flush=True)


def main() -> None:
    """Print the table, a row as soon as it is known; seconds of wall time."""
    print("".join(f"{name:>12}" for name in COLUMNS), flush=True)
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(demo=True, database_url=None, var_dir=Path(folder))
        with database_address(None, settings.postgres_dir) as database_url:
            migrate(database_url)
            asyncio.run(play(settings, database_url, sizes))


if __name__ == "__main__":
    main()
