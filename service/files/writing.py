"""Rows into bytes of a CSV or XLSX file; no text in it can be taken for a formula or a link."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from service.files.bounds import Cell
from service.files.reading import ESCAPED
from service.files.tables import FileKind

COLUMN_WIDTH = 21
"""Wide enough for an instant: a workbook shows a date that does not fit as a row of marks."""
LARGEST_EXACT = 10**15
"""A spreadsheet keeps fifteen digits of a number; what is longer is written as text."""


class Formats:
    """How the cells of a workbook look."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instants: dict[str, Format] = {}

    def instant_in(self, zone: str) -> Format:
        """Return how an instant looks: a workbook knows no zones, so a cell names its own (``WIB``)."""
        if zone not in self._instants:
            self._instants[zone] = self.book.add_format({"num_format": f'yyyy-mm-dd hh:mm "{zone}"'})
        return self._instants[zone]


def write_table(
    kind: FileKind, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ";"
) -> bytes:
    """Return a file with a header and rows; CSV is UTF-8 with a mark, which Excel needs to show names rightly."""
    return _workbook(header, rows) if kind is FileKind.XLSX else _csv(header, rows, delimiter)


def _csv(header: Sequence[str], rows: Iterable[Sequence[Cell]], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([_as_text(name) for name in header])  # an import answers with columns of the sender's
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _as_text(cell: Cell) -> str:
    text = str(cell)
    if cell is None:
        text = ""
    elif isinstance(cell, bool):
        text = "ya" if cell else "tidak"
    elif isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))
    elif isinstance(cell, datetime):
        is_day = cell.tzinfo is None and cell.time() == time.min
        text = cell.date().isoformat() if is_day else cell.isoformat(timespec="seconds")
    elif isinstance(cell, str) and cell.lstrip("'").startswith(ESCAPED):
        text = f"'{cell}"
    return text


def _workbook(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True, "constant_memory": False}) as book:
        sheet = book.add_worksheet("Data")
        formats = Formats(book)
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, formats.bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(header) - 1, 0), COLUMN_WIDTH)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                _put(sheet, number, column, cell, formats)
    return stream.getvalue()


def _put(sheet: Worksheet, row: int, column: int, cell: Cell, formats: Formats) -> None:
    if cell is None:
        return
    if isinstance(cell, bool | str):
        sheet.write_string(row, column, cell if isinstance(cell, str) else _as_text(cell))
    elif isinstance(cell, int | float) and abs(cell) < LARGEST_EXACT:
        sheet.write_number(row, column, cell)
    elif isinstance(cell, datetime) and cell.tzinfo is not None:
        sheet.write_datetime(row, column, cell.replace(tzinfo=None), formats.instant_in(str(cell.tzname())))
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats.day)
    else:
        sheet.write_string(row, column, str(cell))
