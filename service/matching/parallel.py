"""Runs work side by side on the two cores that a solve may count on; the solvers work outside Python's lock."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Result = TypeVar("Result")

THREADS = 2
"""Always two, whatever the machine has: the number decides which parts are solved against the same plan."""


def in_parallel(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """Return the results in the order of the tasks."""
    if len(tasks) == 1:
        return [tasks[0]()]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda task: task(), tasks))


@contextmanager
def alongside(task: Callable[[], Result]) -> Iterator[Future[Result]]:
    """Run a task beside the block; both have ended when the block is left, and an error of the task comes out there."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(task)
        yield running
        running.result()
