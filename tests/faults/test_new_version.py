"""The schema is migrated while the program serves, and the older program serves on beside the newer one.

The present program stands for the older one before a migration that is made up here and adds something to every table.
Where the repository's history is at hand, the program as it was before the newest migration serves beside this one, and
each does the jobs that the other left waiting.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import psycopg
import pytest

from service.database.engine import conninfo
from service.database.schema import migrate, migrate_down
from service.domain import metadata
from tests.faults.cities import (
    BUYER,
    CITY,
    SELLER,
    City,
    answering,
    dispatching,
    found_city,
    paying,
    publishing,
    receiving,
    signing,
    units_on,
)
from tests.faults.processes import Nursery, Onlooker, Sent, Web, until
from tests.faults.test_workers import STATUS, ends_once
from tests.faults.versions import NoHistory, commit_before, newest_migration, start, unpack
from tests.migrations.test_side_by_side import STOPS_THE_OLD

WEEK = (answering, dispatching, receiving, signing(SELLER), signing(BUYER), paying)
READ_EVERY_S = 0.05
READ = [(CITY, "/orders"), (SELLER, "/orders"), (BUYER, "/deliveries"), (SELLER, "/stocks")]


@contextmanager
def reading_on(web: Web) -> Iterator[list[int]]:
    """Let people read lists all the while; the statuses that they get stand in the list."""
    came: list[int] = []
    ends = threading.Event()

    def read() -> None:
        for token, path in cycle(READ):
            if ends.is_set():
                return
            came.append(web.send(Sent(token, path, method="GET")).status_code)
            ends.wait(READ_EVERY_S)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield came
    finally:
        ends.set()
        thread.join()


async def live_the_week(city: City, *webs: Web) -> None:
    """Do each deed of the week by one program after the other, and let the other say what came of it."""
    by, other = cycle(webs), cycle(webs[::-1])
    for deed in WEEK:
        if deed is dispatching:
            await city.make_notes()
        web = next(by)
        request = deed(web, city)
        first, again = web.send(request), next(other).send(request)
        assert first.is_success, first.text
        assert again.json() == first.json()
    assert await city.wrong() == []


# ---- the present program as the older one


def add_to_every_table(url: str) -> None:
    """Do what a migration may: columns with and without a default, an index, a table; each table by itself."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for table in metadata.tables.values():
            with connection.transaction():
                connection.execute("SET LOCAL lock_timeout = '5s'")
                connection.execute(f'ALTER TABLE "{table.name}" ADD COLUMN next_year text')
                connection.execute(f'ALTER TABLE "{table.name}" ADD COLUMN next_count bigint NOT NULL DEFAULT 0')
                connection.execute(f'CREATE INDEX ON "{table.name}" (next_count)')
        connection.execute("CREATE TABLE next_year (organisation_id uuid REFERENCES organisation (id))")
        connection.execute("UPDATE alembic_version SET version_num = 'of_next_year'")


@pytest.fixture
async def city(fresh_database: str) -> AsyncIterator[City]:
    city = await found_city(fresh_database)
    yield city
    await city.engine.dispose()


async def test_the_program_serves_on_while_a_migration_adds_to_every_table(city: City, nursery: Nursery) -> None:
    web = nursery.web(city.url, city.units.clock())
    migration = threading.Thread(target=add_to_every_table, args=(city.url,))
    assert web.send(publishing(web, city)).is_success
    with reading_on(web) as came:
        migration.start()
        await live_the_week(city, web)
        migration.join()
    assert city.look.ask("SELECT version_num FROM alembic_version") == "of_next_year"
    assert set(came) == {200}


# ---- two programs


@pytest.fixture
def old(fresh_database: str, tmp_path: Path) -> Iterator[Nursery]:
    """The program before the newest migration, on a city in a database that does not have that migration."""
    newest = newest_migration()
    if newest.name in STOPS_THE_OLD:
        pytest.skip(f"the newest migration needs the old program stopped: {STOPS_THE_OLD[newest.name]}")
    try:
        source = unpack(commit_before(newest), tmp_path / "old")
    except NoHistory as reason:
        pytest.skip(f"this copy of the repository does not reach back to the program before it: {reason}")
    migrate_down(fresh_database, newest.before)
    older = start(source, tmp_path, fresh_database)
    until(lambda: Onlooker(fresh_database).ask("SELECT count(*) FROM plan"))
    yield older
    older.end()
    older.program.kill()
    older.program.communicate()


async def test_the_program_before_the_newest_migration_serves_on_beside_this_one(
    old: Nursery, fresh_database: str, nursery: Nursery
) -> None:
    engine, units = units_on(fresh_database)
    city = City(fresh_database, None, engine, units)
    web = old.web(fresh_database, units.clock())
    first = web.send(request := publishing(web, city))
    assert first.is_success, first.text
    with reading_on(web) as came:
        assert migrate(fresh_database) == [newest_migration().revision]
    assert set(came) == {200}
    new = nursery.web(fresh_database, units.clock())
    assert new.send(request).json() == first.json()
    await live_the_week(city, web, new)
    await engine.dispose()


@pytest.mark.parametrize("is_queued_by_old", [True, False], ids=["of the older", "of the newer"])
async def test_a_job_that_waits_while_programs_change_is_done_once_by_the_other_program(
    old: Nursery, fresh_database: str, nursery: Nursery, is_queued_by_old: bool
) -> None:
    engine, units = units_on(fresh_database)
    city = City(fresh_database, None, engine, units)
    asked, works = (old, nursery) if is_queued_by_old else (nursery, old)
    if not is_queued_by_old:
        migrate(fresh_database)
    web = asked.web(fresh_database, units.clock())
    for deed in (publishing, lambda web, city: answering(web, city, share=0)):
        answer = web.send(deed(web, city))
        assert answer.is_success, answer.text
    web.kill()
    assert city.look.ask(STATUS) == ("todo", 0)
    migrate(fresh_database)
    works.start("worker", fresh_database, units.clock())
    await ends_once(city, attempts=1)
    await engine.dispose()
