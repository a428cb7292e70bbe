"""Lists as files are read from a streaming copy of the database, if it has all that was committed."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from service.api.options import open_units
from service.database import replica
from service.database.embedded import EmbeddedServer
from service.database.engine import create_engine, create_sessions
from service.database.replica import Replica
from service.database.schema import migrate
from service.domain.organisations import OrganisationKind
from service.domain.people import Role
from service.main import create_app
from service.settings import Settings
from service.worker import Runtime, running
from tests.factories.copies import streaming_copy
from tests.factories.organisations import new_organisation
from tests.factories.places import REGION
from tests.factories.worlds import World, add_world

EXPORT = {"url": "/organisations/export", "params": {"format": "csv"}}


@dataclass
class Followed:
    """A service with a copy of its database: who reads there is noted."""

    runtime: Runtime
    world: World
    client: httpx.AsyncClient
    asked_there: list[str]

    async def add(self, code: str) -> None:
        async with self.runtime.units.begin() as work:
            work.session.add(new_organisation(OrganisationKind.KITCHEN, code=code, region_code=REGION))

    async def codes(self) -> set[str]:
        answer = await self.client.get(**EXPORT)
        assert answer.status_code == 200, answer.text
        rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        return {row["kode"] for row in rows}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copied")
    with EmbeddedServer(folder / "first") as server:
        migrate(server.url())
        with streaming_copy(server, folder / "copy") as address:
            yield server.url(), address


@pytest.fixture(scope="module")
def world(addresses) -> World:
    async def settle() -> World:
        async with create_sessions(create_engine(addresses[0], poolclass=NullPool))() as session, session.begin():
            return await add_world(session, REGION)

    return asyncio.run(settle())


@pytest.fixture
async def followed(addresses, world, clock, tmp_path) -> AsyncIterator[Followed]:
    settings = Settings(demo=True, var_dir=tmp_path, database_url=addresses[0], replica_url=addresses[1])
    async with running(settings, addresses[0], work=False) as runtime:
        units = replace(runtime.units, clock=clock)
        copied = Replica(replace(runtime.replica.units, clock=clock))
        asked_there: list[str] = []
        copy_engine = copied.units.sessions.kw["bind"].sync_engine
        sa.event.listen(copy_engine, "before_cursor_execute", lambda _c, _u, query, *_more: asked_there.append(query))
        app = create_app(settings, addresses[0], units=units)
        open_units(app, units, copied)
        headers = {"Authorization": f"Bearer {world.token(Role.CITY_OPERATOR)}"}
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://p/api/v1", headers=headers) as client:
            yield Followed(replace(runtime, units=units, replica=copied), world, client, asked_there)


async def test_a_file_comes_from_the_copy_with_what_was_committed_a_moment_ago(followed):
    for code in ("SPPG-NEW-1", "SPPG-NEW-2", "SPPG-NEW-3"):
        await followed.add(code)
        assert code in await followed.codes()
    assert any("FROM organisation" in query for query in followed.asked_there)
    asked = len(followed.asked_there)
    assert (await followed.client.get("/organisations")).status_code == 200
    assert len(followed.asked_there) == asked, "a page's list is read where it is changed"


async def test_who_may_not_see_a_list_does_not_see_the_copy_either(followed):
    followed.client.headers["Authorization"] = f"Bearer {followed.world.token(Role.KITCHEN_HEAD)}"
    assert (await followed.client.get("/audit/export")).status_code == 403
    assert followed.asked_there == []


async def test_a_copy_that_is_behind_is_left_alone_for_a_while(followed, addresses, monkeypatch):
    monkeypatch.setattr(replica, "READY_WITHIN_S", 0.2)
    engine = sa.create_engine(addresses[1])
    with engine.connect() as there:
        there.execute(sa.text("SELECT pg_wal_replay_pause()"))
        try:
            await followed.add("SPPG-LATE")
            assert "SPPG-LATE" in await followed.codes()
            asked = len(followed.asked_there)
            assert "SPPG-LATE" in await followed.codes()
            assert len(followed.asked_there) == asked
        finally:
            there.execute(sa.text("SELECT pg_wal_replay_resume()"))
    engine.dispose()
    followed.runtime.replica._left_alone_until = 0.0
    assert "SPPG-LATE" in await followed.codes()
    assert len(followed.asked_there) > asked


async def test_a_copy_that_is_away_is_not_missed(followed, tmp_path):
    away = Settings(demo=True, replica_url=f"postgresql://postgres@/pasok?host={tmp_path}")
    async with running(away, str(followed.runtime.engine.url), work=False) as runtime:
        open_units(followed.client._transport.app, followed.runtime.units, runtime.replica)
        await followed.add("SPPG-ALONE")
        assert "SPPG-ALONE" in await followed.codes()
