"""A drill: an installation with a paid week and its pictures is backed up, brought back, and goes on where it was."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from service.database.dump import DumpedTable, NotEmpty, build_empty, load, snapshot
from service.database.engine import conninfo, create_engine, create_sessions
from service.database.queries.installation import look_patiently
from service.database.schema import migrate, scratch_database
from service.database.unit_of_work import UnitsOfWork
from service.domain.events import EventType
from service.domain.findings import Verdict
from service.domain.receipts import ReceiptLine
from service.files.backups import Manifest, NewerBackup, writing_backup
from service.files.photos import PhotoShelf
from service.jobs.app import Jobs
from service.worker import build_jobs
from service.workflows.add_photo import AddPhoto, add_photo
from service.workflows.back_up import back_up
from service.workflows.examine_installation import Premises, examine_installation
from service.workflows.restore_backup import restore_backup
from service.workflows.seal_audit import seal_audit
from service.workflows.verify_audit import verify_audit
from tests.factories.deliveries import PICTURE
from tests.workflows.test_pay_invoice import invoiced, pay

OLDER = "ledger_lists"
"""A schema of the past, which backups may come from."""


@pytest.fixture
async def source(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(fresh_database)
    yield engine
    await engine.dispose()


@pytest.fixture
def empty(database_server: str) -> Iterator[str]:
    with scratch_database(database_server) as url:
        yield url


@pytest.fixture
def units(source: AsyncEngine, fresh_database: str, clock, settings) -> UnitsOfWork:
    jobs = Jobs(conninfo(fresh_database))
    units = UnitsOfWork(create_sessions(source), jobs, clock=clock)
    jobs.register(*build_jobs(units, settings))
    return units


def contents(url: str) -> dict[str, object]:
    """Return every row of every table, where the sequences stand, and every rule that guards them."""
    with psycopg.connect(conninfo(url)) as connection:
        names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        found: dict[str, object] = {
            name: sorted(row[0] for row in connection.execute(f'SELECT t::text FROM "{name}" AS t')) for name in names
        }
        found["sequences"] = sorted(connection.execute("SELECT sequencename, last_value FROM pg_sequences"))
        found["rules"] = sorted(
            connection.execute("""
                SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace
                UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
            """)
        )
    return found


async def lived(units: UnitsOfWork, shelf: PhotoShelf) -> str:
    """Live a week up to a payment in part, with a picture and a job that waits; return the picture's digest."""
    async with units.begin() as work:
        delivered, invoice = await invoiced(work)
        await pay(work, delivered, invoice, 1_000)
        line = (await work.session.scalars(sa.select(ReceiptLine))).first()
        photo = await add_photo(replace(work, actor=delivered.head), shelf, AddPhoto(line.receipt_id, line.id, PICTURE))
        await work.defer("tell_events", lock="a\ttab, a \\ and a\nline")
    await seal_audit(units)
    return photo.sha256


async def test_everything_comes_back_and_goes_on_where_it_was(units, fresh_database, empty, clock, tmp_path):
    old_shelf = PhotoShelf(tmp_path / "old")
    digest = await lived(units, old_shelf)
    started = time.monotonic()
    made = back_up(fresh_database, old_shelf, tmp_path / "backup.tar", now=clock.now)
    new_shelf = PhotoShelf(tmp_path / "new")
    restored = restore_backup(empty, new_shelf, tmp_path / "backup.tar")
    print(f"backup and restore of {made.row_count} rows: {time.monotonic() - started:.2f} s")  # noqa: T201 - the drill's figure
    assert contents(empty) == contents(fresh_database)
    assert (restored, restored.photos, new_shelf.get(digest)) == (made, [digest], PICTURE)
    await goes_on(empty, clock, new_shelf, head=made.audit_head)


async def goes_on(url: str, clock, shelf: PhotoShelf, *, head: str) -> None:
    """The books are right, the trail is whole, new events come after the old ones, and edits are refused as before."""
    engine = create_engine(url)
    async with AsyncSession(engine) as session:
        await look_patiently(session)
        report = await verify_audit(session, now=clock.now)
    assert (report.broken, str(report.head)) == (None, head)
    findings = await examine_installation(engine, Premises(shelf.directory, shelf.directory, ()), now=clock.now)
    assert {each.check for each in findings if each.verdict is Verdict.FAULT} <= {"workers", "disk"}
    async with UnitsOfWork(create_sessions(engine), Jobs(conninfo(url)), clock=clock).begin() as work:
        last = await work.session.scalar(sa.text("SELECT max(sequence) FROM event"))
        new = work.announce(EventType.CATALOGUE_LOADED, entity="catalogue", entity_id="items")
        await work.session.flush()
        assert new.sequence > last
    with pytest.raises(sa.exc.IntegrityError):
        async with engine.begin() as connection:
            await connection.execute(sa.text("DELETE FROM audit_entry"))
    await engine.dispose()


async def test_a_backup_fills_an_empty_database_only(units, fresh_database, clock, tmp_path):
    shelf = PhotoShelf(tmp_path)
    await lived(units, shelf)
    back_up(fresh_database, shelf, tmp_path / "backup.tar", now=clock.now)
    before = contents(fresh_database)
    with pytest.raises(NotEmpty, match="has rows"):
        restore_backup(fresh_database, shelf, tmp_path / "backup.tar")
    assert contents(fresh_database) == before


async def test_a_picture_that_is_lost_is_named_and_the_rest_backed_up(units, fresh_database, clock, tmp_path):
    digest = await lived(units, PhotoShelf(tmp_path / "photos"))
    made = back_up(fresh_database, PhotoShelf(tmp_path / "elsewhere"), tmp_path / "backup.tar", now=clock.now)
    assert (made.missing_photos, made.photos) == ([digest], [])
    assert made.row_count > 0


def test_a_backup_of_a_schema_of_tomorrow_is_refused_and_one_of_yesterday_brought_up_to_date(
    empty: str, database_server: str, tmp_path: Path
):
    tomorrow = Manifest(made_at="", revision="of_tomorrow", postgresql="19", audit_head="")
    with writing_backup(tmp_path / "tomorrow.tar", tomorrow):
        pass
    with pytest.raises(NewerBackup, match="of_tomorrow"):
        restore_backup(empty, PhotoShelf(tmp_path), tmp_path / "tomorrow.tar")
    migrate(empty)
    with scratch_database(database_server) as old:
        migrate(old, OLDER)
        with psycopg.connect(conninfo(old)) as connection:
            connection.execute("""
                INSERT INTO audit_entry (id, at, action, entity, entity_id)
                VALUES (gen_random_uuid(), now(), 'recipe.created', 'recipe', 'a')""")
        with snapshot(old) as taken:
            tables = [(name, columns, list(lines)) for name, columns, lines in taken.tables()]
            sequences = taken.sequences()
    build_empty(empty, OLDER)
    dumped = [DumpedTable(name, columns, lines, b"".join(lines).count(b"\n")) for name, columns, lines in tables]
    load(empty, dumped, sequences)
    with psycopg.connect(conninfo(empty)) as connection:
        assert connection.execute("SELECT entity_id, sequence FROM audit_entry").fetchall() == [("a", None)]
