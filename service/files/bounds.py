"""How large a list may be, and which of its rows count.

The program that reads workbooks imports this too: it needs nothing else of the service, so that it begins at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

Cell: TypeAlias = "str | int | float | bool | date | datetime | time | timedelta | None"

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 1_000
MOST_TOLD_BYTES: Final = 32_000_000
"""Of the cells of a workbook as JSON: one text that stands in a million cells is a small file and a large answer."""


class Unfit(Exception):
    """A file cannot be read, or is larger than a list needs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def unfit_to_read(message: str) -> Unfit:
    """Return the refusal of a file that cannot be read at all."""
    return Unfit("unreadable", message)


def unfit_in_size(message: str) -> Unfit:
    """Return the refusal of a file that is larger than anybody needs."""
    return Unfit("too_large", message)


def unfolds_too_far() -> Unfit:
    """Return the refusal of a workbook that says more than a list does."""
    return unfit_in_size("The workbook unfolds to more than a list needs. Keep the list's sheet alone.")


def is_empty(cell: Cell) -> bool:
    """Tell whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def filled_rows(lines: Iterable[Sequence[Cell]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the lines with anything in them, each with the number that a spreadsheet shows beside it.

    Lines are taken one by one, and none after the first that is too much: a file of nothing but line ends is millions.

    Raises
    ------
    Unfit
        If there are more rows, columns or characters than a file may have.
    """
    filled = 0
    for number, line in enumerate(lines, 1):
        if all(is_empty(cell) for cell in line):
            continue
        if filled > MOST_ROWS:
            raise unfit_in_size(f"At most {MOST_ROWS:,} rows; split the file.")
        _require_bounds(number, line)
        filled += 1
        yield number, line[:MOST_COLUMNS]


def _require_bounds(number: int, line: Sequence[Cell]) -> None:
    if len(line) > MOST_COLUMNS and not all(is_empty(cell) for cell in line[MOST_COLUMNS:]):
        raise unfit_in_size(f"Row {number} has more than {MOST_COLUMNS} columns.")
    if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in line):
        raise unfit_in_size(f"Row {number} has a cell of more than {LONGEST_CELL:,} characters.")
