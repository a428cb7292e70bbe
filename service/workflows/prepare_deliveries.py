"""Once a cooperative has answered all lines of an order, what it accepted is put on delivery notes, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.answers import has_open_undo
from service.database.queries.deliveries import noted_lines, unnoted_order_ids
from service.database.queries.locks import lock_order, lock_order_lines
from service.database.queries.purchases import purchases_of_order
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.deliveries import Delivery, open_qty, ready_lines
from service.domain.orders import Order, OrderStatus
from service.domain.purchases import PurchaseLineStatus
from service.workflows.do_each import do_each
from service.workflows.make_purchases import make_purchases
from service.workflows.note_lines import ToNote, note_lines


@dataclass(frozen=True, slots=True)
class PrepareDeliveries:
    """An order that may wait for its delivery notes."""

    order_id: UUID


async def prepare_due_deliveries(units: UnitsOfWork) -> list[UUID]:
    """Make the notes that answered orders lack and that can be made, each order in a short transaction of its own.

    Returns
    -------
    list of UUID
        The orders that were due and did not fail.
    """
    async with units.begin() as work:
        waiting = await unnoted_order_ids(work.session, work.now)
    commands = [PrepareDeliveries(order_id) for order_id in waiting]
    done = await do_each(units, commands, prepare_deliveries, failure="order_not_noted")
    return [command.order_id for command in done]


async def prepare_deliveries(work: UnitOfWork, command: PrepareDeliveries) -> list[Delivery]:
    """Put what an answered order holds, and no note has yet, on notes; nothing if that was done before.

    An order whose answers could be taken back until now has its purchases made first. Days for which a wholesaler may
    still sell something wait for its answer; once none does, the order is noted.
    """
    order = await work.session.get_one(Order, command.order_id)
    order = await lock_order(work.session, order.id)
    if order.noted_at is not None or order.status is not OrderStatus.ANSWERED:
        return []
    if await has_open_undo(work.session, order.id, work.now):
        return []
    lines = await lock_order_lines(work.session, order.id)
    await make_purchases(work, order, lines)
    bought = [line for _, line in await purchases_of_order(work.session, order.id)]
    ready = ready_lines(lines, {line.stock_id for line in bought if line.status is PurchaseLineStatus.AWAITING_ANSWER})
    noted = await noted_lines(work.session, [line.id for line in ready])
    entries = [ToNote(line, open_qty(line, noted.get(line.id, ()))) for line in ready]
    entries = sorted((entry for entry in entries if entry.qty), key=lambda entry: entry.line.position)
    notes = await note_lines(
        work,
        entries,
        region_code=order.region_code,
        week_start=order.week_start,
        cooperative_id=order.cooperative_id,
    )
    if len(ready) == len(lines):
        order.noted_at = work.now
    await work.session.flush()
    return notes
