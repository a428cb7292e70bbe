"""Ordered goods that will not come after all: taken off their lines and notes, short for the kitchen, repaired."""

from __future__ import annotations

from collections.abc import Sequence

from service.database.unit_of_work import UnitOfWork
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus, close_if_answered
from service.domain.price_proposals import PriceProposalStatus
from service.domain.withdrawals import lose
from service.workflows.end_proposals import end_proposals
from service.workflows.lower_notes import lower_notes
from service.workflows.release_lines import Released, release_lines


async def let_fall(work: UnitOfWork, order: Order, lines: Sequence[OrderLine], lost: Sequence[Released]) -> None:
    """Take losses off an order's lines and let others bring the goods.

    Parameters
    ----------
    order, lines
        The order and all its lines, held by the caller.
    lost
        Which line loses how much (base units, no more than it holds) for which reason.

    Raises
    ------
    IllegalTransition
        If a line holds no goods.
    """
    lost = [loss for loss in lost if loss.qty]
    waiting = [loss.line.id for loss in lost if loss.line.status is OrderLineStatus.AWAITING_ANSWER]
    await end_proposals(work, waiting, PriceProposalStatus.WITHDRAWN)
    for loss in lost:
        lose(loss.line, loss.qty)
    if order.status is OrderStatus.SENT:
        close_if_answered(order, lines)
    await lower_notes(work, [loss.line for loss in lost])
    if order.plan_id is not None:
        await release_lines(work, order, lines, lost, plan_id=order.plan_id)
