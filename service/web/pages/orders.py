"""Orders to cooperatives: the list, and one order answered line by line."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import AfterCode, allows
from service.api.order_views import detailed, require_order, seen_by
from service.api.routers.orders import read_orders
from service.api.schemas.orders import AnswerOut, OrderDetailOut, OrderLineOut
from service.database.queries.answers import list_answers
from service.database.queries.orders import lines_of
from service.database.queries.price_proposals import proposals_of_order
from service.database.queries.withdrawals import list_withdrawals
from service.domain.answers import LONGEST_REMARK, LineAnswer, require_valid
from service.domain.device_actions import ActionKind
from service.domain.orders import DeclineReason, Order, OrderLineStatus, OrderStatus
from service.domain.permissions import Action
from service.domain.price_proposals import PriceProposalStatus
from service.domain.units import value_idr
from service.web.filters import BLANK, OptionalDay
from service.web.forms import Form, Typed
from service.web.offline import taken_offline
from service.web.order_days import days_of
from service.web.page import Page, PageView
from service.web.pages.undone_answers import undo_minutes, undoable
from service.web.routes import PageRoute
from service.words import trade_words
from service.workflows.answer_order import AnswerOrder, answer_order

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE = 20
CHOICES = ("all", "less", "none")


@router.get("/orders", dependencies=[allows(Action.ORDERS_READ)])
async def show_orders(
    page: Page,
    after: AfterCode,
    week_start: OptionalDay = None,
    status: Annotated[OrderStatus | None, BLANK, Query()] = None,
) -> Response:
    """List orders, the latest week first."""
    listed = await read_orders(
        work=page.work, caller=page.caller, after=after, limit=PER_PAGE, week_start=week_start, status=status,
        cooperative_id=None, plan_id=None,
    )  # fmt: skip
    return await page.show("orders/orders.html", listed=listed, chosen=status, week_start=week_start, words=trade_words)


@router.get("/orders/{order_id}", dependencies=[allows(Action.ORDERS_READ)])
async def show_order(order_id: UUID, page: Page, day: OptionalDay = None) -> Response:
    """Show an order by cooking day and kitchen, a long one a day at a time; whoever may answers it here."""
    order = await require_order(page.work, page.caller, order_id)
    shown = await detailed(page.work, page.caller, order)
    kitchen_id = seen_by(page.caller).kitchen_id
    answers = await list_answers(page.work.session, order.id, kitchen_id=kitchen_id)
    withdrawals = await list_withdrawals(page.work.session, order.id, kitchen_id=kitchen_id)
    proposals = await proposals_of_order(page.work.session, order.id)
    may_answer = page.may(Action.ORDERS_ANSWER)
    is_open = shown.respond_by_at is not None and page.work.now < shown.respond_by_at
    return await page.show(
        "orders/order.html",
        order=shown,
        days=days_of(shown.lines, day),
        answers={given.line.id: AnswerOut.showing(given) for given in answers},
        withdrawals=withdrawals,
        proposals=defaultdict(
            lambda: None, {one.order_line_id: one for one in proposals if one.status is PriceProposalStatus.OPEN}
        ),
        is_answerable=is_open and shown.waiting_count > 0 and may_answer,
        is_withdrawable=may_answer and any(line.accepted_qty for line in shown.lines),
        undoable=undoable((given.answer for given in answers), page.work.now) if may_answer else None,
        undo_minutes=await undo_minutes(page),
        was_lost=lost_lines(page, shown),
        longest_remark=LONGEST_REMARK,
        reasons=page.worded(trade_words.DECLINE_REASONS),
        words=trade_words,
    )


@router.get("/orders/{order_id}/answers", dependencies=[allows(Action.ORDERS_ANSWER)])
async def lead_back_to_order(order_id: UUID, page: Page) -> Response:
    """Lead whoever reloads the summary of their answers to the order itself."""
    await require_order(page.work, page.caller, order_id)
    return page.leave(f"/orders/{order_id}")


@router.post("/orders/{order_id}/answers", dependencies=[allows(Action.ORDERS_ANSWER)])
async def send_answers(order_id: UUID, page: Page, form: Form) -> Response:
    """Take the answers; before that, unless it was seen already, show what they come to."""
    asked = await _read_answers(page, order_id, form)
    order, answers = await detailed(page.work, page.caller, await _seen(page, order_id)), asked.answers
    if form.text("confirmed") or not answers:
        done = await answer_order(page.work, asked)
        is_whole = done.order.status is OrderStatus.ANSWERED
        return page.leave(f"/orders/{order_id}", said="order_answered" if is_whole else "lines_answered")
    waiting = [line for line in order.lines if line.status is OrderLineStatus.AWAITING_ANSWER]
    if {said.line_id for said in answers} <= {line.id for line in waiting}:
        rows = {shown.line.id: shown for shown in await lines_of(page.work.session, order_id, kitchen_id=None)}
        steps = {shown.item.code: shown.item.step_qty for shown in rows.values()}
        require_valid(answers, {line_id: shown.line for line_id, shown in rows.items()}, steps)
    takes_all = bool(form.text("take_all"))
    return await page.show(
        "orders/check.html",
        order=order,
        takes_all=takes_all,
        undo_minutes=await undo_minutes(page),
        words=trade_words,
        **_summed(order, answers),
    )


async def _read_answers(page: PageView, order_id: UUID, form: Typed) -> AnswerOrder:
    order = await detailed(page.work, page.caller, await _seen(page, order_id))
    answers = _said(form, order)
    form.require()
    for index, said in enumerate(answers):
        for name in ("accepted_qty", "reason", "remark", "line_id"):
            form.renamed[f"answers.{index}.{name}"] = f"{'choice' if name == 'line_id' else name}.{said.line_id}"
    form.renamed["answers"] = "choice"
    return AnswerOrder(order_id, answers)


taken_offline(ActionKind.ANSWER_ORDER, leads_to="/orders/{}", said="answered")(_read_answers)


async def _seen(page: PageView, order_id: UUID) -> Order:
    return await require_order(page.work, page.caller, order_id)


def lost_lines(page: PageView, order: OrderDetailOut) -> list[dict[str, Any]]:
    """Return what became of the lines of an answer that came too late, with the line itself."""
    refused = page.request.scope.get("pasok.refused")
    if refused is None or refused.error.code not in {"already_answered", "respond_by_passed"}:
        return []
    by_id = {str(line.id): line for line in order.lines}
    found = refused.error.facts.get("lines") or []
    return [
        {"fate": None, "short_qty": 0, "takers": ()} | state | {"line": by_id[state["line_id"]]}
        for state in found
        if state["line_id"] in by_id
    ]


def _said(form: Typed, order: OrderDetailOut) -> tuple[LineAnswer, ...]:
    """Return the answers that a form holds; lines without a choice are left for later."""
    takes_all = bool(form.text("take_all"))
    named = {*form.having("choice."), *form.having("accepted_qty.")}
    found = []
    for line in order.lines:
        is_waiting = line.status is OrderLineStatus.AWAITING_ANSWER
        if takes_all and is_waiting:
            found.append(LineAnswer(line.id, line.ordered_qty))
        elif str(line.id) in named and (answer := _line_said(form, line)):
            found.append(answer)
    return tuple(found)


def _line_said(form: Typed, line: OrderLineOut) -> LineAnswer | None:
    choice = form.text(f"choice.{line.id}")
    if choice not in CHOICES:
        return None
    remark = form.words(f"remark.{line.id}", longest=LONGEST_REMARK)
    if choice == "all":
        return LineAnswer(line.id, line.ordered_qty, remark=remark)
    qty = form.amount(f"accepted_qty.{line.id}", line.unit) if choice == "less" else 0
    if qty == line.ordered_qty:  # whoever typed all of it takes all of it
        return LineAnswer(line.id, qty, remark=remark)
    reason = form.choice(f"reason.{line.id}", DeclineReason)
    return None if qty is None else LineAnswer(line.id, qty, reason, remark)


def _summed(order: OrderDetailOut, answers: tuple[LineAnswer, ...]) -> dict[str, Any]:
    """Return what answers come to: for the page that asks whether they are meant so."""
    lines = {line.id: line for line in order.lines}
    pairs = [(lines[said.line_id], said) for said in answers]
    amounts: dict[str, int] = {}
    by_item: dict[str, tuple[int, str]] = {}
    for line, said in pairs:
        amounts[line.unit] = amounts.get(line.unit, 0) + said.accepted_qty
        by_item[line.item_name] = by_item.get(line.item_name, (0, ""))[0] + said.accepted_qty, line.unit
    days = {line.needed_date for line, _ in pairs}
    return {
        "pairs": pairs,
        "by_item": sorted(by_item.items()),
        "day": days.pop() if len(days) == 1 else None,
        "amounts": {unit: qty for unit, qty in amounts.items() if qty},
        "value_idr": sum(
            value_idr(qty=one.accepted_qty, price_idr=line.price_idr, unit=line.unit) for line, one in pairs
        ),
        "left_count": order.waiting_count - len(answers),
    }
