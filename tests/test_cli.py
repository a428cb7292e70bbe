"""The `pasok` command as a person meets it: started, told to stop, refused in one sentence."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from service.database.engine import conninfo
from service.database.schema import scratch_database

COMMAND = [sys.executable, "-c", "from service.cli import app; app()"]


def environment(**settings: object) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PASOK_")}
    return inherited | {f"PASOK_{name.upper()}": str(value) for name, value in settings.items()}


def pasok(*words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], env=environment(**settings), capture_output=True, text=True, check=False, timeout=60
    )


@contextmanager
def running(*words: str, **settings: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*COMMAND, *words], env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_served(url: str) -> int:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
                return int(answer.status)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_web_process_serves_until_it_is_told_to_stop(fresh_database: str, number: signal.Signals) -> None:
    port = free_port()
    with running("serve", demo=1, database_url=fresh_database, port=port) as process:
        assert wait_until_served(f"http://127.0.0.1:{port}/healthz") == 200
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
    assert "Traceback" not in said
    assert process.returncode in {0, 128 + number}


def test_a_worker_registers_itself_and_leaves_when_it_is_told_to(fresh_database: str) -> None:
    workers = "SELECT count(*) FROM procrastinate_workers"
    with (
        running("worker", demo=1, database_url=fresh_database) as process,
        psycopg.connect(conninfo(fresh_database), autocommit=True) as connection,
    ):
        deadline = time.monotonic() + 30
        while connection.execute(workers).fetchone() != (4,) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert connection.execute(workers).fetchone() == (4,)  # for quick jobs, messages, webhooks and solving
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 0
        assert connection.execute(workers).fetchone() == (0,)


def test_migrate_says_what_it_did(database_server: str) -> None:
    with scratch_database(database_server) as empty:
        assert pasok("migrate", database_url=empty).stdout.startswith("Applied: job_queue, ")
        assert pasok("migrate", database_url=empty).stdout == "The schema is up to date.\n"


def test_migrate_check_finds_no_difference(database_server: str) -> None:
    done = pasok("migrate", "--check", database_url=database_server)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_starts_on_a_schema_that_is_behind(database_server: str, command: str) -> None:
    with scratch_database(database_server) as empty:
        done = pasok(command, demo=1, database_url=empty)
    assert done.returncode == 2
    assert "The database schema is behind" in done.stderr
    assert done.stderr.rstrip().endswith("Run: pasok migrate")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "PASOK_SECRET_KEY must be set to at least 32 characters"),
        ({"demo": 1, "port": "x"}, "PASOK_PORT: Input should be a valid integer"),
        ({"demo": 1, "database_url": "mysql://a@b/c"}, "PASOK_DATABASE_URL names mysql; only PostgreSQL is supported"),
        (
            {"demo": 1, "database_url": "postgresql://a@127.0.0.1:1/c"},
            "No PostgreSQL answers at postgresql+psycopg://a@",
        ),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(settings: dict[str, object], said: str) -> None:
    done = pasok("serve", **settings)
    assert done.returncode == 2
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stderr


def test_the_demo_finds_out_at_once_that_its_port_is_taken(fresh_database: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = pasok("demo", database_url=fresh_database, port=taken.getsockname()[1])
    assert done.returncode == 2
    assert "PASOK_PORT=8001 chooses another port" in done.stderr


def test_a_simulation_needs_a_kitchen() -> None:
    refused = pasok("simulate", "month", "--kitchens", "0")
    assert refused.returncode == 2
    assert "--kitchens" in refused.stderr
