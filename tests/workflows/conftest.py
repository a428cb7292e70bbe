"""What tests with many people at once share: real transactions side by side, and locks that can be taken away."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import PoolSize, conninfo, create_engine, create_sessions
from service.database.queries import locks
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs
from service.worker import build_jobs
from tests.factories.planned_weeks import PlannedWeek, add_planned_week

CLIENTS = 20


@pytest.fixture
async def crowd_engine(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    """Twenty connections that wait for a lock as long as it takes, so that a busy machine is no failure."""
    patient = make_url(fresh_database).update_query_dict({"options": "-c lock_timeout=60s -c statement_timeout=60s"})
    address = patient.render_as_string(hide_password=False)
    engine = create_engine(address, PoolSize(kept=CLIENTS, extra=5))
    yield engine
    await engine.dispose()


@pytest.fixture
def crowd(crowd_engine: AsyncEngine, fresh_database: str, clock, settings) -> UnitsOfWork:
    jobs = Jobs(conninfo(fresh_database))
    units = UnitsOfWork(create_sessions(crowd_engine), jobs, clock=clock)
    jobs.register(*build_jobs(units, settings))
    return units


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the locks away: what a test proves with them must fail without. Where they were is still seen."""
    monkeypatch.setattr(locks, "for_change", lambda query: query.suffix_with("/* not FOR NO KEY UPDATE */"))
    monkeypatch.setattr(locks, "for_keeping", lambda query: query.suffix_with("/* not FOR SHARE */"))


@pytest.fixture
async def fresh_engine(fresh_database: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(fresh_database)
    yield engine
    await engine.dispose()


@pytest.fixture
def real_units(fresh_engine, fresh_database, clock, settings) -> UnitsOfWork:
    """Units of work that really commit."""
    jobs = Jobs(conninfo(fresh_database))
    units = UnitsOfWork(create_sessions(fresh_engine), jobs, clock=clock)
    jobs.register(*build_jobs(units, settings))
    return units


@pytest.fixture
async def city(real_units) -> PlannedWeek:
    """Three kitchens, four cooperatives, four items (half of them bought in packs), two cooking days."""
    async with real_units.begin() as work:
        week = await add_planned_week(work.session, kitchens=3, cooperatives=4, items=4, days=2)
        for kitchen, cooperative in zip(week.kitchens, week.cooperatives, strict=False):
            kitchen.latitude = cooperative.latitude  # each has a nearest one of its own, whatever the ids are
        return week
