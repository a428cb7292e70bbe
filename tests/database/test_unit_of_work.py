"""One unit is one transaction: everything in it is kept, or nothing, jobs and audit trail included."""

import uuid
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.domain.audits import AuditEntry
from service.domain.errors import StaleVersion
from service.domain.menus import Recipe
from service.jobs.app import Jobs, UnknownJob
from service.jobs.definitions import SOLVE, Job, JobCall
from service.telemetry import correlated

QUEUED = sa.text("SELECT queue_name, task_name, args, lock FROM procrastinate_jobs ORDER BY id")


async def _do_nothing(_call: JobCall) -> None: ...


@pytest.fixture
async def fresh_engine(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(fresh_database)
    yield engine
    await engine.dispose()


@pytest.fixture
def real_units(fresh_engine: AsyncEngine, fresh_database: str) -> UnitsOfWork:
    jobs = Jobs(conninfo(fresh_database))
    jobs.register(Job(name="cook", run=_do_nothing, queue=SOLVE))
    return UnitsOfWork(create_sessions(fresh_engine), jobs)


async def _queued(engine: AsyncEngine) -> list[tuple[object, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(QUEUED)]


async def test_a_job_is_seen_by_others_only_after_the_commit(
    real_units: UnitsOfWork, fresh_engine: AsyncEngine
) -> None:
    async with real_units.begin(correlation_id="week-48") as work:
        await work.defer("cook", lock="bogor", portions=3)
        assert await _queued(fresh_engine) == []
    assert await _queued(fresh_engine) == [("solve", "cook", {"portions": 3, "correlation_id": "week-48"}, "bogor")]


async def test_a_rollback_forgets_rows_jobs_and_audit_entries(
    real_units: UnitsOfWork, fresh_engine: AsyncEngine
) -> None:
    async def fail() -> None:
        async with real_units.begin() as work:
            work.record("recipe.created", "recipe", work.new_id(), after={"code": "x"})
            await work.session.flush()
            await work.defer("cook")
            message = "burnt"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="burnt"):
        await fail()
    assert await _queued(fresh_engine) == []
    async with fresh_engine.connect() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0


async def test_a_job_that_no_worker_knows_cannot_be_deferred(real_units: UnitsOfWork) -> None:
    async with real_units.begin() as work:
        with pytest.raises(UnknownJob, match="no job is named cok"):
            await work.defer("cok")


async def test_the_audit_entry_says_who_when_and_in_which_request(real_units: UnitsOfWork) -> None:
    with correlated("request-7"):
        async with real_units.begin() as work:
            entry = work.record("recipe.created", "recipe", "nasi-ayam", after={"is_active": True})
    async with real_units.begin() as later:
        kept = await later.session.get_one(AuditEntry, entry.id)
    assert (kept.at, kept.entity_id, kept.correlation_id) == (work.now, "nasi-ayam", "request-7")
    assert (kept.before, kept.after, kept.actor_user_id) == (None, {"is_active": True}, None)


async def test_of_two_changes_to_the_same_version_the_second_is_stale(real_units: UnitsOfWork) -> None:
    recipe_id = uuid.uuid4()
    async with real_units.begin() as work:
        work.session.add(Recipe(id=recipe_id, created_at=work.now, code="sop", name_id="Sop", name_en="Soup"))

    async def rename_with_another_in_between() -> None:
        async with real_units.begin() as slow:
            seen = await slow.session.get_one(Recipe, recipe_id)
            async with real_units.begin() as quick:
                (await quick.session.get_one(Recipe, recipe_id)).name_en = "Broth"
            seen.name_en = "Clear soup"

    with pytest.raises(StaleVersion):
        await rename_with_another_in_between()
    async with real_units.begin() as work:
        kept = await work.session.get_one(Recipe, recipe_id)
        assert (kept.name_en, kept.version) == ("Broth", 2)


async def test_a_unit_in_a_test_is_undone_by_the_tests_end(units: UnitsOfWork, engine: AsyncEngine) -> None:
    async with units.begin() as work:
        work.session.add(Recipe(id=work.new_id(), created_at=work.now, code="sop", name_id="Sop", name_en="Soup"))
    async with units.begin() as work:
        assert await work.session.scalar(sa.select(Recipe.name_en).where(Recipe.code == "sop")) == "Soup"
    async with engine.connect() as outside:
        assert await outside.scalar(sa.select(sa.func.count()).select_from(Recipe)) == 0
