"""A code is taken once, however many send it at the same time; without the row's lock it is taken more often."""

import asyncio

import pytest
from sqlalchemy.pool import NullPool

from service.database.engine import create_engine, create_sessions
from service.database.queries import second_factors
from service.database.unit_of_work import UnitsOfWork
from service.domain.people import Role
from service.workflows import take_code as taking
from service.workflows.take_code import take_code
from tests.factories.second_factors import add_second_factor
from tests.factories.worlds import add_world

KEY = "k" * 32
SENDERS = 8


@pytest.fixture
async def units(fresh_database, clock):
    engine = create_engine(fresh_database, poolclass=NullPool)
    yield UnitsOfWork(create_sessions(engine), queue=None, clock=clock)
    await engine.dispose()


async def taken(units, clock) -> int:
    async with units.begin() as work:
        user = (await add_world(work.session)).users[Role.AUDITOR]
        code = (await add_second_factor(work.session, user, KEY)).shows(clock.now)

    async def send() -> bool:
        async with units.begin() as work:
            return await take_code(work, user.id, code, KEY)

    results = await asyncio.gather(*[send() for _ in range(SENDERS)], return_exceptions=True)
    return sum(result is True for result in results)


async def test_of_many_who_send_the_same_code_at_once_one_gets_in(units, clock):
    assert await taken(units, clock) == 1


async def test_without_the_lock_the_code_is_compared_more_than_once(units, clock, monkeypatch):
    compared = []

    async def unheld(session, user_id):
        factor = await second_factors.find_factor(session, user_id)
        compared.append(factor.last_step)
        await asyncio.sleep(0.05)
        return factor

    monkeypatch.setattr(taking, "hold_factor", unheld)
    await taken(units, clock)
    assert compared.count(0) > 1
