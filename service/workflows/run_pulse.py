"""The pulse of a run: outside of any transaction it tells the row that the worker lives, and hears of a cancel."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from service.database.queries.runs import read_run_status, write_heartbeat
from service.database.unit_of_work import UnitsOfWork
from service.domain.runs import RunStatus
from service.matching.progress import Progress

logger = logging.getLogger(__name__)

MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class Tempo:
    """How often the row is read for a cancel, and written; a cancel must end the solve within two seconds."""

    look_s: float = 0.25
    write_s: float = 1.0


class Pulse:
    """Beats for one attempt, as long as the block of ``beating`` lasts.

    ``cancel`` is set when somebody cancelled the run or it was given to another worker; then ``is_lost`` tells which.
    """

    def __init__(self, units: UnitsOfWork, run_id: UUID, *, attempt: int, tempo: Tempo) -> None:
        self.cancel = asyncio.Event()
        self.is_lost = False
        self._units = units
        self._run_id = run_id
        self._attempt = attempt
        self._tempo = tempo
        self._points: list[dict[str, Any]] = []

    @contextlib.asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat inside the block; the last progress is written by whoever ends the run."""
        beating = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.wait([beating])
            with contextlib.suppress(asyncio.CancelledError):
                beating.result()

    @property
    def points(self) -> list[dict[str, Any]]:
        """Progress so far, oldest first."""
        return list(self._points)

    def note(self, progress: Progress) -> None:
        """Remember how far the solve is; of points within a second of one phase the last counts."""
        point: dict[str, Any] = {
            "elapsed_s": round(progress.elapsed_s, 2),
            "objective_idr": _whole(progress.objective_idr),
            "bound_idr": _whole(progress.bound_idr),
            "phase": progress.phase,
        }
        last = self._points[-1] if self._points else None
        is_same_moment = last is not None and int(last["elapsed_s"]) == int(point["elapsed_s"])
        if last is not None and is_same_moment and last["phase"] == point["phase"]:
            self._points[-1] = point
            return
        self._points.append(point)
        if len(self._points) > MOST_POINTS:
            self._points = [*self._points[:-1:2], point]

    async def _beat(self) -> None:
        written = 0.0
        while True:
            try:
                if time.monotonic() - written >= self._tempo.write_s:
                    self._hear(await self._write())
                    written = time.monotonic()
                else:
                    self._hear(await self._look())
            except SQLAlchemyError:
                # The database may be away for a moment; if it stays away, the recovery takes the run from us.
                logger.warning("run_heartbeat_failed", extra={"run_id": str(self._run_id)}, exc_info=True)
            await asyncio.sleep(self._tempo.look_s)

    async def _write(self) -> RunStatus | None:
        async with self._units.begin() as work:
            return await write_heartbeat(work.session, self._run_id, attempt=self._attempt, progress=self.points)

    async def _look(self) -> RunStatus | None:
        async with self._units.begin() as work:
            return await read_run_status(work.session, self._run_id, attempt=self._attempt)

    def _hear(self, status: RunStatus | None) -> None:
        if status is RunStatus.RUNNING:
            return
        self.is_lost = status is None
        self.cancel.set()


def _whole(amount_idr: float | None) -> int | None:
    return None if amount_idr is None else round(amount_idr)
