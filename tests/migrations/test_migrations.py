"""The migrations build exactly what the entities say, from nothing, and can be taken back."""

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources

import psycopg
import pytest
import sqlalchemy as sa

from service.database.engine import conninfo, create_engine, create_migration_engine
from service.database.schema import (
    MIGRATIONS_DIR,
    SchemaBehind,
    differences,
    migrate,
    migrate_down,
    require_current_schema,
    scratch_database,
)
from service.domain import metadata

# Everything that has a name or a rule; the job queue's own, the version table and triggers aside.
DESCRIPTION = """
    SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype <> 't'
    UNION ALL
    SELECT 'index', tablename::text, indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'column', table_name::text, column_name::text,
        concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    ORDER BY 1, 2, 3
"""


@pytest.fixture
def empty_database(database_server: str) -> Iterator[str]:
    with scratch_database(database_server) as url:
        yield url


def described(url: str) -> list[tuple[str, ...]]:
    with psycopg.connect(conninfo(url)) as connection:
        rows = connection.execute(DESCRIPTION).fetchall()
    return [row for row in rows if not row[1].startswith(("procrastinate_", "alembic_version"))]


def named_things(url: str) -> list[str]:
    with psycopg.connect(conninfo(url)) as connection:
        found = connection.execute("""
            SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL SELECT typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace
        """).fetchall()
    return sorted(name for (name,) in found if "alembic_version" not in name)


def test_they_build_every_table_column_index_and_constraint_of_the_entities(
    empty_database: str, database_server: str
) -> None:
    migrate(empty_database)
    assert differences(empty_database) == []
    with scratch_database(database_server) as by_entities:
        engine = create_migration_engine(by_entities)
        metadata.create_all(engine)
        engine.dispose()
        assert described(empty_database) == described(by_entities)


def test_taken_back_to_the_beginning_they_leave_nothing_and_can_be_applied_again(empty_database: str) -> None:
    applied = migrate(empty_database)
    built = named_things(empty_database)
    migrate_down(empty_database)
    assert named_things(empty_database) == []
    assert migrate(empty_database) == applied
    assert named_things(empty_database) == built


def test_two_processes_that_migrate_at_once_do_it_once(empty_database: str) -> None:
    environment = {**os.environ, "PASOK_DATABASE_URL": empty_database, "PASOK_DEMO": "1"}
    command = [sys.executable, "-c", "from service.cli import app; app()", "migrate"]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate()[0].strip() for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said == [
        f"Applied: {', '.join(_names())}",
        "The schema is up to date.",
    ]
    assert differences(empty_database) == []
    assert migrate(empty_database) == []


def test_a_difference_between_entities_and_database_is_found(empty_database: str) -> None:
    migrate(empty_database)
    with psycopg.connect(conninfo(empty_database)) as connection:
        connection.execute("ALTER TABLE recipe ALTER COLUMN name_en DROP NOT NULL")
    (found,) = differences(empty_database)
    assert "recipe name_en" in found


def test_a_schema_that_is_behind_is_refused_with_the_command_that_mends_it(empty_database: str) -> None:
    """Nothing, then one migration too few, then one from the future, which is fine."""
    require = _Requirement(empty_database)
    assert require() == "The database schema is behind (has nothing, needs {head}). Run: pasok migrate"
    migrate(empty_database, "job_queue")
    assert require() == "The database schema is behind (has job_queue, needs {head}). Run: pasok migrate"
    migrate(empty_database)
    assert require() == ""
    with psycopg.connect(conninfo(empty_database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of_next_year'")
    assert require() == ""


class _Requirement:
    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self) -> str:
        return asyncio.run(self._check())

    async def _check(self) -> str:
        engine = create_engine(self.url)
        try:
            await require_current_schema(engine)
        except SchemaBehind as refusal:
            return str(refusal).replace(_head(), "{head}")
        finally:
            await engine.dispose()
        return ""


def _names() -> list[str]:
    from alembic.script import ScriptDirectory

    found = ScriptDirectory(str(MIGRATIONS_DIR)).walk_revisions()
    return [script.revision for script in found][::-1]


def _head() -> str:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(MIGRATIONS_DIR)).get_current_head() or ""


def test_every_migration_limits_its_waiting_for_locks() -> None:
    for path in (MIGRATIONS_DIR / "versions").glob("*.py"):
        assert path.read_text().count("SET LOCAL lock_timeout") == 2, path.name


def test_every_constraint_has_a_name_of_its_own() -> None:
    """An unnamed constraint cannot be changed by a later migration."""
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if not isinstance(constraint, sa.PrimaryKeyConstraint) or constraint.columns:
                assert constraint.name, f"{table.name}: {constraint!r}"


def test_the_installed_job_queue_is_the_one_whose_schema_we_migrate_to() -> None:
    """A newer procrastinate needs a migration with the statements it ships, before the pin is raised."""
    installed = (resources.files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8")
    _, _, kept = (MIGRATIONS_DIR / "procrastinate_3_10.sql").read_text(encoding="utf-8").partition("\n\n")
    assert hashlib.sha256(kept.encode()).hexdigest() == hashlib.sha256(installed.encode()).hexdigest()
