"""The queue of a simulated process: jobs wait in memory, and one worker does them when the simulation says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any

Do = Callable[[Mapping[str, Any]], Awaitable[None]]


class MemoryQueue:
    """Jobs by the time from which they may be done, then in the order in which they were asked for.

    Parameters
    ----------
    now
        Tells the simulated time (UTC).
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._turns = count(1)
        self._waiting: list[tuple[datetime, int, str, Mapping[str, Any]]] = []

    async def defer(
        self,
        connection: object,  # noqa: ARG002 - jobs live and die with the simulation
        job_name: str,
        args: Mapping[str, Any],
        *,
        not_before: datetime | None,
        lock: str | None,  # noqa: ARG002 - there is one worker
    ) -> int:
        """Remember a job until its time has come."""
        now, turn = self._now(), next(self._turns)
        heappush(self._waiting, (max(not_before or now, now), turn, job_name, args))
        return turn

    @property
    def next_at(self) -> datetime | None:
        """From when the next job may be done (UTC); nothing if none waits."""
        return self._waiting[0][0] if self._waiting else None

    async def drain(self, known: Mapping[str, Do]) -> int:
        """Do all jobs that are due, those that they ask for too; return how many there were."""
        done = 0
        while self._waiting and self._waiting[0][0] <= self._now():
            _, _, name, args = heappop(self._waiting)
            await known[name](args)
            done += 1
        return done
