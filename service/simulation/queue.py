"""The queue of a simulated process: jobs wait in memory, and one worker does them when the simulation says so."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

Do = Callable[[Mapping[str, Any]], Awaitable[None]]


class MemoryQueue:
    """Jobs in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, Mapping[str, Any]]] = deque()

    async def defer(
        self,
        connection: object,  # noqa: ARG002 - jobs live and die with the simulation
        job_name: str,
        args: Mapping[str, Any],
        *,
        not_before: datetime | None,  # noqa: ARG002 - simulated jobs are done at the next look
        lock: str | None,  # noqa: ARG002 - there is one worker
    ) -> int:
        """Remember a job."""
        self._waiting.append((job_name, args))
        return len(self._waiting)

    async def drain(self, known: Mapping[str, Do]) -> int:
        """Do all jobs, those that they ask for too; return how many there were."""
        done = 0
        while self._waiting:
            name, args = self._waiting.popleft()
            await known[name](args)
            done += 1
        return done
