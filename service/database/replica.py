"""A streaming copy of the database, for long reads that need not load the database itself.

What is read there is never older than the request: the copy is waited for until it has all that was committed when
the request came. If it does not come so far in a moment, or is away, the database itself is read.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.database.engine import create_engine, create_sessions
from service.database.unit_of_work import UnitOfWork, UnitsOfWork

READY_WITHIN_S: Final = 2.0
"""To connect and to catch up."""
LOOK_EVERY_S: Final = 0.02
LEFT_ALONE_FOR_S: Final = 30.0
"""After a copy was away or behind, so that no request waits for it in vain."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Replica:
    """Opens units of work that read a streaming copy.

    Parameters
    ----------
    units
        Opens them there.
    """

    units: UnitsOfWork
    _left_alone_until: float = field(default=0.0, init=False)

    async def read_for(self, work: UnitOfWork, stack: AsyncExitStack) -> UnitOfWork:
        """Return a unit of the same actor that reads the copy, and end the given one; or that one itself.

        Parameters
        ----------
        work
            A unit that has changed nothing that is not to be committed now.
        stack
            Ends what is opened.
        """
        if time.monotonic() < self._left_alone_until:
            return work
        committed = await work.session.scalar(sa.select(sa.cast(sa.func.pg_current_wal_flush_lsn(), sa.Text)))
        try:
            async with asyncio.timeout(READY_WITHIN_S), AsyncExitStack() as attempt:
                copy = await attempt.enter_async_context(
                    self.units.begin(actor=work.actor, correlation_id=work.correlation_id)
                )
                await _catch_up(copy, str(committed))
                kept = attempt.pop_all()
        except (DBAPIError, PoolTimeout, OSError) as error:  # a time that is over is an OSError too
            self._left_alone_until = time.monotonic() + LEFT_ALONE_FOR_S
            log.warning("replica_left_alone", extra={"reason": type(error).__name__})
            return work
        await stack.enter_async_context(kept)
        await work.release()
        return copy


@asynccontextmanager
async def reading_copy(units: UnitsOfWork, address: SecretStr | None) -> AsyncIterator[Replica | None]:
    """Yield what reads the copy at an address, if there is one; whether it answers shows when it is read."""
    if address is None:
        yield None
        return
    engine = create_engine(address.get_secret_value())
    try:
        yield Replica(replace(units, sessions=create_sessions(engine)))
    finally:
        await engine.dispose()


async def _catch_up(copy: UnitOfWork, committed: str) -> None:
    """Wait until the copy has what was committed up to a place of the log."""
    has_all = sa.text("SELECT pg_last_wal_replay_lsn() >= CAST(:committed AS pg_lsn)")
    while not await copy.session.scalar(has_all, {"committed": committed}):  # noqa: ASYNC110 (it is not ours to tell us)
        await asyncio.sleep(LOOK_EVERY_S)
