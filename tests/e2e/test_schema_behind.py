"""A service on a database that is older than the program."""

from pathlib import Path

import httpx

from service.database.schema import migrate_down
from tests.e2e.servers import SECRET_KEY, pasok, serving


def test_a_service_refuses_an_old_schema_and_names_the_command_that_mends_it(fresh_database: str, log: Path) -> None:
    migrate_down(fresh_database, "-1")
    refusal = pasok("serve", secret_key=SECRET_KEY, database_url=fresh_database)
    assert refusal.returncode == 2
    assert refusal.stdout == ""
    (said,) = refusal.stderr.splitlines()
    assert said.startswith("The database schema is behind (has ")
    program, command = said.rpartition("Run: ")[2].split()
    assert program == "pasok"
    mended = pasok(command, database_url=fresh_database)
    assert mended.returncode == 0, mended.stderr
    with serving(fresh_database, log) as server:
        assert httpx.get(f"{server.address}/readyz").status_code == 200
