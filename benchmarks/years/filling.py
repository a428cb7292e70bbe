"""Fill the tables of a scratch database with weeks that nobody lived: by SQL, without the rules that rows must keep."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.measuring.table import MILLION
from benchmarks.recall import MEMBERS
from benchmarks.years.rows import COOPERATIVES, KITCHENS, REGION, WHOLESALERS, key
from benchmarks.years.spec import spec
from service.database.engine import create_engine
from service.domain import metadata
from service.domain.people import Role

CHECKS = """
    SELECT conrelid::regclass::text, conname FROM pg_constraint
    WHERE contype = 'c' AND connamespace = 'public'::regnamespace"""
SIZES_OF_TABLES = """
    SELECT relname, n_live_tup, pg_total_relation_size(relid) FROM pg_stat_user_tables
    WHERE n_live_tup > 1000 ORDER BY 3 DESC LIMIT 20"""
PEOPLE = (
    (Role.KITCHEN_HEAD, key("kitchen", "0")),
    (Role.COOP_OFFICER, key("cooperative", "0")),
    (Role.WHOLESALER, key("wholesaler", "0")),
    (Role.CITY_OPERATOR, key("office", "0")),
)
"""Who looks at the lists, in the order of the users' ids."""


async def fill(connection: AsyncConnection, weeks: int, *, is_over: bool = False) -> None:
    """Make members, people and so many weeks; if all is over nothing waits or is owed, and no line is left out."""
    for table, name in (await connection.execute(sa.text(CHECKS))).all():
        await connection.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    # No foreign key is checked and no trigger fires: rows are made to fit.
    await connection.execute(sa.text("SET session_replication_role = replica"))
    for statement in MEMBERS.split(";\n"):
        if statement.strip():
            await connection.execute(sa.text(statement))
    office = {"kind": "'city_office'", "status": "'active'", "region_code": f"'{REGION}'"}
    await insert(connection, "organisation", 1, {**office, "id": key("office", "n"), "code": "'OFFICE'"})
    wholesaler = {**office, "kind": "'wholesaler'", "id": key("wholesaler", "n"), "code": "'w' || n"}
    await insert(connection, "organisation", WHOLESALERS, wholesaler)
    await insert(connection, "wholesaler", WHOLESALERS, {"organisation_id": key("wholesaler", "n")})
    await insert(connection, "policy", 1, {"region_code": f"'{REGION}'", "values": "'{}'"})
    for number, (role, organisation) in enumerate(PEOPLE):
        person = {"id": key("user", str(number)), "organisation_id": organisation, "role": f"'{role.value}'"}
        await insert(
            connection,
            "app_user",
            1,
            {**person, "region_code": f"'{REGION}'", "username": f"'{role.value}'", "is_active": "true"},
        )
    for table, rows in spec(weeks, is_over=is_over).items():
        first = 0 if is_over or rows.last_weeks is None else max(0, weeks - rows.last_weeks) * rows.per_week
        await insert(connection, table, weeks * rows.per_week, dict(rows.columns), first)
    concerns = "INSERT INTO event_concern (organisation_id, sequence) SELECT unnest(concerns), sequence FROM event"
    await connection.execute(sa.text(concerns))
    await connection.execute(sa.text("SET session_replication_role = origin"))
    await connection.execute(sa.text("SELECT setval('event_sequence', (SELECT max(sequence) FROM event))"))


async def filled(database_url: str, weeks: int, *, is_over: bool = False) -> float:
    """Fill a database, let the planner know its tables and print the largest; return the seconds it took."""
    engine, started = create_engine(database_url), time.monotonic()
    async with engine.begin() as connection:
        await connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        await fill(connection, weeks, is_over=is_over)
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(sa.text("SET statement_timeout = 0"))
        await connection.execute(sa.text("VACUUM ANALYZE"))
        sizes = (await connection.execute(sa.text(SIZES_OF_TABLES))).all()
    await engine.dispose()
    for table, rows, size in sizes:
        print(f"  {table:16} {rows:>12,} rows {size / rows:8.0f} bytes each with indexes {size / MILLION:8.0f} MB")
    return time.monotonic() - started


async def insert(connection: AsyncConnection, table: str, count: int, columns: dict[str, str], first: int = 0) -> None:
    """Insert rows; what is not said holds the least of its type."""
    wanted = metadata.tables[table]
    values = {
        column.name: columns.get(column.name) or least(table, column)
        for column in wanted.columns
        if column.name in columns or not (column.nullable or column.server_default is not None or column.computed)
    }
    names = ", ".join(f'"{name}"' for name in values)
    series = f"generate_series({first}::bigint, {count - 1}::bigint) AS n"
    statement = f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} FROM {series}"  # noqa: S608 - our own
    await connection.execute(sa.text(statement))


def least(table: str, column: sa.Column[Any]) -> str:
    """Return the least that a column can hold; ids and words differ from row to row."""
    kind = column.type
    if isinstance(kind, sa.Enum):
        return f"'{kind.enums[0]}'"
    if isinstance(kind, sa.Uuid):
        return key(table if column.primary_key else column.name, "n")
    if isinstance(kind, sa.DateTime):
        return "now()"
    for of, value in (
        (sa.Boolean, "false"),
        (sa.Integer, "1"),
        (sa.Float, "1"),
        (sa.Date, "DATE '2026-11-23'"),
        (sa.JSON, "'[]'::jsonb"),
        (sa.LargeBinary, "''::bytea"),
        (sa.ARRAY, "'{}'"),
    ):
        if isinstance(kind, of):
            return value
    return "left(n::text, 16)"


__all__ = ["COOPERATIVES", "KITCHENS", "PEOPLE", "filled"]
