"""How the demo is told on a terminal: one line per step with its time, and what it is busy with meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console

EVERY_S: Final = 5.0
"""How often news is printed where no terminal can show it in place."""


class Step:
    """One step that is under way."""

    def __init__(self, console: Console, name: str) -> None:
        self._console = console
        self._name = name
        self._started = self._told = time.monotonic()
        self._status = console.status(f"{name} ...") if console.is_terminal else None
        self.result = ""

    def tell(self, news: str) -> None:
        """Show what the step is at."""
        now = time.monotonic()
        if self._status:
            self._status.update(f"{self._name}: {news}")
        elif now - self._told >= EVERY_S:
            self._told = now
            self._console.print(
                f"  {self._name:10} {now - self._started:6.1f} s  {news}", highlight=False, soft_wrap=True
            )

    def begin(self) -> None:
        """Start the display."""
        if self._status:
            self._status.start()

    def end(self, mark: str) -> None:
        """Leave one line of what came of it."""
        if self._status:
            self._status.stop()
        seconds = time.monotonic() - self._started
        self._console.print(f"{mark} {self._name:10} {seconds:6.1f} s  {self.result}", highlight=False, soft_wrap=True)


@contextmanager
def step(console: Console, name: str) -> Iterator[Step]:
    """Time a step; set its ``result`` to what the line shall say."""
    current = Step(console, name)
    current.begin()
    try:
        yield current
    except BaseException:
        current.end("✗")
        raise
    current.end("✓")
