"""A real browser on a real server of the small town, whose week is planned and published once for all tests."""

import asyncio
import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from service.database.schema import create_database, drop_database
from tests.browser.looking import Screen, Visitor, launched
from tests.browser.weeks import publish_week
from tests.conftest import OWN_DATABASE
from tests.e2e.people import Json
from tests.e2e.servers import Server, serving
from tests.e2e.towns import Town, load_town


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's browser, without a window.

    One for each file: as long as it is open its event loop runs in this thread, and no other may.
    """
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def published_town(
    database_server: str, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Town]]:
    """The name of a database whose week is published, and the town in it: cloned for each module."""
    name = own_name()
    url = create_database(database_server, name, template_database)
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's event loop may run in this thread
        town = elsewhere.submit(asyncio.run, load_town(url)).result()
    with serving(town.database_url, tmp_path_factory.mktemp("published") / "serve.log") as server:
        publish_week(server.address, town.open_week)
    yield name, town
    drop_database(database_server, name)


@pytest.fixture(scope="module")
def town(database_server: str, published_town: tuple[str, Town]) -> Iterator[Town]:
    """A town for the tests of one file; its week is published, and nobody has answered yet."""
    template, loaded = published_town
    name = own_name()
    yield replace(loaded, database_url=create_database(database_server, name, template))
    drop_database(database_server, name)


@pytest.fixture(scope="module")
def server(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the file's town; in demo mode, since a browser keeps cookies of HTTPS only otherwise."""
    folder: Path = tmp_path_factory.mktemp("server")
    with serving(town.database_url, folder / "serve.log", demo=True, var_dir=folder) as server:
        yield server


@pytest.fixture(scope="module")
def cookies(server: Server) -> dict[str, list[Json]]:
    """The sessions of those who logged in on the file's server: it counts logins, ten in five minutes."""
    return {}


@pytest.fixture
def visit(chromium: Browser, server: Server, cookies: dict[str, list[Json]]) -> Iterator[Callable[..., Visitor]]:
    """Return somebody with a phone of their own: `visit("pengurus.koperasi")`, `visit("operator.kota", DESKTOP)`.

    Visits of the same person share a session; whoever ends it asks for one of their own (`is_own_session=True`).
    """
    with ExitStack() as opened:

        def make(
            login: str | None, screen: Screen | None = None, *, is_own_session: bool = False, **options: object
        ) -> Visitor:
            visitor = Visitor(chromium, server.address, screen, **options)
            opened.callback(visitor.leave)
            if login is None:
                return visitor
            if login in cookies and not is_own_session:
                visitor.context.add_cookies(cookies[login])
                return visitor
            visitor.log_in(login)
            if not is_own_session:
                cookies[login] = visitor.context.cookies()
            return visitor

        yield make


def own_name() -> str:
    return f"{OWN_DATABASE}{os.getpid()}_{secrets.token_hex(4)}"
