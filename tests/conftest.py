"""What every test may ask for: a real PostgreSQL whose schema the migrations built, and a closed network.

- `work`, `session`: in a transaction that is rolled back after the test; the ordinary case.
- `fresh_database`: a database of its own, for tests whose transactions must see each other.

The server is the bundled one, kept in var/tests between runs and shared by runs at the same time; or the one that
PASOK_TEST_DATABASE_URL (else PASOK_DATABASE_URL) names, whose user may create databases.
"""

import gc
import ipaddress
import os
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from service.database.embedded import EmbeddedServer
from service.database.engine import conninfo, create_sessions
from service.database.schema import create_database, drop_database, migrate
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.jobs.app import Jobs
from service.settings import Settings
from service.worker import build_jobs
from service.workflows import credentials
from tests.kept_engine import kept_engine

ROOT = Path(__file__).resolve().parents[1]
OWN_DATABASE = "test_"

LONGEST = "test_random_weeks.py"
TEST_DIR = Path(os.environ.get("PASOK_TEST_DIR", ROOT / "var" / "tests"))

# A server that forgets everything when the machine stops is what tests want: they start from nothing anyway.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass
class Clock:
    """The time in a test: stands still until it is moved."""

    now: datetime = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


# A look for garbage after every 700 objects takes an eighth of the time of all tests.
LOOKS_FOR_GARBAGE_AFTER = (50_000, 20, 50)


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not among what is loaded for the whole run."""
    gc.freeze()
    gc.set_threshold(*LOOKS_FOR_GARBAGE_AFTER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that at the end no process waits for another that has just begun one."""
    items.sort(key=lambda item: item.path.name != LONGEST)


# ---- the world outside


def pytest_configure() -> None:
    """Close the network for the whole run: a test that wants the internet fails where it asks."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connect_nearby(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            message = f"tests reach no other machine: {address}"
            raise PermissionError(message)
        connect(self, address)

    def look_up_nearby(host: Any, *args: Any, **options: Any) -> Any:
        if host is not None and not _is_loopback(host.decode() if isinstance(host, bytes) else host):
            message = f"tests look up no other machine: {host}"
            raise PermissionError(message)
        return look_up(host, *args, **options)

    socket.socket.connect = connect_nearby  # type: ignore[method-assign]
    socket.getaddrinfo = look_up_nearby


def _is_loopback(host: str) -> bool:
    try:
        return host in {"localhost", ""} or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> Iterator[None]:
    """Keep the developer's PASOK_ variables away from the code under test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("PASOK_") and not name.endswith("DATABASE_URL"):
                patch.delenv(name)
        yield


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    """Hash passwords with little effort: what a password costs a guesser is another test's business."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
        patch.setattr(credentials, "_hasher", lambda: cheap)
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(demo=True, database_url=None, var_dir=tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


# ---- databases


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """The address of the server's own database, beside which the tests' databases are made."""
    given = os.environ.get("PASOK_TEST_DATABASE_URL") or os.environ.get("PASOK_DATABASE_URL")
    if given:
        yield given
        return
    with EmbeddedServer(TEST_DIR / "postgres").join(FAST) as server:
        _drop_leftovers(server.url())
        yield server.url()


@pytest.fixture(scope="session")
def template_database(database_server: str) -> Iterator[str]:
    """The name of a database as the migrations build it; nobody may stay connected, so that it can be cloned."""
    name = _own_name()
    migrate(create_database(database_server, name))
    yield name
    drop_database(database_server, name)


@pytest.fixture(scope="session")
def database_url(database_server: str, template_database: str) -> Iterator[str]:
    """The database of all tests that roll back what they do."""
    name = _own_name()
    yield create_database(database_server, name, template_database)
    drop_database(database_server, name)


@pytest.fixture
def fresh_database(database_server: str, template_database: str) -> Iterator[str]:
    """The address of a database for one test alone, for real transactions side by side."""
    name = _own_name()
    yield create_database(database_server, name, template_database)
    drop_database(database_server, name)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[AsyncEngine]:
    with kept_engine(database_url) as engine:
        yield engine


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that ends with the test and is never committed."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()


@pytest.fixture
def units(connection: AsyncConnection, database_url: str, clock: Clock, settings: Settings) -> UnitsOfWork:
    """Units of work on the test's connection: their commits release a savepoint, the test's end undoes them."""
    sessions = create_sessions(connection, join_transaction_mode="create_savepoint")
    jobs = Jobs(conninfo(database_url))
    units = UnitsOfWork(sessions, jobs, clock=clock)
    jobs.register(*build_jobs(units, settings))
    return units


@pytest.fixture
async def work(units: UnitsOfWork) -> AsyncIterator[UnitOfWork]:
    async with units.begin(correlation_id="test") as work:
        yield work


@pytest.fixture
async def session(work: UnitOfWork) -> AsyncSession:
    return work.session


def _own_name() -> str:
    return f"{OWN_DATABASE}{os.getpid()}_{secrets.token_hex(4)}"


def _drop_leftovers(server_url: str) -> None:
    """Drop the databases of runs that were killed."""
    with psycopg.connect(conninfo(server_url)) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'").fetchall()
    for (name,) in found:
        if not psutil.pid_exists(int(name.split("_")[1])):
            drop_database(server_url, name)
