"""When order lines are worth cutting up by week: one plain table beside one that is partitioned in quarters.

Both hold a year of so many cities' order lines, with the columns, checks and indexes of ``order_line`` and the week;
the partitioned one has it in its primary key, as it must. Rows are made by SQL in a database of their own.

Usage: python benchmarks/partitions.py [--cities N ...]    (default: 1 4 12)
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg

from benchmarks.measuring.table import print_row
from benchmarks.years.rows import COOPERATIVES, KITCHENS, LINES_PER_ORDER, LINES_PER_WEEK
from service.database.embedded import database_address
from service.database.engine import conninfo
from service.database.schema import migrate, scratch_database

FIRST_MONDAY, WEEKS, QUARTER = date(2026, 1, 5), 52, 13
TIMES = 15
KINDS = ("plain", "quarters")
WIDTHS = (11, 38, 12, 12)

COLUMNS = """
id, created_at, order_id, position, kitchen_id, item_code, needed_date, ordered_qty, price_idr, status,
accepted_qty, told_fallen_qty, week_start
"""
ROWS = """
SELECT ('0198' || lpad(to_hex(n), 28, '0'))::uuid, now(), md5('order' || n / {order})::uuid, n % {order},
    md5('kitchen' || n % {kitchens})::uuid, 'I' || n % 49, week + (n % 6)::int, 40000, 13000, 'accepted', 40000, 0, week
FROM generate_series({first}, {last}) AS n, LATERAL (SELECT {monday} + 7 * (n / {weekly})::int AS week) AS weeks
"""
INDEXES = ("order_id", "kitchen_id, needed_date", "offer_id", "stock_id, order_id")


@dataclass(frozen=True)
class Year:
    """Both tables of so many cities' year, on one connection."""

    connection: psycopg.Connection[Any]
    cities: int

    @property
    def lines(self) -> int:
        return self.cities * LINES_PER_WEEK * WEEKS

    def run(self, text: str) -> float:
        """Run a statement made of this file's own words and return its seconds."""
        started = time.perf_counter()
        self.connection.execute(cast("LiteralString", text))
        return time.perf_counter() - started

    def fill(self, kind: str) -> float:
        """Make a table and return the seconds of filling it, indexes included."""
        cut = "" if kind == "plain" else "PARTITION BY RANGE (week_start)"
        key = "id" if kind == "plain" else "id, week_start"
        self.run(f"DROP TABLE IF EXISTS {kind}")
        self.run(f"CREATE TABLE {kind} (LIKE order_line INCLUDING CONSTRAINTS, week_start date NOT NULL) {cut}")
        self.run(f"ALTER TABLE {kind} ADD PRIMARY KEY ({key})")
        for first in () if kind == "plain" else range(0, WEEKS, QUARTER):
            self.run(
                f"CREATE TABLE q{first} PARTITION OF {kind} FOR VALUES FROM ({day(first)}) TO ({day(first + QUARTER)})"
            )
        for columns in INDEXES:
            self.run(f"CREATE INDEX ON {kind} ({columns})")
        weekly = self.cities * LINES_PER_WEEK
        rows = ROWS.format(
            order=LINES_PER_ORDER,
            kitchens=KITCHENS * self.cities,
            weekly=weekly,
            monday=day(0),
            first=0,
            last=self.lines - 1,
        )
        return self.run(f"INSERT INTO {kind} ({COLUMNS}) {rows}") + self.run(f"VACUUM ANALYZE {kind}")


def day(week: int) -> str:
    """Return a week's Monday as SQL."""
    return f"DATE '{FIRST_MONDAY + timedelta(weeks=week)}'"


def middle(ask: Callable[[int], str], year: Year) -> str:
    """Return the median of a statement over orders of the last quarter, in milliseconds."""
    orders = COOPERATIVES * year.cities
    spent = [year.run(ask((WEEKS - 2) * orders + 7 * turn)) for turn in range(TIMES)]
    return f"{1000 * statistics.median(spent):.1f} ms"


def order(number: int) -> str:
    """Return an order's id as SQL."""
    return f"md5('order{number}')::uuid"


def changed(kind: str, year: Year) -> str:
    """Return what vacuuming takes after every line of a week was changed."""
    table = kind if kind == "plain" else f"q{WEEKS - QUARTER}"
    year.run(f"UPDATE {kind} SET told_fallen_qty = 1 WHERE week_start = {day(WEEKS - 1)}")  # noqa: S608
    return f"{year.run(f'VACUUM {table}'):.2f} s"


def taken_away(kind: str, year: Year) -> str:
    """Return what it takes until the oldest quarter is gone and its room is free."""
    if kind == "plain":
        gone = year.run(f"DELETE FROM plain WHERE week_start < {day(QUARTER)}")  # noqa: S608
        return f"{gone + year.run('VACUUM plain'):.2f} s"
    return f"{year.run('ALTER TABLE quarters DETACH PARTITION q0') + year.run('DROP TABLE q0'):.2f} s"


def compare(year: Year) -> None:
    """Print a row for each question, both tables side by side."""
    week = f"week_start = {day(WEEKS - 2)}"
    lines = "SELECT * FROM {} WHERE order_id = {}"
    answer = "UPDATE {} SET accepted_qty = ordered_qty WHERE order_id = {}"
    answers: dict[str, Callable[[str], str]] = {
        "filled, with its indexes": lambda kind: f"{year.fill(kind):.0f} s",
        "an order's lines": lambda kind: middle(lambda n: lines.format(kind, order(n)), year),
        "an order's lines, its week named": lambda kind: middle(
            lambda n: f"{lines.format(kind, order(n))} AND {week}", year
        ),
        "an order answered, its week named": lambda kind: middle(
            lambda n: f"{answer.format(kind, order(n))} AND {week}", year
        ),
        "vacuum after a changed week": lambda kind: changed(kind, year),
        "the oldest quarter taken away": lambda kind: taken_away(kind, year),
    }
    for name, ask in answers.items():
        print_row((f"{year.lines:,}", name, *(ask(kind) for kind in KINDS)), WIDTHS)


def main() -> None:
    """Print the comparison for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cities", type=int, nargs="*", default=(1, 4, 12))
    asked = parser.parse_args()
    print_row(("lines", "what", *KINDS), WIDTHS)
    with (
        tempfile.TemporaryDirectory() as folder,
        database_address(None, Path(folder) / "postgres") as server,
        scratch_database(server) as address,
    ):
        migrate(address)
        with psycopg.connect(conninfo(address), autocommit=True) as connection:
            connection.execute("SET statement_timeout = 0")
            for cities in asked.cities:
                compare(Year(connection, cities))


if __name__ == "__main__":
    main()
