"""What has a time by which it must happen, once that time is over: nothing is left open that nobody was told of."""

import sqlalchemy as sa

from service.domain.deliveries import Delivery, DeliveryStatus
from service.domain.invoices import Invoice, open_idr
from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.payables import open_idr as owed_idr
from service.domain.price_proposals import PriceProposal, PriceProposalStatus
from service.domain.purchases import Purchase, PurchaseStatus
from service.domain.receipts import Receipt, ReceiptStatus
from service.workflows.chase_deliveries import chase_deliveries
from service.workflows.chase_overdue import chase_overdue
from service.workflows.chase_payables import chase_payables
from service.workflows.expire_answers import expire_answers
from service.workflows.expire_purchases import expire_purchases
from service.workflows.prepare_deliveries import prepare_due_deliveries

TIMERS = (
    expire_answers,
    expire_purchases,
    prepare_due_deliveries,
    chase_deliveries,
    chase_overdue,
    chase_payables,
)
"""What the clock starts in every worker, in the order in which one makes work for the next."""


async def run_out(units):
    """Let every timer ring that rings by now."""
    for timer in TIMERS:
        await timer(units)


async def forgotten(session):
    """Return what is still open though nobody was told of it."""
    receipts = {receipt.delivery_id: receipt for receipt in await session.scalars(sa.select(Receipt))}
    found = [line for line in await _all(session, OrderLine) if line.status is OrderLineStatus.AWAITING_ANSWER]
    found += [one for one in await _all(session, PriceProposal) if one.status is PriceProposalStatus.OPEN]
    found += [one for one in await _all(session, Purchase) if one.status is PurchaseStatus.SENT]
    found += [one for one in await _all(session, Purchase) if owed_idr(one) and not one.overdue_told_at]
    found += [one for one in await _all(session, Invoice) if open_idr(one) and not one.overdue_told_at]
    for note in await _all(session, Delivery):
        receipt = receipts.get(note.id)
        if note.status is DeliveryStatus.PLANNED and not note.undispatched_told_at:
            found.append(note)
        if note.status is DeliveryStatus.DISPATCHED and receipt is None and not note.unweighed_told_at:
            found.append(note)
        if receipt is not None and receipt.status is ReceiptStatus.OPEN and not receipt.unsigned_told_at:
            found.append(receipt)
    return found


async def _all(session, kind):
    return await session.scalars(sa.select(kind).execution_options(populate_existing=True))
