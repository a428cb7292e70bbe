"""Orders with their lines: written in bulk, listed, shown to whom they concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from psycopg import AsyncConnection, sql
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.orders import OrderLine
from service.domain.tables import Row


async def insert_order_lines(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write lines with COPY, without an object or a statement for each; ``rows`` name every column."""
    await copy_rows(session, OrderLine, rows)


async def copy_rows(session: AsyncSession, kind: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of a table with COPY; constraints hold as for any insert."""
    table = cast("sa.Table", kind.__table__)  # type: ignore[attr-defined]
    names = [column.name for column in table.columns]
    connection = await session.connection()
    raw = cast("AsyncConnection[Any]", (await connection.get_raw_connection()).driver_connection)
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    async with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row([row[name] for name in names])
