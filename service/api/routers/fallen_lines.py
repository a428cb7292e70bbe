"""Goods that fell off order lines: where a policy asks the city's operator, what waits for a decision."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.fallen_lines import FallenLineOut, MovedOut, MoveIn
from service.api.trouble_rows import FALLEN_LINES, fallen_line_row
from service.database.queries.fallen_lines import FallenLine, list_fallen_lines
from service.database.queries.places import read_region
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import InvalidField
from service.domain.permissions import Action
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.move_fallen_lines import MoveFallenLines
from service.workflows.move_lines_by_hand import move_lines_by_hand

router = APIRouter(tags=["orders"], route_class=UnitOfWorkRoute)

MOVE = allows(Action.ORDERS_MOVE)
Week = Annotated[date, Query(description="Monday of the week", examples=["2026-11-30"])]


@router.get("/fallen-lines", dependencies=[MOVE])
async def read_fallen_lines(
    *,
    work: Work,
    caller: Caller,
    week_start: Week,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[FallenLineOut]:
    """List what was declined, withdrawn or cut in a week, is still needed, and is brought by nobody."""
    rows = await _fallen(work, caller.region_code, week_start, after=_line_after(after), limit=limit + 1)
    return page_of(rows, limit=limit, key=lambda row: str(row.line.id), show=FallenLineOut.showing)


@router.get("/fallen-lines/export", dependencies=[MOVE], response_class=Response, responses=FILES)
async def export_fallen_lines(week_start: Week, work: Work, caller: Caller, kind: Kind = FileKind.XLSX) -> Response:
    """Give what the list shows as a file."""
    rows = await _fallen(work, caller.region_code, week_start, after=None, limit=MOST_ROWS + 1)
    return await as_file(work, "baris-jatuh", kind, FALLEN_LINES, [fallen_line_row(row) for row in rows])


@router.post("/orders/{order_id}/moves", status_code=201, dependencies=[MOVE])
async def move_fallen(order_id: UUID, body: MoveIn, work: Work) -> MovedOut:
    """Ask the standby of each fallen line; what has none, or whose standby cannot, waits for the week's next repair.

    Lines whose goods somebody brings already are left as they are, so it can be repeated.
    """
    return MovedOut.showing(await move_lines_by_hand(work, MoveFallenLines(order_id, tuple(body.line_ids))))


async def _fallen(
    work: UnitOfWork, region_code: str, week_start: date, *, after: UUID | None, limit: int
) -> list[FallenLine]:
    region = await read_region(work.session, region_code)
    return await list_fallen_lines(
        work.session,
        region_code=region_code,
        week_start=week_start,
        after_day=local_day(work.now, timezone=region.timezone),
        after=after,
        limit=limit,
    )


def _line_after(after: str | None) -> UUID | None:
    try:
        return UUID(after) if after else None
    except ValueError as error:
        message = "Send the next_cursor of the page before, unchanged."
        raise InvalidField.at("after", message, code="invalid_cursor") from error
