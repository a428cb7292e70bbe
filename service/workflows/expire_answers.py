"""Silence is a decline: what nobody answered by its respond-by time is declined, order by order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from service.database.queries.due_orders import due_order_ids
from service.database.queries.locks import lock_order, lock_order_lines
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.answer_timers import is_due
from service.domain.events import EventType
from service.domain.orders import (
    DeclineReason,
    Order,
    OrderLine,
    OrderLineStatus,
    apply_answer,
    close_if_answered,
    expire,
)
from service.domain.price_proposals import PriceProposalStatus
from service.workflows.decide_price import answer_of
from service.workflows.do_each import do_each
from service.workflows.end_proposals import end_proposals
from service.workflows.make_purchases import make_purchases
from service.workflows.release_lines import Released, release_lines

EXPIRED = "expired"
"""The reason of a decline by silence, beside the reasons that cooperatives give."""


@dataclass(frozen=True, slots=True)
class ExpireOrder:
    """An order whose time to answer may be over."""

    order_id: UUID


async def expire_answers(units: UnitsOfWork) -> list[UUID]:
    """Decline what nobody answered, each order in a short transaction of its own, region by region.

    Returns
    -------
    list of UUID
        The lines that were declined.
    """
    async with units.begin() as work:
        due = await due_order_ids(work.session, work.now)
    commands = [ExpireOrder(order_id) for order_id in due]
    done = await do_each(units, commands, expire_order, failure="order_not_expired")
    return [line.id for lines in done.values() for line in lines]


async def expire_order(work: UnitOfWork, command: ExpireOrder) -> list[OrderLine]:
    """Decline the lines of an order that still wait once its time is over; else do nothing.

    The order is held first, as an answer does, so of a late answer and silence exactly one wins.

    Returns
    -------
    list of OrderLine
        The lines that silence declined.
    """
    await work.session.get_one(Order, command.order_id)
    order = await lock_order(work.session, command.order_id)
    if not is_due(order, work.now) or order.plan_id is None:
        return []
    lines = await lock_order_lines(work.session, order.id)
    waiting = [line for line in lines if line.status is OrderLineStatus.AWAITING_ANSWER]
    released = [*await _unheard(work, waiting)]
    asked = {entry.line.id for entry in released}
    released += [Released(line, expire(line, work.now), EXPIRED) for line in waiting if line.id not in asked]
    was = order.status
    close_if_answered(order, lines)
    await release_lines(work, order, lines, released, plan_id=order.plan_id)
    await make_purchases(work, order, lines)
    work.record(
        "order.expired",
        "order",
        order.id,
        region_code=order.region_code,
        before={
            "status": was.value,
            "lines": [{"line_id": str(line.id), "status": "awaiting_answer"} for line in waiting],
        },
        after={
            "status": order.status.value,
            "lines": [{"line_id": str(entry.line.id), "reason": entry.reason} for entry in released],
        },
    )
    work.announce(
        EventType.ORDER_EXPIRED,
        entity="order",
        entity_id=order.id,
        region_code=order.region_code,
        concerns=[order.cooperative_id, *(line.kitchen_id for line in waiting)],
        facts={"number": order.number, "line_ids": [line.id for line in waiting]},
    )
    await work.session.flush()
    return waiting


async def _unheard(work: UnitOfWork, waiting: Sequence[OrderLine]) -> list[Released]:
    """Decline the lines whose counter-price the kitchen left undecided: the cooperative was not silent."""
    by_id = {line.id: line for line in waiting}
    unheard = await end_proposals(work, by_id, PriceProposalStatus.EXPIRED)
    reason = DeclineReason.PRICE_TOO_LOW
    work.session.add_all(answer_of(work, proposal, accepted_qty=0, reason=reason) for proposal in unheard)
    lines = [by_id[proposal.order_line_id] for proposal in unheard]
    return [Released(line, apply_answer(line, 0), reason.value) for line in lines]
