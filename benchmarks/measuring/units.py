"""Units of work on a database of one's own, with connections that wait for their locks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import PoolSize, conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.jobs.app import Jobs
from service.settings import Settings
from service.worker import build_jobs

TUESDAY = datetime(2026, 11, 24, 3, tzinfo=UTC)
"""Before the cut-off of the tests' week."""
PATIENT = "-c lock_timeout=120s -c statement_timeout=120s"


@asynccontextmanager
async def units_of(
    address: str, clients: int, *, now: datetime = TUESDAY
) -> AsyncIterator[tuple[AsyncEngine, UnitsOfWork]]:
    """Give an engine with a connection for each client, and units of work whose time stands still."""
    patient = make_url(address).update_query_dict({"options": PATIENT}).render_as_string(hide_password=False)
    jobs = Jobs(conninfo(address))
    engine = create_engine(patient, PoolSize(kept=clients, extra=5))
    units = UnitsOfWork(create_sessions(engine), jobs, clock=lambda: now)
    jobs.register(*build_jobs(units, Settings(demo=True)))
    yield engine, units
    await engine.dispose()
