"""A small town, loaded once and cloned for each test, and real servers on it."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.database.schema import create_database, drop_database
from tests.conftest import OWN_DATABASE
from tests.e2e.servers import Server, serving
from tests.e2e.towns import Town, load_town


@pytest.fixture(scope="session")
def loaded_town(database_server: str, template_database: str) -> Iterator[tuple[str, Town]]:
    """The name of the database that towns are cloned from, and the town in it."""
    name = _own_name()
    town = asyncio.run(load_town(create_database(database_server, name, template_database)))
    yield name, town
    drop_database(database_server, name)


@pytest.fixture
def town(database_server: str, loaded_town: tuple[str, Town]) -> Iterator[Town]:
    """A town for one test alone."""
    template, loaded = loaded_town
    name = _own_name()
    yield replace(loaded, database_url=create_database(database_server, name, template))
    drop_database(database_server, name)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the test's servers write what they say."""
    return tmp_path / "serve.log"


@pytest.fixture
def server(town: Town, log: Path) -> Iterator[Server]:
    """A server of the test's town."""
    with serving(town.database_url, log) as server:
        yield server


def _own_name() -> str:
    return f"{OWN_DATABASE}{os.getpid()}_{secrets.token_hex(4)}"
