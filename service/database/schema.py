"""The schema: built by the migrations, compared with the entities, required to be current before anything starts."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncEngine

import service.database.audit_guard
import service.database.event_concerns
import service.database.event_order
import service.database.idempotency  # noqa: F401 - its table is a part of the schema, though no entity of the trade
from service.database.embedded import DatabaseUnavailable
from service.database.engine import conninfo, create_migration_engine, normalised_url
from service.domain import metadata

MIGRATIONS_DIR: Final = Path(__file__).resolve().parents[2] / "migrations"
VERSION_TABLE: Final = "alembic_version"
LONGEST_WORD: Final = 120
JOB_TABLES_PREFIX: Final = "procrastinate_"


class SchemaBehind(DatabaseUnavailable):
    """The database lacks migrations that this version of the program needs."""


def migration_config(database_url: str) -> Config:
    """Return Alembic's configuration for one database."""
    config = Config(toml_file=MIGRATIONS_DIR.parent / "pyproject.toml")
    config.attributes["database_url"] = database_url
    return config


def migrate(database_url: str, revision: str = "head") -> list[str]:
    """Bring the schema to a revision; return the names of what was applied, in order. Safe to run twice at once."""
    config = migration_config(database_url)
    applied: list[str] = []
    config.attributes["on_version_apply"] = lambda *, step, **_: applied.append(step.up_revision_id)
    command.upgrade(config, revision)
    return applied


def migrate_down(database_url: str, revision: str = "base") -> None:
    """Take migrations back, to nothing by default."""
    command.downgrade(migration_config(database_url), revision)


def create_revision(database_url: str, name: str) -> None:
    """Write a migration that takes the database at `database_url` to what the entities say."""
    command.revision(migration_config(database_url), message=name, autogenerate=True, rev_id=name)


def differences(database_url: str) -> list[str]:
    """Return how the database differs from the entities; empty when the migrations build exactly them."""
    engine = create_migration_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={**COMPARISON, "target_metadata": metadata})
        found = compare_metadata(context, metadata)
    engine.dispose()
    return [_in_words(difference) for difference in found]


async def require_current_schema(engine: AsyncEngine) -> None:
    """Refuse a schema that is behind this program, naming the command that mends it.

    A schema that is ahead is fine: migrations must work with the code already running.
    """
    async with engine.connect() as connection:
        known = await connection.scalar(sa.text("SELECT to_regclass(:name) IS NOT NULL"), {"name": VERSION_TABLE})
        current = await connection.scalar(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")) if known else None  # noqa: S608
    script = ScriptDirectory.from_config(migration_config(engine.url.render_as_string(hide_password=False)))
    ours = [revision.revision for revision in script.walk_revisions()]
    if current is None or (current in ours and current != ours[0]):
        message = f"The database schema is behind (has {current or 'nothing'}, needs {ours[0]}). Run: pasok migrate"
        raise SchemaBehind(message)


def create_database(server_url: str, name: str, template: str = "template0") -> str:
    """Create a database beside the one at `server_url` and return its address."""
    _on_server(server_url, sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
    return normalised_url(server_url).set(database=name).render_as_string(hide_password=False)


def drop_database(server_url: str, name: str) -> None:
    """Drop a database beside the one at `server_url`, whoever is connected to it."""
    _on_server(server_url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def scratch_database(server_url: str) -> Iterator[str]:
    """Yield the address of an empty database that is dropped at the end of the block."""
    name = f"scratch_{secrets.token_hex(6)}"
    try:
        yield create_database(server_url, name)
    finally:
        drop_database(server_url, name)


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Say whether a database object belongs to the entities; the job queue's tables are the queue's own affair."""
    return not (kind == "table" and name is not None and name.startswith(JOB_TABLES_PREFIX))


# How migrations/env.py and `differences` compare entities and database.
COMPARISON: Final = {
    "compare_type": True,
    "compare_server_default": True,
    "include_name": is_ours,
    "version_table": VERSION_TABLE,
}


def _in_words(difference: Any) -> str:  # noqa: ANN401 - Alembic gives no type
    """Shorten one of Alembic's differences, a tuple or (for a changed column) a list of tuples, to a line."""
    steps = difference if isinstance(difference, list) else [difference]
    words = [str(part).replace("\n", " ") for step in steps for part in step if part is not None]
    return " ".join(word if len(word) < LONGEST_WORD else f"{word[:LONGEST_WORD]}..." for word in words)


def _on_server(server_url: str, statement: sql.Composed) -> None:
    with psycopg.connect(conninfo(server_url), autocommit=True) as connection:
        connection.execute(statement)
