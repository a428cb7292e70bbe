"""A cooperative gives back goods that it accepted: recorded, short for the kitchen at once, and asked of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries.answers import steps_of
from service.database.queries.locks import lock_order_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.orders import Order, OrderLine, OrderLineStatus
from service.domain.withdrawals import LineWithdrawal, Withdrawal, WithdrawalReason, Withdrawer, require_valid
from service.workflows.answer_order import held_order
from service.workflows.hold_notes import hold_notes
from service.workflows.let_fall import let_fall
from service.workflows.release_lines import Released


@dataclass(frozen=True, slots=True)
class WithdrawLines:
    """Goods that an order's cooperative cannot bring after all; at the version of the order that it saw."""

    order_id: UUID
    expected_version: int
    withdrawals: tuple[Withdrawal, ...]


async def withdraw_lines(work: UnitOfWork, command: WithdrawLines) -> list[LineWithdrawal]:
    """Take off the lines what will not come; what has left stays.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not answer for the cooperative, or the order is another's.
    StaleVersion
        If the order changed since the caller saw it.
    InvalidField
        With every fault of every line.
    """
    order = await held_order(work, command.order_id, command.expected_version)
    lines = await lock_order_lines(work.session, order.id)
    by_id = {line.id: line for line in lines}
    _, noted = await hold_notes(work, by_id)
    steps = await steps_of(work.session, {line.item_code for line in lines})
    require_valid(command.withdrawals, by_id, step_qty=steps, noted=noted)
    rows = [
        withdrawn(
            work,
            order,
            by_id[said.line_id],
            qty=said.withdrawn_qty,
            withdrawer=Withdrawer.COOPERATIVE,
            reason=said.reason,
            remark=said.remark,
        )
        for said in command.withdrawals
    ]
    lost = [Released(by_id[said.line_id], said.withdrawn_qty, said.reason.value) for said in command.withdrawals]
    await let_fall(work, order, lines, lost)
    record_withdrawals(work, order, rows, by_id.values())
    await work.session.flush()
    return rows


def withdrawn(
    work: UnitOfWork,
    order: Order,
    line: OrderLine,
    *,
    qty: int,
    withdrawer: Withdrawer,
    reason: WithdrawalReason,
    remark: str | None = None,
) -> LineWithdrawal:
    """Write down what is to be taken off a line (base units), by whom and why."""
    row = LineWithdrawal(
        id=work.new_id(),
        created_at=work.now,
        region_code=order.region_code,
        week_start=order.week_start,
        cooperative_id=order.cooperative_id,
        order_line_id=line.id,
        withdrawer=withdrawer,
        withdrawn_qty=qty,
        reason=reason,
        remark=remark,
        withdrawn_by=work.actor.user_id if work.actor else None,
        is_before_answer=line.status is OrderLineStatus.AWAITING_ANSWER,
    )
    work.session.add(row)
    return row


def record_withdrawals(
    work: UnitOfWork, order: Order, rows: Sequence[LineWithdrawal], lines: Iterable[OrderLine]
) -> None:
    """Tell of what one side took off an order for one reason; the order's ETag rises."""
    flag_modified(order, "status")
    by_id = {line.id: line for line in lines}
    touched = [by_id[row.order_line_id] for row in rows]
    after = {
        "lines": [
            {
                "line_id": str(row.order_line_id),
                "withdrawer": row.withdrawer.value,
                "withdrawn_qty": row.withdrawn_qty,
                "reason": row.reason.value,
            }
            for row in rows
        ]
    }
    work.record("order.withdrawn", "order", order.id, region_code=order.region_code, after=after)
    work.announce(
        EventType.ORDER_WITHDRAWN,
        entity="order",
        entity_id=order.id,
        region_code=order.region_code,
        concerns=[order.cooperative_id, *sorted({line.kitchen_id for line in touched})],
        facts={
            "number": order.number,
            "withdrawer": rows[0].withdrawer.value,
            "reason": rows[0].reason.value,
            "count": len(rows),
            "needed_date": min(line.needed_date for line in touched),
        },
    )
