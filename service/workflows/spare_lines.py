"""Ordered goods that a kitchen needs no more: the order becomes smaller, and the goods are free for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.database.unit_of_work import UnitOfWork
from service.domain.orders import Order, OrderLine, OrderLineStatus, OrderStatus, close_if_answered
from service.domain.price_proposals import PriceProposalStatus
from service.domain.withdrawals import LineWithdrawal, WithdrawalReason, Withdrawer, spare
from service.workflows.end_proposals import end_proposals
from service.workflows.lower_notes import lower_notes
from service.workflows.release_lines import Released, give_back
from service.workflows.withdraw_lines import record_withdrawals, withdrawn


@dataclass(frozen=True, slots=True)
class Spared:
    """A line and how much of it is needed no more, in base units; no more than has not left yet."""

    line: OrderLine
    qty: int


async def spare_lines(
    work: UnitOfWork,
    order: Order,
    lines: Sequence[OrderLine],
    spared: Sequence[Spared],
    *,
    withdrawer: Withdrawer,
    reason: WithdrawalReason,
) -> list[LineWithdrawal]:
    """Take off an order what is needed no more; nothing becomes short, and nobody else is asked.

    Parameters
    ----------
    order, lines
        The order and all its lines, held by the caller.
    """
    spared = [one for one in spared if one.qty]
    if not spared:
        return []
    rows = [withdrawn(work, order, one.line, qty=one.qty, withdrawer=withdrawer, reason=reason) for one in spared]
    waiting = [one.line.id for one in spared if one.line.status is OrderLineStatus.AWAITING_ANSWER]
    await end_proposals(work, waiting, PriceProposalStatus.WITHDRAWN)
    for one in spared:
        spare(one.line, one.qty)
    if order.status is OrderStatus.SENT:
        close_if_answered(order, lines)
    await lower_notes(work, [one.line for one in spared])
    await give_back(work, order, lines, [Released(one.line, one.qty, None) for one in spared])
    record_withdrawals(work, order, rows, lines)
    await work.session.flush()
    return rows
