"""Jobs that the clock starts; whoever sets the clock stops none of them."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from procrastinate.periodic import PeriodicDeferrer, PeriodicRegistry

logger = logging.getLogger(__name__)

BACK_BY_S: Final = 2
AHEAD_BY_S: Final = 600
"""A machine that slept for long: a job for every five seconds of the night would be made up for, and none is needed."""
LOOK_EVERY_S: Final = 1


@dataclass(frozen=True, slots=True)
class Clocks:
    """The time of day in seconds, which people and machines set, and one that they cannot."""

    of_day: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic

    @property
    def apart_s(self) -> float:
        """How far one is from the other: it changes only when the time of day is set, or while a machine sleeps."""
        return self.of_day() - self.steady()


async def defer_by_the_clock(registry: PeriodicRegistry, clocks: Clocks) -> None:
    """Defer every job when its time comes, for ever.

    procrastinate remembers by the time of day when it last deferred each. Were the clock set back by an hour, it would
    defer none for an hour, so it forgets that whenever the clock is set; the database still lets no time count twice.
    """
    while True:
        deferring = asyncio.create_task(PeriodicDeferrer(registry=registry).worker(), name="pasok-schedule")
        watching = asyncio.create_task(until_set(clocks), name="pasok-clock")
        try:
            done, _ = await asyncio.wait({deferring, watching}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (deferring, watching):
                task.cancel()
            await asyncio.gather(deferring, watching, return_exceptions=True)
        for task in done:
            task.result()


async def until_set(clocks: Clocks, *, look_every_s: float = LOOK_EVERY_S) -> None:
    """Return once the time of day was set back, or far ahead."""
    before = clocks.apart_s
    while -BACK_BY_S <= (step := clocks.apart_s - before) <= AHEAD_BY_S:  # noqa: ASYNC110 - no clock gives an event
        await asyncio.sleep(look_every_s)
    logger.warning("clock_was_set", extra={"step_s": round(step)})
