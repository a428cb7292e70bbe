"""Bytes of a CSV or XLSX file into a table; values only: a formula is what it was last worked out to."""

from __future__ import annotations

import asyncio
import csv
import io
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Final

from service.domain.errors import TooManyLists
from service.files.tables import FileKind, Table, table_of, table_of_rows, unreadable
from service.files.workbooks import first_sheet

DELIMITERS: Final = (";", ",", "\t")
ESCAPED: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a text may not begin with in a spreadsheet, because it would be taken for a formula."""

AT_ONCE: Final = 2
"""Lists that a process reads at a time; a workbook may take a gigabyte elsewhere, and some hundred megabytes here."""
WAITING: Final = 6
"""Lists that wait for their turn: each keeps one of the process's few connections to the database meanwhile."""
_READERS: Final = ThreadPoolExecutor(AT_ONCE, "list_reader")
_PLACES: Final = BoundedSemaphore(AT_ONCE + WAITING)


async def read_sent(content: bytes) -> Table:
    """Read a list whose kind shows from its bytes beside what else is asked, in its turn.

    Raises
    ------
    InvalidField
        If the file cannot be read, is empty, or is larger than a list needs.
    TooManyLists
        If as many wait as may.
    """
    if not _PLACES.acquire(blocking=False):
        raise TooManyLists(f"{AT_ONCE} lists are being read and {WAITING} wait; nothing was taken.")
    try:
        return await asyncio.get_running_loop().run_in_executor(_READERS, read_table, content, kind_of(content))
    finally:
        _PLACES.release()


def read_table(content: bytes, kind: FileKind) -> Table:
    """Return the first sheet of a workbook, or the lines of a CSV file.

    Raises
    ------
    InvalidField
        If the file cannot be read, is empty, or is larger than a list needs.
    """
    if not content:
        raise unreadable("The file is empty. The first line names the columns.")
    return _read_workbook(content) if kind is FileKind.XLSX else _read_csv(content)


def kind_of(content: bytes) -> FileKind:
    """Return what a file is, from its first bytes."""
    return FileKind.XLSX if content.startswith(b"PK") else FileKind.CSV


def _read_workbook(content: bytes) -> Table:
    return table_of_rows(FileKind.XLSX, first_sheet(content))


def _read_csv(content: bytes) -> Table:
    text = _decoded(content)
    if "\0" in text:
        raise unreadable("This is no text file. Save the list as .csv or .xlsx and send that.")
    first, _, rest = text.partition("\n")
    delimiter = ""
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == len("sep=;"):
        delimiter, text = first.strip()[-1], "\n" + rest
    delimiter = delimiter or _delimiter_of(text.lstrip("\r\n").partition("\n")[0])
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells = ([_unescaped(cell) for cell in line] if any(line) else () for line in lines)
    try:
        return table_of(FileKind.CSV, cells, delimiter=delimiter)
    except csv.Error as error:
        raise unreadable(f"The text cannot be read as CSV: {error}.") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable("The text is neither UTF-8 nor Windows-1252. Save the list as CSV UTF-8 and send that.")


def _delimiter_of(header: str) -> str:
    """Return the separator that occurs most often in the header, outside quotes."""
    bare = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=bare.count)


def _unescaped(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a text from being taken for a formula."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(ESCAPED) else cell
