"""An engine for many tests, one after the other, each with an event loop of its own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import PoolSize, create_engine


@contextmanager
def kept_engine(address: str) -> Iterator[AsyncEngine]:
    """Keep one connection and what is compiled and prepared for it: to open one takes longer than most tests."""
    engine = create_engine(address, PoolSize(kept=1, extra=9))
    try:
        yield engine
    finally:
        asyncio.run(engine.dispose())
