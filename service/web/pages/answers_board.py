"""How the cooperatives answer, as it happens; and the lines that fell, moved to others by hand."""

from __future__ import annotations

from collections import defaultdict
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import AfterCode, allows
from service.api.order_views import require_order
from service.api.routers.fallen_lines import read_fallen_lines
from service.api.schemas.fallen_lines import FallenLineOut
from service.database.queries.answers_board import answers_board
from service.domain.permissions import Action
from service.web.city_week import week_in_view
from service.web.forms import Form
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.move_fallen_lines import MoveFallenLines
from service.workflows.move_lines_by_hand import move_lines_by_hand

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LINES_SHOWN: Final = 100


@router.get("/answers-board", dependencies=[allows(Action.RUNS_READ)])
async def show_board(page: Page) -> Response:
    """Show who has answered, who has not, and how much hangs on it."""
    return await _board(page, "answers_board/board.html")


@router.get("/answers-board/rows", dependencies=[allows(Action.RUNS_READ)])
async def show_board_rows(page: Page) -> Response:
    """Return the part of the board that changes."""
    return await _board(page, "answers_board/rows.html")


@router.get("/fallen-lines", dependencies=[allows(Action.ORDERS_MOVE)])
async def show_fallen_lines(page: Page, after: AfterCode) -> Response:
    """Show what nobody brings any more, by order."""
    week = await week_in_view(page)
    found = await read_fallen_lines(
        work=page.work, caller=page.caller, week_start=week.week_start, after=after, limit=LINES_SHOWN
    )
    orders: defaultdict[UUID, list[FallenLineOut]] = defaultdict(list)
    for line in found.items:
        orders[line.order_id].append(line)
    return await page.show(
        "fallen_lines/fallen_lines.html",
        week=week,
        orders=orders,
        after=found.next_cursor,
        chosen=page.request.query_params,
    )


@router.post("/orders/{order_id}/moves", dependencies=[allows(Action.ORDERS_MOVE)])
async def send_moves(order_id: UUID, page: Page, form: Form) -> Response:
    """Ask the standbys of fallen lines; what has none waits for the week's next repair."""
    order = await require_order(page.work, page.caller, order_id)
    line_ids = _line_ids(form.all("line"))
    if not line_ids:
        form.faults.add("line", "missing", "Choose at least one line.")
    form.require()
    done = await move_lines_by_hand(page.work, MoveFallenLines(order_id, line_ids))
    said = "moved_and_repair" if done.waits_for_repair else "moved"
    return page.leave("/fallen-lines", said=said, week=order.week_start)


async def _board(page: PageView, template: str) -> Response:
    week = await week_in_view(page)
    rows = await answers_board(page.work.session, region_code=page.caller.region_code, week_start=week.week_start)
    return await page.show(
        template,
        week=week,
        rows=rows,
        waiting=[row for row in rows if row.waiting],
        waiting_g=sum(row.waiting_g for row in rows),
        fallen_g=sum(row.fallen_g for row in rows),
    )


def _line_ids(words: list[str]) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(word) for word in words)
    except ValueError:
        return ()
