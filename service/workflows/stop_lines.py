"""The city's word, or a rule of it, takes lines off an order: they fall, and others are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import DeliveryLine
from service.domain.orders import Order, OrderLine
from service.domain.withdrawals import LineWithdrawal, WithdrawalReason, Withdrawer, free_qty
from service.workflows.let_fall import let_fall
from service.workflows.release_lines import Released
from service.workflows.withdraw_lines import record_withdrawals, withdrawn


async def stop_lines(
    work: UnitOfWork,
    order: Order,
    lines: Sequence[OrderLine],
    stopped: Sequence[OrderLine],
    noted: Mapping[UUID, Sequence[DeliveryLine]],
    *,
    reason: WithdrawalReason,
) -> list[LineWithdrawal]:
    """Let what of some lines has not left fall; nothing if all of it has.

    Parameters
    ----------
    order, lines
        The order and all its lines, held by the caller.
    noted
        What stands on delivery notes, by order line.
    """
    lost = [Released(line, free_qty(line, noted.get(line.id, ())), reason.value) for line in stopped]
    lost = [loss for loss in lost if loss.qty]
    if not lost:
        return []
    city = Withdrawer.CITY
    rows = [withdrawn(work, order, loss.line, qty=loss.qty, withdrawer=city, reason=reason) for loss in lost]
    await let_fall(work, order, lines, lost)
    record_withdrawals(work, order, rows, lines)
    return rows
