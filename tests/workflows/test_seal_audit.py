"""The audit trail in the database: sealed soon, closed to edits, and tampering by its owner is found."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.queries.installation import look_patiently
from service.database.unit_of_work import UnitsOfWork
from service.domain.audit_chain import Link
from service.domain.audits import AuditEntry
from service.domain.findings import Verdict
from service.jobs.app import Jobs
from service.workflows.seal_audit import seal_audit
from service.workflows.verify_audit import judge_chain, verify_audit


@pytest.fixture
async def lone_engine(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(fresh_database)
    yield engine
    await engine.dispose()


@pytest.fixture
def lone_units(lone_engine, fresh_database, clock) -> UnitsOfWork:
    return UnitsOfWork(create_sessions(lone_engine), Jobs(conninfo(fresh_database)), clock=clock)


async def record(units: UnitsOfWork, *names: str) -> None:
    async with units.begin() as work:
        for name in names:
            work.record("recipe.created", "recipe", name, after={"name": name, "steps": [1, 2.5, None]})


async def verified(engine: AsyncEngine, clock, anchor: Link | None = None):
    async with AsyncSession(engine) as session:
        await look_patiently(session)
        return await verify_audit(session, now=clock.now, anchor=anchor)


async def tamper(engine: AsyncEngine, *statements: str) -> None:
    """Change the trail as its owner can: with the triggers taken off."""
    async with engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        for statement in statements:
            await connection.execute(sa.text(statement))
        await connection.execute(sa.text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))


async def test_entries_are_sealed_once_in_one_chain_and_verified(lone_engine, lone_units, clock):
    await record(lone_units, "a", "b")
    clock.advance(seconds=30)
    await record(lone_units, "c")
    assert await seal_audit(lone_units) == 3
    assert await seal_audit(lone_units) == 0
    await record(lone_units, "d")
    assert await seal_audit(lone_units) == 1
    report = await verified(lone_engine, clock)
    assert (report.broken, report.head.sequence, report.unsealed) == (None, 4, 0)
    assert judge_chain(report)[0].verdict is Verdict.FINE


async def test_an_entry_whose_transaction_commits_late_is_sealed_later(lone_engine, lone_units, clock):
    async with lone_units.begin() as slow:
        slow.record("recipe.created", "recipe", "slow")
        await slow.session.flush()
        clock.advance(seconds=20)
        await record(lone_units, "quick")
        assert await seal_audit(lone_units) == 1
    assert await seal_audit(lone_units) == 1
    report = await verified(lone_engine, clock)
    assert (report.broken, report.head.sequence, report.backdated) == (None, 2, 0)


async def test_two_sealers_at_once_make_one_chain(lone_engine, lone_units, clock):
    await record(lone_units, *map(str, range(30)))
    assert sum(await asyncio.gather(*(seal_audit(lone_units) for _ in range(4)))) == 30
    report = await verified(lone_engine, clock)
    assert (report.broken, report.head.sequence) == (None, 30)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET action = 'nothing.happened'",
        "UPDATE audit_entry SET sequence = 9, sha256 = '', sealed_at = now(), action = 'x' WHERE sequence IS NULL",
        "UPDATE audit_entry SET sequence = NULL, sha256 = NULL, sealed_at = NULL WHERE sequence = 1",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry CASCADE",
    ],
)
async def test_the_database_refuses_to_edit_the_trail(lone_engine, lone_units, change):
    await record(lone_units, "a")
    await seal_audit(lone_units)
    await record(lone_units, "b")
    with pytest.raises(IntegrityError, match="only appended"):
        async with lone_engine.begin() as connection:
            await connection.execute(sa.text(change))


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ('UPDATE audit_entry SET after = \'{"name": "z"}\' WHERE sequence = 2', 2),
        ("UPDATE audit_entry SET at = at - interval '1 day' WHERE sequence = 3", 3),
        ("DELETE FROM audit_entry WHERE sequence = 2", 2),
        ("DELETE FROM audit_entry WHERE sequence = 4", 4),
        ("UPDATE audit_entry SET sequence = CASE sequence WHEN 2 THEN -3 ELSE -2 END WHERE sequence IN (2, 3)", 2),
        ("UPDATE audit_entry SET sequence = sequence + 10 WHERE sequence > 2", 3),
    ],
)
async def test_what_the_owner_of_the_database_changed_is_found_and_named(
    lone_engine, lone_units, clock, change, broken_at
):
    await record(lone_units, "a", "b", "c", "d")
    await seal_audit(lone_units)
    await tamper(lone_engine, change, "UPDATE audit_entry SET sequence = -sequence WHERE sequence < 0")
    report = await verified(lone_engine, clock)
    assert report.broken.sequence == broken_at
    [finding] = judge_chain(report)
    assert finding.verdict is Verdict.FAULT
    assert f"entry {broken_at}" in finding.found


async def test_a_short_walk_looks_at_the_last_entries_alone(lone_engine, lone_units, clock):
    await record(lone_units, "a", "b", "c", "d")
    await seal_audit(lone_units)
    await tamper(lone_engine, "UPDATE audit_entry SET action = 'nothing' WHERE sequence = 2")
    async with AsyncSession(lone_engine) as session:
        await look_patiently(session)
        broken = [(await verify_audit(session, now=clock.now, last=last)).broken for last in (1, 2, 3, 9)]
    assert [each and each.sequence for each in broken] == [None, None, 2, 2]


async def test_an_entry_slipped_into_the_past_is_suspicious_and_one_never_sealed_a_fault(
    lone_engine, lone_units, clock
):
    await record(lone_units, "a")
    await seal_audit(lone_units)
    clock.advance(days=-2)
    await record(lone_units, "forged")
    clock.advance(days=2)
    assert [each.verdict for each in judge_chain(await verified(lone_engine, clock))] == [Verdict.FAULT]
    await seal_audit(lone_units)
    report = await verified(lone_engine, clock)
    assert (report.broken, report.backdated) == (None, 1)
    assert [each.verdict for each in judge_chain(report)] == [Verdict.WARNING]


async def test_a_trail_that_was_made_anew_does_not_fit_the_head_that_was_written_down(lone_engine, lone_units, clock):
    await record(lone_units, "a", "b")
    await seal_audit(lone_units)
    written_down = (await verified(lone_engine, clock)).head
    await tamper(
        lone_engine,
        "UPDATE audit_entry SET sequence = NULL, sha256 = NULL, sealed_at = NULL, entity_id = 'x'",
        "DELETE FROM audit_head",
    )
    await seal_audit(lone_units)
    assert (await verified(lone_engine, clock)).broken is None
    assert (await verified(lone_engine, clock, written_down)).broken.sequence == 2


async def test_what_is_read_back_has_the_hash_that_was_written(lone_engine, lone_units, clock):
    """JSON of every kind, instants with microseconds and letters beyond ASCII survive the way through the database."""
    async with lone_units.begin() as work:
        odd = {"π": "é\u2028", "big": 2**62, "deep": [{"b": 1, "a": [True, None, ""]}], "share": 0.1}
        work.record("recipe.created", "recipe", "é", before=odd, after={})
    clock.advance(microseconds=7)
    await record(lone_units, "a")
    await seal_audit(lone_units)
    assert (await verified(lone_engine, clock)).broken is None
    async with lone_units.begin() as work:
        assert await work.session.scalar(sa.select(sa.func.count()).where(AuditEntry.sha256.is_not(None))) == 2
