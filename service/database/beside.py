"""Units of work on connections of their own, for a short unit that is done while another one is open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from service.database.engine import PoolSize, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork

BESIDE: Final = PoolSize(kept=1, extra=1)
"""Few, since such a unit takes milliseconds and waits for nothing but its like."""


@asynccontextmanager
async def units_beside(units: UnitsOfWork, database_url: str) -> AsyncIterator[UnitsOfWork]:
    """Yield what opens units like the given ones, on other connections to the same database.

    Whoever holds a connection and waits for a second one of the same pool may wait for others who do just that: then
    all of them wait in vain.
    """
    engine = create_engine(database_url, BESIDE)
    try:
        yield replace(units, sessions=create_sessions(engine))
    finally:
        await engine.dispose()
