"""Units of work on a database of one's own, with connections that wait for their locks."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.embedded import database_address
from service.database.engine import PoolSize, conninfo, create_engine, create_sessions
from service.database.schema import migrate, scratch_database
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


def on_each_size(measured: Callable[[str, int], Coroutine[Any, Any, None]], sizes: Sequence[int]) -> None:
    """Measure one size after the other, each in a new database; sizes that the command names go before ``sizes``."""
    logging.disable()
    with tempfile.TemporaryDirectory() as folder, database_address(None, Path(folder) / "postgres") as url:
        for size in [int(named) for named in sys.argv[1:]] or sizes:
            with scratch_database(url) as address:
                migrate(address)
                asyncio.run(measured(address, size))
