"""Attempts are counted over all processes, whatever becomes of them; with the locks taken away a burst gets through."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.database.engine import PoolSize, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.domain.errors import TooManyLogins
from service.domain.login_attempts import MOST_IN_WINDOW, WINDOW, Attempt, Gate, LoginAttempt
from service.workflows import count_attempt as counting
from service.workflows.count_attempt import CountAttempt, count_attempt
from service.workflows.forget_attempts import forget_attempts

KEY = "k" * 32
ATTEMPT = Attempt(Gate.PASSWORD, "siti", "203.0.113.7")


async def try_often(units, times: int, attempt: Attempt = ATTEMPT) -> list[object]:
    async def once() -> None:
        async with units.begin() as work:
            await count_attempt(work, CountAttempt(attempt, KEY))

    return await asyncio.gather(*[once() for _ in range(times)], return_exceptions=True)


@pytest.fixture
async def two_processes(fresh_database, clock):
    """Units of work of two processes that share nothing but the database."""
    engines = [create_engine(fresh_database, PoolSize(kept=10, extra=10)) for _ in range(2)]
    yield [UnitsOfWork(create_sessions(engine), queue=None, clock=clock) for engine in engines]
    for engine in engines:
        await engine.dispose()


async def burst(processes) -> int:
    results = await asyncio.gather(*[try_often(units, 15) for units in processes])
    return sum(result is None for one in results for result in one)


async def test_two_processes_together_let_no_more_through_than_one(two_processes):
    assert await burst(two_processes) == MOST_IN_WINDOW[Gate.PASSWORD]


async def test_without_the_locks_a_burst_gets_through(two_processes, monkeypatch):
    async def unheld(session, _subjects) -> None:
        await session.execute(sa.text("SELECT pg_sleep(0.05)"))

    async def seen_late(session, subjects, now):
        found = await attempts_within(session, subjects, now)
        await asyncio.sleep(0.05)
        return found

    attempts_within = counting.attempts_within
    monkeypatch.setattr(counting, "hold_subjects", unheld)
    monkeypatch.setattr(counting, "attempts_within", seen_late)
    assert await burst(two_processes) > MOST_IN_WINDOW[Gate.PASSWORD]


@pytest.mark.parametrize("gate", Gate)
@pytest.mark.parametrize("changed", [{"address": "198.51.100.1"}, {"account": "budi"}])
async def test_account_and_address_are_counted_each_for_itself(units, gate, changed):
    attempt = replace(ATTEMPT, gate=gate)
    for _ in range(MOST_IN_WINDOW[gate]):
        assert await try_often(units, 1, attempt) == [None]
    (refused,) = await try_often(units, 1, replace(attempt, **changed))
    assert isinstance(refused, TooManyLogins)
    assert refused.facts["retry_after_s"] == WINDOW.total_seconds()
    stranger = replace(attempt, account="wati", address="192.0.2.99")
    assert await try_often(units, 1, stranger) == [None]


async def test_whoever_waits_as_long_as_told_gets_in(units, clock):
    for _ in range(MOST_IN_WINDOW[Gate.PASSWORD]):
        await try_often(units, 1)
        clock.advance(seconds=7.5)
    (refused,) = await try_often(units, 1)
    clock.advance(seconds=refused.facts["retry_after_s"] - 1)
    assert isinstance((await try_often(units, 1))[0], TooManyLogins)
    clock.advance(seconds=1)
    assert await try_often(units, 1) == [None]


async def test_neither_names_nor_addresses_are_stored(units, session):
    await try_often(units, 1)
    kept = (await session.execute(sa.text("SELECT CAST(a AS text) FROM login_attempt a"))).scalars().all()
    assert len(kept) == 2
    assert not any("siti" in row or "203.0.113.7" in row for row in kept)


async def test_what_counts_no_more_is_forgotten(units, work, session, clock):
    await try_often(units, 1)
    clock.advance(minutes=4)
    await try_often(units, 1)
    clock.advance(minutes=1)
    assert await forget_attempts(replace(work, now=clock.now)) == 2
    assert await session.scalar(sa.select(sa.func.count()).select_from(LoginAttempt)) == 2
