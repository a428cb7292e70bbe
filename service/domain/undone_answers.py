"""An answer that is taken back: a slip of the thumb, noticed before anything was built on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from service.domain.errors import CannotUndo
from service.domain.orders import (
    ORDER_LINE_TRANSITIONS,
    ORDER_TRANSITIONS,
    Answer,
    Order,
    OrderLine,
    OrderLineStatus,
    OrderStatus,
    status_for,
)
from service.domain.status import transition
from service.domain.units import BP


class Standing(StrEnum):
    """Why an answer stands; stable codes."""

    WINDOW_OVER = "window_over"
    MOVED = "moved"
    """Another cooperative was asked for the goods, or a plan that was published since brings them."""
    CHANGED = "changed"
    """The line is not as the answer left it: made smaller, given back, taken off or on its way."""
    GOODS_GONE = "goods_gone"
    """What the answer gave back is promised to somebody else, called back, or not offered any more."""


SENTENCES = {
    Standing.WINDOW_OVER: "No answer of this order can be taken back any more; goods can be given back instead.",
    Standing.MOVED: "Others bring the goods already; the answer stands.",
    Standing.CHANGED: "The line has changed since it was answered; the answer stands.",
    Standing.GOODS_GONE: "What the answer gave back is not to be had any more; the answer stands.",
}


def undo_until(now: datetime, *, undo_minutes: int, respond_by_at: datetime | None) -> datetime | None:
    """Return until when an answer given now can be taken back: never longer than it could be given anew.

    Parameters
    ----------
    undo_minutes
        The policy's window; nothing can be taken back if it is 0.
    """
    if not undo_minutes or respond_by_at is None:
        return None
    return min(now + timedelta(minutes=undo_minutes), respond_by_at)


def last_sending(answers: Iterable[Answer], now: datetime) -> list[Answer]:
    """Return what was sent last of the answers that can still be taken back; nothing if none can."""
    in_window = [answer for answer in answers if answer.undo_until is not None and now < answer.undo_until]
    latest = max((answer.created_at for answer in in_window), default=now)
    return [answer for answer in in_window if answer.created_at == latest]


def require_undoable(
    last: Sequence[Answer], lines: Mapping[UUID, OrderLine], *, moved_ids: Collection[UUID], is_built_upon: bool
) -> None:
    """Refuse to take back answers that are too old, or on which something was built.

    Parameters
    ----------
    lines
        The order's lines by id.
    moved_ids
        Those of them that another order brings instead.
    is_built_upon
        Whether goods were bought or noted for the order.

    Raises
    ------
    CannotUndo
        With the reason.
    """
    if not last:
        raise refusal(Standing.WINDOW_OVER)
    if any(answer.order_line_id in moved_ids for answer in last):
        raise refusal(Standing.MOVED)
    if is_built_upon or not all(_is_as_answered(lines[answer.order_line_id], answer) for answer in last):
        raise refusal(Standing.CHANGED)


def require_open_demand(open_bp: Mapping[UUID, int], wanted: Mapping[UUID, int]) -> None:
    """Refuse where others were asked meanwhile for what waits for an answer again.

    Parameters
    ----------
    open_bp
        What no order holds of each demand line that still counts, base units x 10,000, with the lines taken back.
    wanted
        The demand lines that must be open, each with its item's step: so much less one may be ordered beyond it.

    Raises
    ------
    CannotUndo
        With the reason.
    """
    for demand_id, step_qty in wanted.items():
        if demand_id not in open_bp:
            raise refusal(Standing.CHANGED)
        if open_bp[demand_id] < -(step_qty - 1) * BP:
            raise refusal(Standing.MOVED)


def take_back(line: OrderLine) -> None:
    """Let a line wait for an answer again."""
    line.status = transition(ORDER_LINE_TRANSITIONS, line.status, OrderLineStatus.AWAITING_ANSWER, what="order line")
    line.accepted_qty = None
    line.told_fallen_qty = 0


def reopen(order: Order) -> None:
    """Let an order of which a line waits again be answered."""
    if order.status is not OrderStatus.SENT:
        order.status = transition(ORDER_TRANSITIONS, order.status, OrderStatus.SENT, what="order")


def refusal(standing: Standing) -> CannotUndo:
    """Return the refusal for a reason."""
    return CannotUndo(SENTENCES[standing], reason=standing.value)


def _is_as_answered(line: OrderLine, answer: Answer) -> bool:
    if line.accepted_qty != answer.accepted_qty or answer.accepted_qty > line.ordered_qty:
        return False
    return line.status is status_for(ordered_qty=line.ordered_qty, accepted_qty=answer.accepted_qty)
