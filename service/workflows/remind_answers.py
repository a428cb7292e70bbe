"""Whoever has not answered is reminded once, while there is still time; what is sent, and how, reads this record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.due_orders import unreminded_order_ids
from service.database.queries.locks import lock_order, lock_order_lines
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.answer_timers import is_to_remind
from service.domain.events import EventType
from service.domain.orders import Order, OrderLineStatus
from service.workflows.do_each import do_each


@dataclass(frozen=True, slots=True)
class RemindOrder:
    """An order that may wait for its reminder."""

    order_id: UUID


async def remind_answers(units: UnitsOfWork) -> list[UUID]:
    """Record a reminder for every order whose time has come, each in a short transaction of its own.

    Returns
    -------
    list of UUID
        The orders reminded of.
    """
    async with units.begin() as work:
        waiting = await unreminded_order_ids(work.session, work.now)
    commands = [RemindOrder(order_id) for order_id in waiting]
    done = await do_each(units, commands, remind_order, failure="order_not_reminded")
    return [command.order_id for command, is_reminded in done.items() if is_reminded]


async def remind_order(work: UnitOfWork, command: RemindOrder) -> bool:
    """Record the reminder unless it was recorded, the order is answered, or its time is over; tell whether it was."""
    await work.session.get_one(Order, command.order_id)
    order = await lock_order(work.session, command.order_id)
    if not is_to_remind(order, work.now):
        return False
    lines = await lock_order_lines(work.session, order.id)
    order.reminded_at = work.now
    after = {
        "cooperative_id": str(order.cooperative_id),
        "respond_by_at": order.respond_by_at.isoformat() if order.respond_by_at else None,
        "waiting_lines": sum(line.status is OrderLineStatus.AWAITING_ANSWER for line in lines),
    }
    work.record("order.reminded", "order", order.id, region_code=order.region_code, after=after)
    work.announce(
        EventType.ORDER_REMINDED,
        entity="order",
        entity_id=order.id,
        region_code=order.region_code,
        concerns=[order.cooperative_id],
        facts={"number": order.number, **after},
    )
    await work.session.flush()
    return True
