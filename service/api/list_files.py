"""Lists as files: what every export has in common."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Query, Response

from service.domain.errors import InvalidField
from service.files.tables import MEDIA_TYPES, MOST_ROWS, Cell, FileKind
from service.files.writing import write_table
from service.words.spoken import word_of

Kind = Annotated[FileKind, Query(alias="format", description="Of the file", examples=["xlsx"])]
_BINARY: Final = {"type": "string", "format": "binary"}
FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": {
            MEDIA_TYPES[FileKind.XLSX]: {"schema": _BINARY, "example": "(a workbook)"},
            MEDIA_TYPES[FileKind.CSV]: {"schema": _BINARY, "example": "kode_barang;jumlah\r\nRICE-P;200\r\n"},
        },
    }
}


async def as_file(name: str, kind: FileKind, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Response:
    """Answer with rows as a file to be saved; refuse more than a workbook should hold.

    States, kinds and reasons are given as they are; the file says them in words.
    """
    if len(rows) > MOST_ROWS:
        message = f"More than {MOST_ROWS:,} rows. Narrow the list: a week, an item, an organisation."
        raise InvalidField.at("format", message, code="too_large")
    content = await asyncio.to_thread(write_table, kind, header, map(_worded, rows))
    named = {"Content-Disposition": f'attachment; filename="{name}.{kind.value}"'}
    return Response(content, media_type=MEDIA_TYPES[kind], headers=named)


def _worded(row: Sequence[Cell]) -> Sequence[Cell]:
    return [word_of(cell) if isinstance(cell, StrEnum) else cell for cell in row]
