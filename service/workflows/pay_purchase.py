"""A cooperative's officer writes down that a wholesaler was paid for a purchase, or that it was not after all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.payables import reversal_of
from service.database.queries.purchases import lock_purchase
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.ledgers import Movement, payment, repayment
from service.domain.payables import PurchasePayment, apply_payment, require_payable, require_reversible
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.places import Region
from service.domain.purchases import Purchase
from service.workflows.issue_invoice import book


@dataclass(frozen=True, slots=True)
class PayPurchase:
    """What was paid for a purchase (rupiah), when, and the bank's reference."""

    purchase_id: UUID
    amount_idr: int
    paid_on: date
    reference: str


@dataclass(frozen=True, slots=True)
class ReversePurchasePayment:
    """A payment that was written down by mistake, and why it is taken back."""

    payment_id: UUID
    reason: str


async def pay_purchase(work: UnitOfWork, command: PayPurchase) -> Purchase:
    """Count a payment; of two at once, one waits and then finds less owed.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not pay, or the purchase is another cooperative's.
    InvalidField
        If more is paid than owed, or on a day that cannot be.
    """
    purchase = await _held(work, await work.session.get(Purchase, command.purchase_id), what="purchase")
    today = await _today(work, purchase)
    require_payable(purchase, amount_idr=command.amount_idr, paid_on=command.paid_on, today=today)
    await _move_money(work, purchase, command.amount_idr, paid_on=command.paid_on, reference=command.reference)
    return purchase


async def reverse_purchase_payment(work: UnitOfWork, command: ReversePurchasePayment) -> Purchase:
    """Take a payment back: the purchase is owed for again, and the books of both sides say so.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not pay, or there is no such payment of the cooperative.
    AlreadyReversed
        If it was taken back before.
    """
    paid = await work.session.get(PurchasePayment, command.payment_id)
    is_payment = paid is not None and paid.reverses_id is None
    seen = await work.session.get(Purchase, paid.purchase_id) if paid is not None and is_payment else None
    purchase = await _held(work, seen, what="payment")
    paid = await work.session.get_one(PurchasePayment, command.payment_id)
    require_reversible(paid, is_reversed=await reversal_of(work.session, paid.id) is not None)
    await _move_money(
        work, purchase, -paid.amount_idr, paid_on=paid.paid_on, reference=command.reason, reverses_id=paid.id
    )
    return purchase


async def _held(work: UnitOfWork, seen: Purchase | None, *, what: str) -> Purchase:
    actor = require_actor(work.actor)
    if seen is None:
        require(actor, Action.PURCHASES_PAY)
        raise NotFound(f"No such {what}.")
    require_reach(
        actor, Action.PURCHASES_PAY, region_code=seen.region_code, organisation_ids=(seen.cooperative_id,), what=what
    )
    return await lock_purchase(work.session, seen.id)


async def _today(work: UnitOfWork, purchase: Purchase) -> date:
    region = await work.session.get_one(Region, purchase.region_code)
    return local_day(work.now, timezone=region.timezone)


async def _move_money(
    work: UnitOfWork,
    purchase: Purchase,
    amount_idr: int,
    *,
    paid_on: date,
    reference: str,
    reverses_id: UUID | None = None,
) -> None:
    """Count money paid, or below 0 taken back, in the books of both sides."""
    moved = PurchasePayment(
        id=work.new_id(),
        created_at=work.now,
        purchase_id=purchase.id,
        region_code=purchase.region_code,
        amount_idr=amount_idr,
        paid_on=paid_on,
        reference=reference,
        recorded_by=require_actor(work.actor).user_id,
        reverses_id=reverses_id,
    )
    work.session.add(moved)
    apply_payment(purchase, amount_idr)
    movement = Movement(purchase.wholesaler_id, purchase.cooperative_id, abs(amount_idr))
    entries = payment(movement) if amount_idr > 0 else repayment(movement)
    today = await _today(work, purchase)
    book(work, entries, movement_id=moved.id, region_code=purchase.region_code, booked_on=today)
    what = EventType.PURCHASE_PAID if amount_idr > 0 else EventType.PURCHASE_PAYMENT_REVERSED
    after = {"number": purchase.number, "amount_idr": amount_idr, "paid_idr": purchase.paid_idr, "reference": reference}
    work.record(what.value, "purchase", purchase.id, region_code=purchase.region_code, after=after)
    work.announce(
        what,
        entity="purchase",
        entity_id=purchase.id,
        region_code=purchase.region_code,
        concerns=(purchase.cooperative_id, purchase.wholesaler_id),
        facts=after,
    )
    await work.session.flush()
