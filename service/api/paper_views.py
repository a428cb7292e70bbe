"""Papers as they are sent: who they are of, where and when they were made, under which name they are saved."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Response

from service.database.queries.letterheads import letterheads
from service.database.unit_of_work import UnitOfWork
from service.domain.places import Region
from service.files.papers.goods import Issued
from service.files.papers.paper import Paper, Party
from service.files.papers.sheet import printed

PDF: Final = "application/pdf"
PAPERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The paper",
        "content": {PDF: {"schema": {"type": "string", "format": "binary"}, "example": "(a PDF file)"}},
    }
}


async def parties_of(work: UnitOfWork, organisation_ids: Collection[UUID]) -> dict[UUID, Party]:
    """Return organisations as a letterhead names them."""
    heads = await letterheads(work.session, organisation_ids)
    return {key: Party(head.name, head.code, ", ".join(head.places)) for key, head in heads.items()}


async def issued_at(work: UnitOfWork, region_code: str, at: datetime) -> Issued:
    """Say where and when a paper was made: of the thing that it shows, so that it is the same each time."""
    region = await work.session.get_one(Region, region_code)
    return Issued(region.name, at, at.astimezone(ZoneInfo(region.timezone)))


async def sent_as_file(paper: Paper) -> Response:
    """Print in a thread: a long order takes part of a second."""
    content = await asyncio.to_thread(printed, paper)
    name = "-".join(f"{paper.title} {paper.number}".replace("/", "-").replace("·", " ").split())
    headers = {"Content-Disposition": f'attachment; filename="{plain_name(name)}.pdf"'}
    return Response(content, media_type=PDF, headers=headers)


def plain_name(name: str) -> str:
    """Return a file name in letters, digits, dots and dashes only."""
    return "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-") else "_" for letter in name)
