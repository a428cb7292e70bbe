"""Runs solver calls side by side; the solver works outside Python's lock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Result = TypeVar("Result")

THREADS = 2
"""Always two, whatever the machine has: the number decides which parts are solved against the same plan."""


def in_parallel(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """Return the results in the order of the tasks."""
    if len(tasks) == 1:
        return [tasks[0]()]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda task: task(), tasks))
