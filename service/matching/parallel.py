"""Runs work side by side on the two cores that a solve may count on: in threads, in two processes, or in a copy.

The solvers work outside Python's lock, but much of a small model's work is Python's own; only processes share that.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

Task = TypeVar("Task")
Result = TypeVar("Result")

_PR_SET_PDEATHSIG: Final = 1
POLL_S: Final = 0.05
_work: Callable[[Any], Any] | None = None
"""What the other process does with a task; set there once, when it starts."""


def in_two_processes(
    begin: Callable[..., Callable[[Task], Result]],
    given: tuple[object, ...],
    tasks: Sequence[Task],
    cancelled: Callable[[], bool] = bool,
) -> Iterator[Result]:
    """Do tasks in this process and in one more, and yield the results in the order of the tasks.

    Parameters
    ----------
    begin, given
        A function of a module, and what it is called with in each process to get what is done with every task.
    tasks
        Each is done once; what it comes to must not depend on where.
    cancelled
        Polled often; once true, only the first tasks that are done by then yield results.
    """
    with ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(begin, given)
    ) as other:
        theirs = [other.submit(_do, task) for task in tasks]
        try:
            mine = _from_the_end(begin(*given), tasks, theirs, cancelled)
            for n, result in enumerate(theirs):
                while n not in mine and not result.done():
                    wait([result], POLL_S)
                    if cancelled():
                        return
                yield mine[n] if n in mine else result.result()
        finally:
            other.shutdown(wait=False, cancel_futures=True)


def _from_the_end(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    theirs: Sequence[Future[Result]],
    cancelled: Callable[[], bool],
) -> dict[int, Result]:
    """Do tasks from the last to the first until the other process, which goes the other way, has the next one."""
    mine: dict[int, Result] = {}
    for n in reversed(range(len(tasks))):
        if cancelled() or not theirs[n].cancel():
            break
        mine[n] = work(tasks[n])
    return mine


def end_with_parent() -> None:
    """Let this process end when the one that started it does, and leave Ctrl-C to that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _begin(begin: Callable[..., Callable[[Any], Any]], given: tuple[object, ...]) -> None:
    global _work  # noqa: PLW0603  (the other process has one kind of work, for all of its life)
    end_with_parent()
    _work = begin(*given)


def _do(task: Any) -> Any:  # noqa: ANN401  (whatever the work takes and gives)
    assert _work is not None  # noqa: S101  (the process began with it)
    return _work(task)


def begun_in_a_copy(task: Callable[[], Result]) -> Callable[[], Result]:
    """Begin a task in a copy of this process as it is now, and return what waits for its result.

    The copy has all that the task needs, so it starts at once; make it before there are threads. The wait ends with
    ``EOFError`` if the task failed; the copy has printed why.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    copy = context.Process(target=_tell, args=(theirs, task), daemon=True)
    copy.start()
    theirs.close()

    def result() -> Result:
        try:
            with ours:
                done: Result = ours.recv()
        finally:
            copy.join()
        return done

    return result


def in_halves(tasks: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do the first half of some tasks in a copy of this process and the other half here; with other threads all here.

    Worth it from some tenths of a second on; the results come in the order of the tasks.
    """
    half = len(tasks) // 2
    if not half or threading.active_count() > 1:
        return [task() for task in tasks]
    first = begun_in_a_copy(lambda: [task() for task in tasks[:half]])
    last = [task() for task in tasks[half:]]
    return [*first(), *last]


def _tell(listener: Connection, task: Callable[[], Any]) -> None:
    end_with_parent()
    listener.send(task())


@contextmanager
def alongside(task: Callable[[], Result]) -> Iterator[Future[Result]]:
    """Run a task beside the block; both have ended when the block is left, and an error of the task comes out there."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(task)
        yield running
        running.result()
