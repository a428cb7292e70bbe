"""Orders to cooperatives and their answers, line by line."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.etags import IfMatch, set_etag
from service.api.list_exports import exported
from service.api.list_files import FILES, Kind, as_file
from service.api.order_views import detailed, place_after, place_of, require_order, seen_by
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.orders import AnswerOut, AnswersIn, AnswersOut, OrderDetailOut, OrderOut
from service.api.schemas.withdrawals import WithdrawalOut, WithdrawalsIn, WithdrawalsOut
from service.api.trouble_rows import WITHDRAWALS, withdrawal_row
from service.database.queries.answers import list_answers
from service.database.queries.orders import list_orders
from service.database.queries.withdrawals import list_withdrawals
from service.domain.orders import OrderStatus
from service.domain.permissions import Action
from service.files.tables import FileKind
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.undo_answers import UndoAnswers, undo_answers
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines

router = APIRouter(prefix="/orders", tags=["orders"], route_class=UnitOfWorkRoute)

READ = allows(Action.ORDERS_READ)


@router.get("", dependencies=[READ])
async def read_orders(
    *,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    week_start: Annotated[date | None, Query(description="Only this week's", examples=["2026-11-30"])] = None,
    status: Annotated[OrderStatus | None, Query(description="Only those in this status")] = None,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    plan_id: Annotated[UUID | None, Query(description="Only those of this plan")] = None,
) -> Page[OrderOut]:
    """List orders, the latest week first: a cooperative its own, a kitchen those with goods for it, the city all."""
    wanted = seen_by(caller, cooperative_id=cooperative_id, plan_id=plan_id, week_start=week_start, status=status)
    rows = await list_orders(
        work.session, region_code=caller.region_code, wanted=wanted, after=place_after(after), limit=limit + 1
    )
    return page_of(rows, limit=limit, key=place_of, show=OrderOut.showing)


@router.get("/{order_id}", dependencies=[READ])
async def read_order(order_id: UUID, work: Work, caller: Caller, response: Response) -> OrderDetailOut:
    """Show an order with its lines; a kitchen sees its own lines."""
    order = await require_order(work, caller, order_id)
    set_etag(response, order.version)
    return await detailed(work, caller, order)


@router.post("/{order_id}/answers", status_code=201, dependencies=[allows(Action.ORDERS_ANSWER)])
async def give_answers(
    order_id: UUID, body: AnswersIn, work: Work, caller: Caller, response: Response
) -> OrderDetailOut:
    """Accept, accept less or decline lines: some now, the rest until the respond-by time.

    A request is taken whole or not at all. What is not taken of a line is free for others and short for the kitchen
    at once. No If-Match: a line is answered once, so of two answers to it one wins and the other is told
    `already_answered` with the state of the `lines`.
    """
    done = await answer_order(work, AnswerOrder(order_id, body.said()))
    response.headers["Location"] = f"/api/v1/orders/{order_id}/answers"
    set_etag(response, done.order.version)
    return await detailed(work, caller, done.order)


@exported(router, "jawaban-pesanan")
@router.get("/{order_id}/answers", dependencies=[READ])
async def read_answers(order_id: UUID, work: Work, caller: Caller, response: Response) -> AnswersOut:
    """List what was said to the lines of an order, by whom and when; a kitchen sees its own lines."""
    order = await require_order(work, caller, order_id)
    set_etag(response, order.version)
    given = await list_answers(work.session, order.id, kitchen_id=seen_by(caller).kitchen_id)
    return AnswersOut(items=[AnswerOut.showing(answer) for answer in given])


@router.post("/{order_id}/answers/undo", dependencies=[allows(Action.ORDERS_ANSWER)])
async def take_answers_back(order_id: UUID, work: Work, caller: Caller, response: Response) -> OrderDetailOut:
    """Take back the answers that were sent last, all of them: their lines wait for an answer again.

    Possible until `undo_until` of these answers (the policy's `undo_minutes`). Till then nobody else is asked for what
    they gave back, and nothing is bought or put on a delivery note; if others bring the goods all the same, or they
    are promised to somebody else, the answer stands: `cannot_undo` with its `reason`.
    """
    await undo_answers(work, UndoAnswers(order_id))
    order = await require_order(work, caller, order_id)
    set_etag(response, order.version)
    return await detailed(work, caller, order)


@router.post("/{order_id}/withdrawals", status_code=201, dependencies=[allows(Action.ORDERS_ANSWER)])
async def withdraw_goods(
    order_id: UUID, body: WithdrawalsIn, work: Work, caller: Caller, version: IfMatch, response: Response
) -> OrderDetailOut:
    """Give back accepted goods that cannot come after all: short for the kitchen, and asked of others, at once.

    It is written down with its reason and counts in the cooperative's reliability. What has left stays; packs that
    were bought stay bought and go to the outlet.
    """
    await withdraw_lines(work, WithdrawLines(order_id, version, body.said()))
    order = await require_order(work, caller, order_id)
    response.headers["Location"] = f"/api/v1/orders/{order_id}/withdrawals"
    set_etag(response, order.version)
    return await detailed(work, caller, order)


@router.get("/{order_id}/withdrawals", dependencies=[READ])
async def read_withdrawals(order_id: UUID, work: Work, caller: Caller) -> WithdrawalsOut:
    """List what was taken off the lines of an order after their answer; a kitchen sees its own lines."""
    order = await require_order(work, caller, order_id)
    rows = await list_withdrawals(work.session, order.id, kitchen_id=seen_by(caller).kitchen_id)
    return WithdrawalsOut(items=[WithdrawalOut.showing(row) for row in rows])


@router.get("/{order_id}/withdrawals/export", dependencies=[READ], response_class=Response, responses=FILES)
async def export_withdrawals(order_id: UUID, work: Work, caller: Caller, kind: Kind = FileKind.XLSX) -> Response:
    """Give what was taken off the lines of an order as a file; a kitchen gets its own lines."""
    order = await require_order(work, caller, order_id)
    rows = await list_withdrawals(work.session, order.id, kitchen_id=seen_by(caller).kitchen_id)
    return await as_file(work, "penarikan-barang", kind, WITHDRAWALS, [withdrawal_row(row) for row in rows])
