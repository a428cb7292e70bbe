"""A web process that is told to stop says so for a while before it closes its door, so that a proxy sends nobody in."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

TICKS_A_SECOND: Final = 10
"""Of the server's own clock."""
ENDS_WITHIN_S: Final = 20
"""How long requests may still take once the door is closed."""


class DrainingServer(uvicorn.Server):
    """Serves; from SIGTERM on `/readyz` answers 503 while all others are still served, then the door closes.

    A second signal, or Ctrl-C, closes it at once.
    """

    def __init__(
        self, config: uvicorn.Config, app: FastAPI, *, drain_s: float, each_second: Callable[[], None] | None = None
    ) -> None:
        super().__init__(config)
        self._app, self._drain_s, self._each_second = app, drain_s, each_second
        self._closes_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGTERM and self._drain_s and self._closes_at is None:
            self._app.state.is_draining = True
            self._closes_at = time.monotonic() + self._drain_s
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if self._closes_at is not None and time.monotonic() >= self._closes_at:
            self.should_exit = True
        if self._each_second is not None and counter % TICKS_A_SECOND == 0:
            self._each_second()
        return await super().on_tick(counter)


def is_draining(app: FastAPI) -> bool:
    """Tell whether the process was told to stop."""
    return getattr(app.state, "is_draining", False)
