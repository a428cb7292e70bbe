"""A file as rows of cells, before anybody knows what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from service.domain.errors import InvalidField
from service.files.bounds import Cell, Unfit, filled_rows


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


def refusal_of(unfit: Unfit) -> InvalidField:
    """Return as a field's fault what a file is refused for."""
    return InvalidField.at("file", unfit.message, code=unfit.code)


def table_of(kind: FileKind, lines: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> Table:
    """Return the table whose header is the first line with anything in it; empty lines are left out.

    Raises
    ------
    InvalidField
        If there is no header, or more rows, columns or characters than a file may have.
    """
    try:
        return table_of_rows(kind, filled_rows(lines), delimiter=delimiter)
    except Unfit as unfit:
        raise refusal_of(unfit) from unfit


def table_of_rows(kind: FileKind, rows: Iterable[tuple[int, Sequence[Cell]]], *, delimiter: str = ",") -> Table:
    """Return the table of rows that were numbered, and counted, before.

    Raises
    ------
    InvalidField
        If there is no header.
    """
    filled = list(rows)
    if not filled:
        raise unreadable("The file is empty. The first line names the columns.")
    header = tuple("" if cell is None else str(cell).strip() for cell in filled[0][1])
    width = len(header)
    padded = tuple((number, (*line[:width], *[None] * (width - len(line)))) for number, line in filled[1:])
    return Table(kind, header, padded, delimiter)
