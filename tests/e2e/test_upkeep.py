"""The commands that look after an installation, as an operator runs them: what they print, and how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg

from service.database.engine import conninfo
from tests.e2e.servers import environment

SEVERAL = """
import sys
from service.cli import app
for words in sys.argv[1:]:
    try:
        app(words.split())
    except SystemExit as end:
        print("END", end.code, flush=True)
"""
"""Several commands in one process, since starting one takes longer than what they do here."""


def upkeep(*commands: str, **settings: object) -> list[tuple[int, str]]:
    """Run commands one after the other; return how each ended and what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", SEVERAL, *commands],
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stdout, done.stdout
    said, found = "", []
    for line in done.stdout.splitlines(keepends=True):
        if line.startswith("END "):
            found.append((int(line.split()[1]), said))
            said = ""
        else:
            said += line
    return found


def test_an_abandoned_installation_is_examined_and_backed_up_and_not_overwritten(
    fresh_database: str, tmp_path: Path
) -> None:
    with psycopg.connect(conninfo(fresh_database)) as connection:
        connection.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 day')")
        connection.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('quick', 'tell_events')")
        connection.execute("UPDATE procrastinate_jobs SET status = 'failed', attempts = 3")
        [job_id] = connection.execute("SELECT id FROM procrastinate_jobs").fetchone() or [0]
    file = tmp_path / "backup.tar"
    commands = (
        "doctor --json",
        "doctor",
        "audit verify",
        "audit verify --head 3:ff",
        f"backup {file}",
        f"restore {file}",
        "jobs failed",
        f"jobs retry {job_id}",
        f"jobs retry {job_id}",
    )
    [asked, shown, trail, wrong, made, refused, failed, again, twice] = upkeep(
        *commands, database_url=fresh_database, var_dir=tmp_path
    )
    assert (asked[0], json.loads(asked[1])["is_sound"]) == (1, False)
    assert (shown[0], "No worker is heard." in shown[1]) == (1, True)
    assert (trail[0], trail[1].startswith("fine: Unbroken up to 0:")) == (0, True)
    assert (wrong[0], wrong[1].startswith("--head: A number")) == (2, True)
    assert (made[0], ": 4 rows of " in made[1]) == (0, True)
    assert (refused[0], "(NotEmpty)" in refused[1]) == (2, True)
    assert (failed[0], "tell_events" in failed[1]) == (0, True)
    assert ((again[0], again[1]), twice[0]) == ((0, f"Queued again: {job_id}.\n"), 1)
