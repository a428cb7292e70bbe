"""`pasok doctor` as an operator runs it: a table for eyes, JSON for programs, and an exit code."""

import json
from pathlib import Path

import psycopg

from service.database.engine import conninfo
from tests.e2e.servers import pasok


def test_it_calls_an_installation_sound_while_a_worker_is_heard(fresh_database: str, tmp_path: Path) -> None:
    place = {"database_url": fresh_database, "var_dir": tmp_path}
    abandoned = pasok("doctor", **place)
    assert abandoned.returncode == 1, abandoned.stdout
    assert "No worker is heard." in abandoned.stdout
    assert "Traceback" not in abandoned.stderr
    with psycopg.connect(conninfo(fresh_database)) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    served = pasok("doctor", "--json", **place)
    trail = pasok("audit", "verify", **place)
    assert (trail.returncode, trail.stdout.startswith("fine: Unbroken up to 0:")) == (0, True), (
        trail.stdout + trail.stderr
    )
    assert (served.returncode, json.loads(served.stdout)["is_sound"]) == (0, True), served.stdout
