"""The first sheet of a workbook, read in a process of its own: a file that ends its reader ends nothing else."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from service.files.bounds import MOST_TOLD_BYTES, Unfit
from service.files.tables import refusal_of, unreadable

if TYPE_CHECKING:
    from service.files.bounds import Cell

LONGEST_S: Final = 20
_PROGRAM: Final = "import sys; sys.path.insert(0, sys.argv[1]); from service.files.sheet_reader import main; main()"
"""Nothing of this process's surroundings comes along but where the service lies."""
_COMMAND: Final = (sys.executable, "-I", "-c", _PROGRAM, str(Path(__file__).parents[2]))
_KINDS: Final[Mapping[str, Callable[[Any], Cell]]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}


def first_sheet(content: bytes) -> list[tuple[int, list[Cell]]]:
    """Return the rows of a workbook in which something stands, each with its number.

    Raises
    ------
    InvalidField
        If its reader refuses it, takes too long or too much memory, says too much, or dies of it.
    """
    with _started() as reader:
        try:
            with contextlib.suppress(BrokenPipeError), _pipe(reader.stdin) as sending:
                sending.write(content)
            rows = list(_told(_pipe(reader.stdout)))
            is_whole = reader.wait() == 0
        except Unfit as unfit:
            raise refusal_of(unfit) from unfit
        except ValueError:  # an end in the midst of a line
            is_whole = False
    if not is_whole:
        raise unreadable("The workbook cannot be read. Save it anew as .xlsx, or as .csv, and send that.")
    return rows


@contextlib.contextmanager
def _started() -> Iterator[subprocess.Popen[bytes]]:
    """Start a reader that is gone at the end of the block, or when its time is over."""
    with subprocess.Popen(  # noqa: S603 (our own program)
        _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reader:
        ending = threading.Timer(LONGEST_S, reader.kill)
        ending.start()
        try:
            yield reader
        finally:
            ending.cancel()
            reader.kill()


def _told(answer: IO[bytes]) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the rows that a reader tells, line by line, so that others have their turn in between."""
    left_bytes = MOST_TOLD_BYTES
    while line := answer.readline(left_bytes + 1):
        left_bytes -= len(line)
        if left_bytes < 0:
            message = "a reader says more than it may"
            raise ValueError(message)
        head, told = json.loads(line, object_hook=_cell)
        if isinstance(head, str):
            raise Unfit(head, told)
        yield head, told


def _cell(told: dict[str, Any]) -> Cell:
    ((kind, value),) = told.items()
    return _KINDS[kind](value)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 - it was asked for
    return stream
