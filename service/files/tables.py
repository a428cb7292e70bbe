"""A file as rows of cells, before anybody knows what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from service.domain.errors import InvalidField

Cell: TypeAlias = "str | int | float | bool | date | datetime | time | timedelta | None"

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 1_000


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES: Final = {
    FileKind.CSV: "text/csv",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows beneath it, each with the number that a spreadsheet shows beside it."""

    kind: FileKind
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    delimiter: str = ","


def unreadable(message: str) -> InvalidField:
    """Return the refusal of a file that cannot be read at all."""
    return InvalidField.at("file", message, code="unreadable")


def too_large(message: str) -> InvalidField:
    """Return the refusal of a file that is larger than anybody needs."""
    return InvalidField.at("file", message, code="too_large")


def is_empty(cell: Cell) -> bool:
    """Tell whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def table_of(kind: FileKind, lines: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> Table:
    """Return the table whose header is the first line with anything in it; empty lines are left out.

    Lines are taken one by one, and none after the first that is too much: a file of nothing but line ends is millions.

    Raises
    ------
    InvalidField
        If there is no header, or more rows, columns or characters than a file may have.
    """
    filled: list[tuple[int, Sequence[Cell]]] = []
    for number, line in enumerate(lines, 1):
        if all(is_empty(cell) for cell in line):
            continue
        if len(filled) > MOST_ROWS:
            raise too_large(f"At most {MOST_ROWS:,} rows; split the file.")
        _require_bounds(number, line)
        filled.append((number, line[:MOST_COLUMNS]))
    if not filled:
        raise unreadable("The file is empty. The first line names the columns.")
    header = tuple("" if cell is None else str(cell).strip() for cell in filled[0][1])
    width = len(header)
    rows = tuple((number, (*line[:width], *[None] * (width - len(line)))) for number, line in filled[1:])
    return Table(kind, header, rows, delimiter)


def _require_bounds(number: int, line: Sequence[Cell]) -> None:
    if len(line) > MOST_COLUMNS and not all(is_empty(cell) for cell in line[MOST_COLUMNS:]):
        raise too_large(f"Row {number} has more than {MOST_COLUMNS} columns.")
    if any(isinstance(cell, str) and len(cell) > LONGEST_CELL for cell in line):
        raise too_large(f"Row {number} has a cell of more than {LONGEST_CELL:,} characters.")
