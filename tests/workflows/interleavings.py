"""Two deeds on one order in every interleaving of their lock steps: one stops before a lock, the other goes on.

A deed stops before its first lock, before its second, and so on, and before its commit. The other then runs until it
is done or waits for a lock, and the first goes on. What is left of the order must be what one after the other leaves.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import await_only

from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.errors import DomainError
from service.domain.permissions import Actor

LOOK_EVERY_S = 0.002
Deed = tuple[Actor | None, Callable[[UnitOfWork], Awaitable[Any]]]


@dataclass
class Walk:
    """A deed on its way: how many locks it came to, before which it stops, and on which connection it goes."""

    stops_at: int = 0
    steps: int = 0
    pid: int = 0
    has_stopped: asyncio.Event = field(default_factory=asyncio.Event)
    may_go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def step(self) -> None:
        """Come to a lock or to the commit; stop there if that is the place."""
        self.steps += 1
        if self.steps == self.stops_at:
            self.has_stopped.set()
            await_only(self.may_go_on.wait())


WALK: ContextVar[Walk | None] = ContextVar("walk", default=None)


def watch(engine: AsyncEngine) -> None:
    """Let deeds stop before their locks and their commits."""

    def before_statement(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        walk = WALK.get()
        if walk is not None:
            walk.pid = walk.pid or connection.connection.driver_connection.info.backend_pid
            if " FOR NO KEY UPDATE" in statement or " FOR UPDATE" in statement or " FOR SHARE" in statement:
                walk.step()

    def before_commit(_connection: Any) -> None:
        walk = WALK.get()
        if walk is not None:
            walk.step()

    sa.event.listen(engine.sync_engine, "before_cursor_execute", before_statement)
    sa.event.listen(engine.sync_engine, "commit", before_commit)


async def go(units: UnitsOfWork, deed: Deed, walk: Walk) -> str:
    """Do a deed; return `done` or the name of its refusal."""
    actor, do = deed
    WALK.set(walk)
    try:
        async with units.begin(actor=actor) as work:
            await do(work)
    except DomainError as refusal:
        return refusal.code
    finally:
        walk.has_stopped.set()
    return "done"


async def waits(engine: AsyncEngine, walk: Walk) -> bool:
    """Tell whether a deed waits for a lock."""
    if not walk.pid:
        return False
    async with engine.connect() as looker:
        query = sa.text("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = :pid")
        return bool(await looker.scalar(query, {"pid": walk.pid}))


async def interleave(engine: AsyncEngine, units: UnitsOfWork, first: Deed, second: Deed, stop: int) -> tuple[str, str]:
    """Let the first deed stop, the second go as far as it comes, then both to their ends; return what they came to."""
    one, other = Walk(stops_at=stop), Walk()
    doing_one = asyncio.create_task(go(units, first, one))
    await one.has_stopped.wait()
    doing_other = asyncio.create_task(go(units, second, other))
    while not doing_other.done() and not await waits(engine, other):  # noqa: ASYNC110
        await asyncio.sleep(LOOK_EVERY_S)
    one.may_go_on.set()
    return await doing_one, await doing_other


async def in_turn(units: UnitsOfWork, first: Deed, second: Deed) -> tuple[str, str, int]:
    """Do one deed after the other; return what they came to and how many steps the first has."""
    walk = Walk()
    came = await go(units, first, walk)
    return came, await go(units, second, Walk()), walk.steps
