"""What a move of fallen lines leaves in the audit trail and tells those whom it concerns; a repeated one, nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from service.database.queries.purchases import shortages_of_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.orders import Order, OrderLine, fallen_qty, untold_qty
from service.workflows.open_fallen import OpenFallen
from service.workflows.plan_orders import announce_sent


async def record_moves(
    work: UnitOfWork,
    order: Order,
    *,
    fallen: Mapping[UUID, OrderLine],
    sent: Sequence[Order],
    lines: Sequence[OrderLine],
    left: Sequence[OpenFallen],
    asks_for_repair: bool,
) -> None:
    """Record the new lines in the orders ``sent``, and what of the ``fallen`` ones is ``left`` to a repair.

    A job may be done again by a worker that slept through its first time: of what was told before nothing is told
    again, and what changed nothing is no entry.
    """
    news = [one for one in left if untold_qty(one.line)]
    if not (lines or news or asks_for_repair):
        return
    after = {
        "moved": [{"line_id": str(line.replaces_line_id), "to_line_id": str(line.id)} for line in lines],
        "wait_for_repair": [str(one.line.id) for one in left],
    }
    work.record("order.lines_moved", "order", order.id, region_code=order.region_code, after=after)
    causes = await causes_of(work, fallen)
    _announce_moved(work, order, {one.id: one for one in sent}, lines, causes)
    moved = {line.replaces_line_id for line in lines}
    for line_id, line in fallen.items():
        if line_id in moved:
            note_told(line)
    announce_left(work, order, news, causes, seeker="repair")
    for one in sent:
        of_order = [line for line in lines if line.order_id == one.id]
        sent_as = {"number": one.number, "status": one.status.value, "origin": one.origin.value, "lines": len(of_order)}
        work.record("order.sent", "order", one.id, region_code=one.region_code, after=sent_as)
        announce_sent(work, one, {line.kitchen_id for line in of_order}, lines=len(of_order))
    await work.session.flush()


async def causes_of(work: UnitOfWork, fallen: Mapping[UUID, OrderLine]) -> dict[UUID, str | None]:
    """Return the code of why each line lost goods last."""
    short = await shortages_of_lines(work.session, fallen)
    return {line_id: short[line_id].reasons[-1].get("code") if line_id in short else None for line_id in fallen}


def note_told(line: OrderLine) -> None:
    """Note that a kitchen knows of all that fell of its line until now."""
    line.told_fallen_qty = fallen_qty(line)


def _announce_moved(
    work: UnitOfWork,
    order: Order,
    sent: Mapping[UUID, Order],
    lines: Sequence[OrderLine],
    causes: Mapping[UUID, str | None],
) -> None:
    """Tell of each line that another cooperative is asked for."""
    for line in lines:
        to = sent[line.order_id]
        work.announce(
            EventType.LINE_MOVED,
            entity="order_line",
            entity_id=line.id,
            region_code=order.region_code,
            concerns=[order.cooperative_id, to.cooperative_id, line.kitchen_id],
            facts={
                "from_order_id": order.id,
                "to_order_id": to.id,
                "replaces_line_id": line.replaces_line_id,
                "cause": causes.get(line.replaces_line_id) if line.replaces_line_id else None,
            },
        )


def announce_left(
    work: UnitOfWork, order: Order, left: Sequence[OpenFallen], causes: Mapping[UUID, str | None], *, seeker: str
) -> None:
    """Tell of each line that goods fell and nobody brings them yet; ``seeker`` is who finds somebody.

    A kitchen that needs less by now hears of what it lacks, not of all that fell.
    """
    for one in left:
        line = one.line
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
                "qty": min(untold_qty(line), one.qty),
                "cause": causes.get(line.id),
                "seeker": seeker,
            },
        )
        note_told(line)
