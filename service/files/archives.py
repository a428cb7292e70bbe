"""Workbooks are zip archives made by strangers: what they unfold to is counted before anything reads them.

The program that reads workbooks does it: to unfold a part and look at its cells takes seconds and much memory.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final

from service.files.bounds import MOST_COLUMNS, MOST_ROWS, unfit_in_size, unfit_to_read, unfolds_too_far

MOST_UNPACKED_BYTES: Final = 60_000_000
MOST_PARTS: Final = 500
LOWEST_ROW: Final = MOST_ROWS + 1_000
"""Room for empty lines; a reader makes a grid as large as the last cell, so one cell far down would fill the memory."""
LAST_COLUMN: Final = 200
_CHUNK_BYTES: Final = 1 << 20
_PLACE: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,9})(\d{1,12})["']""")
_OTHER_BOOKS: Final = ("content.xml", "xl/workbook.bin")


def require_safe(content: bytes) -> None:
    """Refuse what is no workbook, or one that unfolds to more than a list needs.

    The sizes of the archive's directory are read first; then each part is unpacked once, piece by piece, since a
    directory can lie.

    Raises
    ------
    Unfit
        If the file cannot be read, or is too large unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names or names.intersection(_OTHER_BOOKS):
                raise unfit_to_read("This is no XLSX workbook. Save it as .xlsx or as .csv and send that.")
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
                raise unfolds_too_far()
            for part in parts:
                _require_small_grid(_unpacked(archive, part))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        raise unfit_to_read("The workbook is damaged or locked with a password. Save it anew and send that.") from error


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    pieces: list[bytes] = []
    size = 0
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK_BYTES):
            size += len(piece)
            if size > part.file_size:
                raise unfit_to_read("The workbook says less about its size than is true.")
            pieces.append(piece)
    return b"".join(pieces)


def _require_small_grid(part: bytes) -> None:
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unfit_to_read("The workbook's sheets must be written in UTF-8.")
    if b"sheetData" not in part:
        return
    # One place after the other and none kept: a part has room for millions.
    for place in _PLACE.finditer(part):
        if int(place[2]) > LOWEST_ROW:
            raise unfit_in_size(f"A cell stands below row {LOWEST_ROW:,}. Delete what lies below the list.")
        if _column(place[1]) > LAST_COLUMN:
            raise unfit_in_size(f"A cell stands right of column {MOST_COLUMNS}. Delete what lies beside the list.")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
