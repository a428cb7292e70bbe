"""A wholesaler's silence is a decline: what it did not confirm by the respond-by time is bought elsewhere."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.locks import lock_order
from service.database.queries.purchases import due_purchase_ids, lock_purchase, purchases_of_order
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.purchases import CutReason, PackAnswer, Purchase, PurchaseLineStatus, PurchaseStatus
from service.workflows.answer_purchase import settle
from service.workflows.do_each import do_each


async def expire_purchases(units: UnitsOfWork) -> list[UUID]:
    """Decline what no wholesaler answered, each purchase in a short transaction of its own.

    Returns
    -------
    list of UUID
        The purchases that silence declined.
    """
    async with units.begin() as work:
        due = await due_purchase_ids(work.session, work.now)
    done = await do_each(units, due, expire_purchase, failure="purchase_not_expired")
    return [purchase_id for purchase_id, was_silent in done.items() if was_silent]


async def expire_purchase(work: UnitOfWork, purchase_id: UUID) -> bool:
    """Decline the lines that still wait once the time is over; tell whether there were any. May be repeated."""
    seen = await work.session.get_one(Purchase, purchase_id)
    order = await lock_order(work.session, seen.order_id)
    purchase = await lock_purchase(work.session, purchase_id)
    if purchase.status is not PurchaseStatus.SENT or work.now < purchase.respond_by_at:
        return False
    held = [line for one, line in await purchases_of_order(work.session, order.id) if one.id == purchase_id]
    waiting = [line for line in held if line.status is PurchaseLineStatus.AWAITING_ANSWER]
    silence = [PackAnswer(line.id, 0, CutReason.SILENCE) for line in waiting]
    await settle(work, order, purchase, held, silence)
    return True
