"""A whole database out and in again, by COPY: no program of PostgreSQL's is needed, and any version will do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from alembic.script import ScriptDirectory
from psycopg import sql

from service.database.engine import conninfo
from service.database.schema import VERSION_TABLE, migrate, migrate_down, migration_config

NO_HASTE: Final = """
    SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '60s'
"""

# A table's partitions come with the table.
TABLES: Final = """
    SELECT class.relname, array_agg(attribute.attname ORDER BY attribute.attnum)
    FROM pg_class AS class
    JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
    WHERE class.relnamespace = 'public'::regnamespace AND class.relkind IN ('r', 'p') AND NOT class.relispartition
        AND attribute.attnum > 0 AND NOT attribute.attisdropped AND attribute.attgenerated = ''
        AND class.relname <> %s
    GROUP BY class.oid ORDER BY class.relname
"""
SEQUENCES: Final = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
FOREIGN_KEYS: Final = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0 ORDER BY conrelid, conname
"""


class NotEmpty(RuntimeError):
    """The database holds something already."""


class UnknownRevision(RuntimeError):
    """The dump comes from a schema that this version of the program does not know."""


@dataclass(frozen=True, slots=True)
class DumpedTable:
    """A table, the columns of its lines, its lines, and how many rows they are."""

    name: str
    columns: list[str]
    lines: Iterable[bytes]
    rows: int


class Snapshot:
    """The whole database as of one instant."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def tables(self) -> Iterator[tuple[str, list[str], Iterator[bytes]]]:
        """Yield every table with its columns and lines; the lines must be read before the next table."""
        for name, columns in self._connection.execute(TABLES, (VERSION_TABLE,)).fetchall():
            yield name, list(columns), self._lines(name, columns)

    def _lines(self, name: str, columns: list[str]) -> Iterator[bytes]:
        query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(_listed(columns), sql.Identifier(name))
        with self._connection.cursor().copy(query) as copy:
            for chunk in copy:
                yield bytes(chunk)

    def sequences(self) -> dict[str, tuple[int, bool]]:
        """Return where every sequence stands, and whether that number was given out."""
        found = {}
        for (name,) in self._connection.execute(SEQUENCES).fetchall():
            query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
            found[name] = self._connection.execute(query).fetchone() or (1, False)
        return found

    def one(self, query: str) -> Any:  # noqa: ANN401 - whatever is asked for
        """Return one value."""
        row = self._connection.execute(query).fetchone()
        return row[0] if row else None


@contextmanager
def snapshot(database_url: str) -> Iterator[Snapshot]:
    """Hold one instant of the database; everybody else goes on working."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        connection.execute(NO_HASTE)
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Snapshot(connection)
        connection.execute("COMMIT")


def build_empty(database_url: str, revision: str) -> None:
    """Bring an empty database to the schema that a dump comes from.

    Raises
    ------
    UnknownRevision
        If this program has no such schema.
    NotEmpty
        If any table has a row.
    """
    known = [each.revision for each in ScriptDirectory.from_config(migration_config(database_url)).walk_revisions()]
    if revision not in known:
        message = f"the backup comes from a later version of pasok (its schema is {revision}): update this one first"
        raise UnknownRevision(message)
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        for name, _ in connection.execute(TABLES, (VERSION_TABLE,)).fetchall():
            query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(name))
            if (connection.execute(query).fetchone() or (True,))[0]:
                message = f"the database is not empty: {name} has rows; restore into a new one"
                raise NotEmpty(message)
    migrate(database_url, revision)
    migrate_down(database_url, revision)


def load(database_url: str, tables: Iterable[DumpedTable], sequences: dict[str, tuple[int, bool]]) -> None:
    """Fill an empty database in one transaction, then bring its schema up to date.

    Foreign keys are taken off meanwhile and come back at the end, which checks them; triggers rest, so that nothing is
    announced, booked or refused a second time.
    """
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute(NO_HASTE)
        keys = connection.execute(FOREIGN_KEYS).fetchall()
        _alter(connection, ((table, "DROP CONSTRAINT {}", (name,)) for table, name, _ in keys))
        names = [name for name, _ in connection.execute(TABLES, (VERSION_TABLE,)).fetchall()]
        _alter(connection, ((name, "DISABLE TRIGGER USER", ()) for name in names))
        for table in tables:
            _fill(connection, table)
        _alter(connection, ((name, "ENABLE TRIGGER USER", ()) for name in names))
        for table_name, name, definition in keys:
            _alter(connection, [(table_name, "ADD CONSTRAINT {} " + definition, (name,))])
        for name, (last, is_called) in sequences.items():
            connection.execute("SELECT setval(%s::regclass, %s, %s)", (f'"{name}"', last, is_called))
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        connection.execute(NO_HASTE)
        connection.execute("ANALYZE")
    migrate(database_url)


def _fill(connection: psycopg.Connection[Any], table: DumpedTable) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), _listed(table.columns))
    cursor = connection.cursor()
    with cursor.copy(query) as copy:
        for chunk in table.lines:
            copy.write(chunk)
    if cursor.rowcount != table.rows:
        message = f"{table.name} has {cursor.rowcount} rows instead of {table.rows}"
        raise RuntimeError(message)


def _alter(connection: psycopg.Connection[Any], changes: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
    for table, change, names in changes:
        words = sql.SQL(change).format(*map(sql.Identifier, names))
        connection.execute(sql.SQL("ALTER TABLE {} ").format(sql.Identifier(table)) + words)


def _listed(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
