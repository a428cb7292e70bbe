"""A service on a database that is older than the program."""

import asyncio

import pytest

from service.database.schema import SchemaBehind, migrate_down
from service.worker import require_ready
from tests.e2e.servers import SECRET_KEY, pasok


def test_a_service_refuses_an_old_schema_and_names_the_command_that_mends_it(fresh_database: str) -> None:
    migrate_down(fresh_database, "-1")
    refusal = pasok("serve", secret_key=SECRET_KEY, database_url=fresh_database)
    assert (refusal.returncode, refusal.stdout) == (2, "")
    (said,) = refusal.stderr.splitlines()
    assert said.startswith("The database schema is behind (has ")
    program, command = said.rpartition("Run: ")[2].split()
    assert program == "pasok"
    with pytest.raises(SchemaBehind):
        asyncio.run(require_ready(fresh_database))
    mended = pasok(command, database_url=fresh_database)
    assert mended.returncode == 0, mended.stderr
    asyncio.run(require_ready(fresh_database))
