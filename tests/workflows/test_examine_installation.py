"""The doctor: silent on a sound installation, and each trouble found and named."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import create_engine
from service.database.queries.invariants import MEANINGS, RULES
from service.database.schema import scratch_database
from service.domain.findings import Verdict, is_sound
from service.workflows.examine_installation import Premises, examine_installation

KNOWN = frozenset({"move"})


@pytest.fixture
async def lone_engine(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(fresh_database)
    yield engine
    await engine.dispose()


@pytest.fixture
def examine(lone_engine: AsyncEngine, tmp_path: Path):
    async def look():
        return await examine_installation(lone_engine, Premises(tmp_path, tmp_path / "photos", KNOWN))

    return look


async def run(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(sa.text(statement))


def troubles(findings) -> dict[str, Verdict]:
    return {each.check: each.verdict for each in findings if each.verdict is not Verdict.FINE}


A_WORKER = "INSERT INTO procrastinate_workers DEFAULT VALUES"
A_JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('quick', '{name}', '{status}')"
AGED = "UPDATE procrastinate_events SET at = at - interval '1 hour'"


def test_every_rule_of_the_books_has_a_meaning():
    assert MEANINGS.keys() == RULES.keys()


async def test_an_installation_with_a_worker_and_right_books_is_sound(lone_engine, examine):
    await run(lone_engine, A_WORKER)
    findings = await examine()
    assert troubles(findings) == {}
    assert {each.check for each in findings} >= {"database", "schema", "books", "jobs", "webhooks", "photos", "disk"}


async def test_without_a_worker_it_is_not(examine):
    findings = await examine()
    assert troubles(findings) == {"workers": Verdict.FAULT}
    assert not is_sound(findings)


async def test_a_job_that_waits_for_an_hour_is_found(lone_engine, examine):
    await run(lone_engine, A_WORKER, A_JOB.format(name="move", status="todo"))
    assert troubles(await examine()) == {}
    await run(lone_engine, AGED)
    assert troubles(await examine()) == {"jobs": Verdict.FAULT}


async def test_a_job_for_next_month_is_not_late(lone_engine, examine):
    later = "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '30 days'"
    await run(lone_engine, A_WORKER, A_JOB.format(name="move", status="todo"), AGED, later)
    assert troubles(await examine()) == {}


async def test_a_job_whose_worker_is_gone_is_found(lone_engine, examine):
    held = "UPDATE procrastinate_jobs SET status = 'doing'"
    await run(lone_engine, A_WORKER, A_JOB.format(name="move", status="todo"), held, AGED)
    found = [each.found for each in await examine() if each.verdict is Verdict.FAULT]
    assert found[0] == "1 jobs (move) are held by workers that are not heard any more."


async def test_jobs_that_failed_or_have_an_unknown_name_are_warnings(lone_engine, examine):
    failed = "UPDATE procrastinate_jobs SET status = 'failed'"
    await run(lone_engine, A_WORKER, A_JOB.format(name="move", status="todo"), failed)
    await run(lone_engine, A_JOB.format(name="of_tomorrow", status="todo"))
    findings = [each for each in await examine() if each.check == "jobs"]
    assert [each.verdict for each in findings] == [Verdict.WARNING, Verdict.WARNING]
    assert is_sound(findings)


async def test_a_schema_that_is_behind_is_the_only_thing_said_of_the_database(database_server: str, tmp_path: Path):
    with scratch_database(database_server) as url:
        engine = create_engine(url)
        findings = await examine_installation(engine, Premises(tmp_path, tmp_path, KNOWN))
        await engine.dispose()
    assert troubles(findings) == {"schema": Verdict.FAULT}
    assert findings[0].advice == "Run: pasok migrate"


async def test_each_broken_rule_of_the_books_is_one_fault_that_counts_its_rows(lone_engine, examine, city):
    await run(lone_engine, A_WORKER, "UPDATE offer SET promised_qty = 7", "UPDATE stock SET elsewhere_packs = 1")
    findings = await examine()
    first, *_ = [each for each in findings if each.verdict is Verdict.FAULT]
    assert troubles(findings) == {"books: offer_promised": Verdict.FAULT, "books: quotas_divided": Verdict.FAULT}
    assert first.found.startswith(f"{len(city.offers)} rows break the rule: {MEANINGS['offer_promised']} The first: ")
    assert first.found.endswith(" has 7 instead of 0.")
    assert not is_sound(findings)
