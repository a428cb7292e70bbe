"""The first sheet of a workbook, read in a process of its own: a file that ends its reader ends nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.files.tables import unreadable

if TYPE_CHECKING:
    from service.files.tables import Cell

LONGEST_S: Final = 20
_COMMAND: Final = (sys.executable, "-I", str(Path(__file__).with_name("sheet_reader.py")))
_KINDS: Final[Mapping[str, Callable[[Any], Cell]]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
}


def first_sheet(content: bytes) -> list[list[Cell]]:
    """Return the cells of a workbook that was found safe, row by row, from the first of the sheet on.

    Raises
    ------
    InvalidField
        If its reader refuses it, takes too long or too much memory, or dies of it.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own program)
            _COMMAND, input=content, capture_output=True, check=True, timeout=LONGEST_S
        )
    except subprocess.SubprocessError as error:
        raise unreadable("The workbook cannot be read. Save it anew as .xlsx, or as .csv, and send that.") from error
    rows: list[list[Cell]] = json.loads(done.stdout, object_hook=_cell)
    return rows


def _cell(told: dict[str, Any]) -> Cell:
    ((kind, value),) = told.items()
    return _KINDS[kind](value)
