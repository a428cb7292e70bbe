"""An even pace for many people, and what each request took."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx

UNPLANNED = 400


@dataclass
class Asked:
    """How long a route's answers took, and which were refused."""

    milliseconds: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass
class Pace:
    """Gives turns, so many a second, to whoever asks; requests overlap, since nobody waits for another's answer."""

    per_second: float
    seconds: float
    asked: dict[str, Asked] = field(default_factory=lambda: defaultdict(Asked))
    _next: float = 0.0
    _started: float = 0.0

    def start(self) -> None:
        """Begin to count the seconds."""
        self._started = self._next = time.perf_counter()

    @property
    def left_s(self) -> float:
        """Seconds until everybody goes home."""
        return self._started + self.seconds - time.perf_counter()

    async def turn(self) -> None:
        """Wait for a turn; a turn that nobody asked for in time is lost."""
        self._next = max(self._next + 1 / self.per_second, time.perf_counter())
        await asyncio.sleep(self._next - time.perf_counter())


class Person:
    """Somebody with a key who asks one thing after the other."""

    def __init__(self, client: httpx.AsyncClient, pace: Pace, name: str, key: str) -> None:
        self.pace = pace
        self._client, self._name = client, name
        self._headers = {"Authorization": f"Bearer {key}"}
        self._numbers = itertools.count()

    async def get(self, route: str, path: str = "", **query: Any) -> httpx.Response:  # noqa: ANN401 - as in an address
        """Read something."""
        return await self._ask("GET", route, path or route, params=query)

    async def post(
        self,
        route: str,
        path: str = "",
        *,
        version: str | None = None,
        body: Any = None,  # noqa: ANN401 - JSON
    ) -> httpx.Response:
        """Do something, once."""
        headers = {"Idempotency-Key": f"{self._name}-{next(self._numbers)}"}
        if version is not None:
            headers["If-Match"] = version
        return await self._ask("POST", route, path or route, json=body, headers=headers)

    async def _ask(self, method: str, route: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401
        await self.pace.turn()
        headers = {**self._headers, **options.pop("headers", {})}
        asked = self.pace.asked[f"{method} {route}"]
        started = time.perf_counter()
        answer = await self._client.request(method, path, headers=headers, **options)
        asked.milliseconds.append((time.perf_counter() - started) * 1000)
        if answer.status_code >= UNPLANNED:
            asked.refused.append(f"{answer.status_code} {answer.text[:300]}")
        return answer
