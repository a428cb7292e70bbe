"""The first question of a recall, on a city's years: who got goods of a lot, a producer, an item, a note.

A note asks for all lots that stood on it, wherever else they went; an item for some days.

Delivery lines, lots and receipts of three sizes are made by SQL in a database of their own, dropped at the end; two
million lines are a year of 144 kitchens. Each question is asked several times; median and slowest are in milliseconds.

Usage: python benchmarks/recall.py [--lines N ...]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from benchmarks.measuring.table import print_row
from service.database.embedded import EmbeddedServer
from service.database.engine import create_engine, create_sessions
from service.database.queries.recalls import find_note, lots_on, trace
from service.database.schema import migrate, scratch_database
from service.domain.recalls import Wanted

REGION, TIMES = "99.71", 7
KITCHENS, COOPERATIVES, LINES_PER_NOTE, DAYS = 144, 68, 12, 365
FIRST_DAY = date(2026, 1, 1)
COLUMNS = {"lines": 10, "asked": 22, "rows": 7, "median ms": 10, "slowest ms": 11}

MEMBERS = f"""
INSERT INTO region (code, name, timezone, price_zone) VALUES ('{REGION}', 'Kota Lama', 'Asia/Jakarta', 1);
INSERT INTO item (code, name_id, name_en, category, need_class, unit, step_qty, grams_per_unit, cold_chain,
    budget_line,
    edible_share_bp, portion_small_milli, portion_large_milli, price_low_idr, price_high_idr, leftover_bp,
    required_documents, is_for_kitchens)
SELECT 'I' || n, 'Barang ' || n, 'Item ' || n, 'sembako', 'staple', 'g', 1000, 1, 'none', 'ingredient',
    10000, 1, 1, 1, 2, 0, '[]', true FROM generate_series(0, 48) AS n;
INSERT INTO organisation (id, created_at, version, region_code, kind, status, code, name, latitude, longitude,
    service_weekdays)
SELECT md5(kind || n)::uuid, now(), 1, '{REGION}', kind, 'active', left(kind, 1) || n, kind || ' ' || n, -6.6,
    106.8, 31
FROM (VALUES ('kitchen', {KITCHENS}), ('cooperative', {COOPERATIVES})) AS kinds (kind, many),
    generate_series(0, many - 1) AS n;
INSERT INTO kitchen (organisation_id, foundation_name, portions_small, portions_large, max_drops_per_day,
    min_suppliers,
    max_share_bp, receiving_from_minute, receiving_to_minute)
SELECT id, 'Yayasan', 1000, 2000, 8, 15, 4000, 840, 1200 FROM organisation WHERE kind = 'kitchen';
INSERT INTO cooperative (organisation_id, radius_m, capital_idr, markup_bp, handling_g_per_day, cold_g_per_day)
SELECT id, 5000, 1, 100, 1, 1 FROM organisation WHERE kind = 'cooperative';
"""  # noqa: S608  (constants only)
"""The members that deliveries name; nothing else of the week is needed, so order lines are not checked here."""

GOODS = f"""
ALTER TABLE delivery_line DROP CONSTRAINT fk_delivery_line_order_line_id;
ALTER TABLE receipt_line DROP CONSTRAINT fk_receipt_line_order_line_id;
INSERT INTO delivery (id, created_at, version, region_code, week_start, number, cooperative_id, kitchen_id,
    needed_date,
    drop_no, status, dispatched_at)
SELECT md5('note' || n)::uuid, now(), 1, '{REGION}', day, 'SJ-' || n, md5('cooperative' || n % {COOPERATIVES})::uuid,
    md5('kitchen' || n / {COOPERATIVES} % {KITCHENS})::uuid, day, n + 1, 'received', now()
FROM generate_series(0, :notes - 1) AS n, LATERAL (SELECT DATE '{FIRST_DAY}' + (n % {DAYS})::int AS day) AS days;
INSERT INTO delivery_line (id, created_at, version, delivery_id, position, order_line_id, item_code,
    planned_qty, price_idr, shipped_qty)
SELECT md5('line' || n)::uuid, now(), 1, md5('note' || n / {LINES_PER_NOTE})::uuid, n % {LINES_PER_NOTE} + 1,
    md5('order' || n)::uuid,
    'I' || n % 49, 40000, 13000, 40000
FROM generate_series(0, :notes * {LINES_PER_NOTE} - 1) AS n;
INSERT INTO delivery_lot (id, created_at, version, delivery_line_id, shipped_qty, lot_code, producer)
SELECT md5('lot' || n)::uuid, now(), 1, md5('line' || n)::uuid, 40000, 'L-' || n / 200, 'Tani ' || n % 2000
FROM generate_series(0, :notes * {LINES_PER_NOTE} - 1) AS n;
INSERT INTO receipt (id, created_at, version, region_code, week_start, delivery_id, cooperative_id, kitchen_id,
    status, signed_at)
SELECT md5(id::text)::uuid, now(), 1, region_code, week_start, id, cooperative_id, kitchen_id, 'signed',
    now() FROM delivery;
INSERT INTO receipt_line (id, created_at, version, receipt_id, delivery_line_id, order_line_id, item_code,
    shipped_qty,
    received_qty, counted_qty, accepted_qty, rejected_qty)
SELECT md5(id::text)::uuid, now(), 1, md5(delivery_id::text)::uuid, id, order_line_id, item_code, 40000, 40000,
    40000, 40000, 0
FROM delivery_line;
"""  # noqa: S608  (constants only)
QUESTIONS: Mapping[str, Wanted] = {
    "lot": Wanted(lot_code="L-7"),
    "producer": Wanted(producer="Tani 7"),
    "item of 7 days": Wanted(item_code="I7", from_date=FIRST_DAY, to_date=date(2026, 1, 7)),
    "lot that never was": Wanted(lot_code="L-none"),
    "delivery note": Wanted(delivery_number="SJ-7"),
}


async def fill(connection: AsyncConnection, lines: int) -> None:
    """Make members and goods, and let the planner know them."""
    for script in (MEMBERS, GOODS):
        for statement in script.split(";\n"):
            if statement.strip():
                await connection.execute(sa.text(statement).bindparams(**_given(statement, lines)))
    await connection.execute(sa.text("ANALYZE"))


def _given(statement: str, lines: int) -> dict[str, int]:
    return {"notes": lines // LINES_PER_NOTE} if ":notes" in statement else {}


async def ask(session: AsyncSession, lines: int) -> None:
    """Ask every question and print its times."""
    for name, wanted in QUESTIONS.items():
        spent = []
        for _ in range(TIMES):
            started = time.perf_counter()
            found = await trace(session, region_code=REGION, wanted=await _with_lots(session, wanted))
            spent.append(1000 * (time.perf_counter() - started))
        cells = (f"{lines:,}", name, str(len(found)), f"{statistics.median(spent):.0f}", f"{max(spent):.0f}")
        print_row(cells, tuple(COLUMNS.values()))


async def _with_lots(session: AsyncSession, wanted: Wanted) -> Wanted:
    """Return what is wanted with the lots of its delivery note, as a trace looks them up."""
    if wanted.delivery_number is None:
        return wanted
    note = await find_note(session, region_code=REGION, named=wanted.delivery_number)
    return wanted if note is None else replace(wanted, lots=await lots_on(session, note.id, wanted))


async def measure(database_url: str, lines: int) -> None:
    """Fill a database and ask it."""
    engine = create_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("SET statement_timeout = 0"))
        await fill(connection, lines)
    async with create_sessions(engine)() as session:
        await ask(session, lines)
    await engine.dispose()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lines", type=int, nargs="+", default=[20_000, 200_000, 2_000_000])
    asked = parser.parse_args()
    print_row(tuple(COLUMNS), tuple(COLUMNS.values()))
    with EmbeddedServer(Path("var/benchmarks/postgres")).join() as server:
        for lines in asked.lines:
            with scratch_database(server.url()) as database_url:
                migrate(database_url)
                asyncio.run(measure(database_url, lines))


if __name__ == "__main__":
    main()
