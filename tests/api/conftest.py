"""The application over the test's own transaction, and a client that is logged in as anybody.

What a test adds with `session` must be flushed (`await session.flush()`) before a request sees it; the requests'
own units of work are savepoints of the same transaction.

Worlds are added once, to databases in which the tests that ask for a world roll back what they do.
"""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from service.api.options import equip, open_desk, open_units
from service.database.engine import create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.domain.people import Role
from service.files.photos import PhotoShelf
from service.main import create_app
from service.matching.questions import answer_here
from service.settings import Settings
from tests.factories.deliveries import PICTURE
from tests.factories.inhabited import Inhabited, inhabited_database
from tests.factories.places import OTHER_REGION, REGION
from tests.factories.worlds import World

BASE_URL = "http://pasok.test"


class Client(httpx.AsyncClient):
    """A client that sends a new Idempotency-Key with each POST, as a well-behaved program does."""

    async def request(self, method: str, url: httpx.URL | str, **options: object) -> httpx.Response:
        if method == "POST":
            options["headers"] = {"Idempotency-Key": str(uuid.uuid4()), **(options.get("headers") or {})}
        return await super().request(method, url, **options)


@pytest.fixture(scope="session")
def built_app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application with its routes, which take half a second to work out; it is never started."""
    settings = Settings(demo=True, var_dir=tmp_path_factory.mktemp("var"))
    PhotoShelf(settings.photos_dir).put(PICTURE)
    return create_app(settings, "postgresql://not-used")


@pytest.fixture
def app(built_app: FastAPI, units: UnitsOfWork) -> FastAPI:
    """The application as `create_app` hands it to tests: nothing of another test is left in it."""
    equip(built_app, built_app.state.options)
    open_units(built_app, units)
    open_desk(built_app, answer_here)
    return built_app


@pytest.fixture(scope="session")
def inhabited(database_server: str, template_database: str) -> Iterator[Inhabited]:
    """The database of all tests that ask for the world at home and no other."""
    with inhabited_database(database_server, template_database, REGION) as found:
        yield found


@pytest.fixture(scope="session")
def inhabited_twice(database_server: str, template_database: str) -> Iterator[Inhabited]:
    """The database of all tests that ask for the foreign world too."""
    with inhabited_database(database_server, template_database, REGION, OTHER_REGION) as found:
        yield found


@pytest.fixture
def lived_in(request: pytest.FixtureRequest) -> Inhabited | None:
    """The worlds that the test asks for, if it does."""
    asked = {"foreign_world": "inhabited_twice", "world": "inhabited"}
    found = next((database for world, database in asked.items() if world in request.fixturenames), None)
    return request.getfixturevalue(found) if found else None


@pytest.fixture
def engine(engine: AsyncEngine, lived_in: Inhabited | None) -> AsyncEngine:
    """The engine of the database in which the test's worlds live."""
    return lived_in.engine if lived_in else engine


@pytest.fixture
async def session(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    """A session for the test's own entities, on the connection that the requests use."""
    async with create_sessions(connection, join_transaction_mode="create_savepoint")() as session:
        yield session


@pytest.fixture
async def world(session: AsyncSession, lived_in: Inhabited) -> World:
    return lived_in.world(session, REGION)


@pytest.fixture
async def foreign_world(session: AsyncSession, world: World, lived_in: Inhabited) -> World:
    return lived_in.world(session, OTHER_REGION)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[Client]:
    """A client that nobody is logged in with."""
    async with Client(transport=httpx.ASGITransport(app=app), base_url=BASE_URL) as client:
        yield client


@pytest.fixture
async def client_as(app: FastAPI, world: World) -> AsyncIterator[Callable[..., Client]]:
    """Return a client for a role: `client_as(Role.COOP_OFFICER)`, or `client_as(role, foreign_world)`."""
    opened: list[Client] = []

    def make(role: Role, of: World = world) -> Client:
        headers = {"Authorization": f"Bearer {of.token(role)}"}
        transport = httpx.ASGITransport(app=app)
        opened.append(Client(transport=transport, base_url=f"{BASE_URL}/api/v1", headers=headers))
        return opened[-1]

    yield make
    for client in opened:
        await client.aclose()
