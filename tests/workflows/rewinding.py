"""A small world that is put back to how it was, so that each of many trials begins in the very same one.

What only grows (audit trail, events, jobs) is left as it is: nothing that is tried here reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.domain import metadata

ONLY_GROWS = {"audit_entry", "event", "event_concern"}
STANDS_STILL = {
    "item",
    "recipe",
    "recipe_ingredient",
    "menu_day",
    "menu_day_recipe",
    "pack",
    "price_cap",
    "price_exception",
    "substitution",
    "local_unit",
    "kecamatan",
    "kelurahan",
    "region",
    "policy",
    "app_user",
    "api_key",
    "contact",
    "document",
    "closed_day",
    "day_capacity",
    "kitchen",
    "wholesaler",
    "invitation",
    "login_attempt",
    "login_session",
    "second_factor",
    "sent_file",
    "webhook_endpoint",
    "week_reminder",
    "idempotent_answer",
    "device_action",
    "inbound_message",
    "audit_head",
    "event_reader",
    "run_problem",
    "run_plan",
    "what_if_plan",
}
"""Places, people, the catalogue and what belongs to the edge: no deed of the order cycle changes them."""
ONE_AT_A_TIME = {
    "plan": "status = 'discarded'",
    "forecast": "status = 'superseded'",
    "price_proposal": "status = 'withdrawn', decided_by = NULL",
}
"""Of which one counts at any moment, and how the others are put aside until it does again."""
FINAL = "ledger_entry"
"""Keeps what was written against everybody but whoever owns the table."""


class Rewinding:
    """Remembers what every table holds and brings back just the rows that differ, in a function of the database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def remember(self) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(sa.text("CREATE SCHEMA remembered"))
            for table in _tables():
                await connection.execute(sa.text(f'CREATE TABLE remembered."{table.name}" AS TABLE "{table.name}"'))
            steps = "\n".join(_steps())
            await connection.execute(
                sa.text(f"CREATE FUNCTION remembered.rewind() RETURNS void LANGUAGE plpgsql AS $$BEGIN\n{steps}\nEND$$")
            )

    async def rewind(self) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(sa.text("SELECT remembered.rewind()"))


def _tables() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if table.name not in ONLY_GROWS | STANDS_STILL]


def _steps() -> Iterator[str]:
    """Yield statements: old values come back, then new rows go, then rows that are gone come back."""
    for name, aside in ONE_AT_A_TIME.items():
        yield (
            f'UPDATE "{name}" AS now_ SET {aside} WHERE NOT EXISTS '
            f'(SELECT FROM remembered."{name}" AS then_ WHERE then_.id = now_.id AND then_.status = now_.status);'
        )
    for table in _tables():
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        old = ", ".join(f'then_."{column.name}"' for column in table.columns)
        yield (
            f'UPDATE "{table.name}" AS now_ SET ({columns}) = ROW({old}) FROM remembered."{table.name}" AS then_ '
            f"WHERE {_same(table)} AND now_ IS DISTINCT FROM then_;"
        )
    for table in reversed(_tables()):
        if table.name == FINAL:
            yield f"ALTER TABLE {FINAL} DISABLE TRIGGER USER;"
        yield (
            f'DELETE FROM "{table.name}" AS now_ WHERE NOT EXISTS '
            f'(SELECT FROM remembered."{table.name}" AS then_ WHERE {_same(table)});'
        )
    yield f"ALTER TABLE {FINAL} ENABLE TRIGGER USER;"
    for table in _tables():
        yield (
            f'INSERT INTO "{table.name}" SELECT * FROM remembered."{table.name}" AS then_ WHERE NOT EXISTS '
            f'(SELECT FROM "{table.name}" AS now_ WHERE {_same(table)});'
        )


def _same(table: sa.Table) -> str:
    return " AND ".join(f'now_."{column.name}" = then_."{column.name}"' for column in table.primary_key)
