"""How long a web process waits for the head of a request that is sent letter by letter, or not at all."""

from __future__ import annotations

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN_S: Final = 30.0
"""From its first byte on, or from the connection; one bar of signal sends a head in a second or two."""


class PatientProtocol(H11Protocol):
    """Closes a connection on which a request's head takes too long; a body's pauses are the application's business."""

    within_s = HEAD_WITHIN_S
    _gives_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and data:
            self._wait()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        """Begin to wait; what comes meanwhile makes it no longer."""
        if self._gives_up is None:
            self._gives_up = self.loop.call_later(self.within_s, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._gives_up is not None:
            self._gives_up.cancel()
            self._gives_up = None
