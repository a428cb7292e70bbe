"""What a move of fallen lines leaves in the audit trail and tells those whom it concerns; a repeated one, nothing."""

from __future__ import annotations

from collections.abc import Sequence

from service.database.queries.events import told_of
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.orders import Order, OrderLine, fallen_qty
from service.workflows.plan_orders import announce_sent


async def record_moves(
    work: UnitOfWork,
    order: Order,
    *,
    sent: Sequence[Order],
    lines: Sequence[OrderLine],
    left: Sequence[OrderLine],
    asks_for_repair: bool,
) -> None:
    """Record the new lines in the orders ``sent``, and what is ``left`` to a repair.

    A job may be done again by a worker that slept through its first time: who was told before that a line waits is not
    told again, and what changed nothing is no entry.
    """
    told = await told_of(work.session, EventType.LINE_LEFT_SHORT, "order_line", [line.id for line in left])
    news = [line for line in left if line.id not in told]
    if not (lines or news or asks_for_repair):
        return
    after = {
        "moved": [{"line_id": str(line.replaces_line_id), "to_line_id": str(line.id)} for line in lines],
        "wait_for_repair": [str(line.id) for line in left],
    }
    work.record("order.lines_moved", "order", order.id, region_code=order.region_code, after=after)
    _announce_moved(work, order, {one.id: one for one in sent}, lines)
    _announce_left(work, order, news)
    for one in sent:
        of_order = [line for line in lines if line.order_id == one.id]
        sent_as = {"number": one.number, "status": one.status.value, "origin": one.origin.value, "lines": len(of_order)}
        work.record("order.sent", "order", one.id, region_code=one.region_code, after=sent_as)
        announce_sent(work, one, {line.kitchen_id for line in of_order}, lines=len(of_order))
    await work.session.flush()


def _announce_moved(work: UnitOfWork, order: Order, sent: dict[object, Order], lines: Sequence[OrderLine]) -> None:
    """Tell of each line that another cooperative is asked for."""
    for line in lines:
        to = sent[line.order_id]
        work.announce(
            EventType.LINE_MOVED,
            entity="order_line",
            entity_id=line.id,
            region_code=order.region_code,
            concerns=[order.cooperative_id, to.cooperative_id, line.kitchen_id],
            facts={"from_order_id": order.id, "to_order_id": to.id, "replaces_line_id": line.replaces_line_id},
        )


def _announce_left(work: UnitOfWork, order: Order, left: Sequence[OrderLine]) -> None:
    """Tell of each line that waits for a repair."""
    for line in left:
        work.announce(
            EventType.LINE_LEFT_SHORT,
            entity="order_line",
            entity_id=line.id,
            region_code=order.region_code,
            concerns=[line.kitchen_id],
            facts={
                "order_id": order.id,
                "item_code": line.item_code,
                "needed_date": line.needed_date,
                "qty": fallen_qty(line),
            },
        )
