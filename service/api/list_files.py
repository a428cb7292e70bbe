"""Lists as files: what every export has in common."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import Query, Response

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField
from service.domain.permissions import require_actor
from service.domain.places import Region
from service.files.bounds import MOST_ROWS, Cell
from service.files.tables import MEDIA_TYPES, FileKind
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


async def zone_of(work: UnitOfWork) -> ZoneInfo:
    """Return the zone of the caller's region: people read instants as their clock shows them."""
    region = await work.session.get_one(Region, require_actor(work.actor).region_code)
    return ZoneInfo(region.timezone)


async def as_file(
    work: UnitOfWork, name: str, kind: FileKind, header: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> Response:
    """Answer with rows as a file to be saved; refuse more than a workbook should hold.

    States, kinds, reasons and instants are given as they are; the file says them in words, and in the caller's zone.
    """
    if len(rows) > MOST_ROWS:
        message = f"More than {MOST_ROWS:,} rows. Narrow the list: a week, an item, an organisation."
        raise InvalidField.at("format", message, code="too_large")
    said = map(partial(_said, zone=await zone_of(work)), rows)
    content = await asyncio.to_thread(write_table, kind, header, said)
    named = {"Content-Disposition": f'attachment; filename="{name}.{kind.value}"'}
    return Response(content, media_type=MEDIA_TYPES[kind], headers=named)


def _said(row: Sequence[Cell], zone: ZoneInfo) -> Sequence[Cell]:
    return [
        word_of(cell) if isinstance(cell, StrEnum) else cell.astimezone(zone) if isinstance(cell, datetime) else cell
        for cell in row
    ]
