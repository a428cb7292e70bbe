"""Rows written by the thousand, without an object or a statement for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final, cast

import psycopg
import sqlalchemy as sa
from psycopg import AsyncConnection, sql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.tables import Row

ROWS_AT_ONCE: Final = 1000


async def copy_rows(session: AsyncSession, kind: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of a table with COPY; its constraints hold and what fails is raised as for any insert.

    ``rows`` name every column.
    """
    table = cast("sa.Table", kind.__table__)  # type: ignore[attr-defined]
    names = [column.name for column in table.columns]
    connection = await session.connection()
    raw = cast("AsyncConnection[Any]", (await connection.get_raw_connection()).driver_connection)
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    try:
        async with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                await copy.write_row([row[name] for name in names])
    except psycopg.Error as error:
        raise sa.exc.DBAPIError.instance(f"COPY {table.name}", None, error, psycopg.Error) from error


async def add_missing(session: AsyncSession, kind: type[Row], rows: Iterable[Row]) -> None:
    """Add rows, however many; one that is there already stays as it is.

    Each is a statement of its own, sent together: of one for all PostgreSQL takes 65,535 values and no more.
    """
    rest = iter(rows)
    while piece := [row.model_dump() for row in islice(rest, ROWS_AT_ONCE)]:
        statement = insert(kind).on_conflict_do_nothing()
        await session.execute(statement, piece, execution_options={"render_nulls": True})
