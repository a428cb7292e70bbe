"""Several processes behind one address: the first starts the others, starts those anew that die, and ends them all."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import wait
from types import FrameType
from typing import Final

logger = logging.getLogger(__name__)

START_AGAIN_AFTER_S: Final = 1.0
_PR_SET_PDEATHSIG: Final = 1
_FORKING = multiprocessing.get_context("fork")
"""Everything is imported by then, and no thread, loop or connection is there yet: a child is ready in a blink."""
Child = multiprocessing.context.ForkProcess


class Family:
    """Runs each part in a process of its own until it is told to stop.

    A signal to stop is passed on to all, after ``when_told``; those that have not ended after ``ends_within_s`` are
    killed.
    """

    def __init__(
        self, parts: Sequence[Callable[[], None]], *, ends_within_s: float, when_told: Callable[[], None]
    ) -> None:
        self._parts, self._when_told = list(parts), when_told
        self._ends_within_s = ends_within_s
        self._children: dict[int, Child] = {}
        self._told: int | None = None
        self._pid = os.getpid()

    def run(self) -> int:
        """Return the number of the signal that ended it, once nobody is left."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._pass_on)
        for place in range(len(self._parts)):
            self._start(place)
        while self._told is None:
            wait([child.sentinel for child in self._children.values()], timeout=START_AGAIN_AFTER_S)
            self._replace_dead()
        self._see_off()
        return self._told

    def _start(self, place: int) -> None:
        child = _FORKING.Process(target=self._be, args=(place,), name=f"pasok-{place}")
        child.start()
        self._children[place] = child
        if self._told is not None:
            _tell(child)

    def _replace_dead(self) -> None:
        dead = [place for place, child in self._children.items() if not child.is_alive()]
        if not dead or self._told is not None:
            return
        for place in dead:
            child = self._children[place]
            logger.warning("process_died", extra={"place": place, "pid": child.pid, "exit_code": child.exitcode})
        time.sleep(START_AGAIN_AFTER_S)
        for place in dead:
            self._start(place)

    def _see_off(self) -> None:
        last = time.monotonic() + self._ends_within_s
        for child in self._children.values():
            child.join(max(0.0, last - time.monotonic()))
            if child.is_alive():
                logger.warning("process_killed", extra={"pid": child.pid})
                child.kill()
                child.join()

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        if os.getpid() != self._pid:  # a child that has just begun
            sys.exit(128 + number)
        if self._told is None:
            self._told = number
            self._when_told()
        for child in self._children.values():
            _tell(child)

    def _be(self, place: int) -> None:
        """Become a part, and end with the process that started it, however that ends."""
        if sys.platform == "linux":
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if os.getppid() == self._pid:
            self._parts[place]()


def _tell(child: Child) -> None:
    """Tell a child to stop; Ctrl-C reaches children by itself, and hearing of it twice would cut requests off."""
    if child.pid is not None:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGTERM)
