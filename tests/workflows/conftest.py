"""What tests with many people at once share: real transactions side by side, and locks that can be taken away."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import PoolSize, conninfo, create_engine, create_sessions
from service.database.queries import locks
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs

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
def crowd(crowd_engine: AsyncEngine, fresh_database: str, clock) -> UnitsOfWork:
    return UnitsOfWork(create_sessions(crowd_engine), Jobs(conninfo(fresh_database)), clock=clock)


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the locks away: what a test proves with them must fail without."""
    monkeypatch.setattr(locks, "for_change", lambda query: query)
    monkeypatch.setattr(locks, "for_keeping", lambda query: query)
