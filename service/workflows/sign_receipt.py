"""Giver and receiver sign the handover minute (BAST); with the second name the receipt stands and is invoiced."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries.deliveries import lines_on_note, lock_delivery
from service.database.queries.receipts import receipt_lines, signatures_of
from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import Delivery, arrive
from service.domain.device_actions import Made, facts_of, happened_at
from service.domain.errors import NotFound, NotWeighed, Superseded
from service.domain.events import EventType
from service.domain.people import User
from service.domain.permissions import Action, Actor, require, require_actor, require_reach
from service.domain.receipts import SIDE_OF, Receipt, Side, Signature, close_if_signed, require_as_weighed
from service.domain.tables import require_version
from service.workflows.issue_invoice import issue_invoice
from service.workflows.seek_lost import seek_lost


@dataclass(frozen=True, slots=True)
class SignReceipt:
    """A receipt that the caller puts their name under, for their side.

    ``made`` if that was done on a phone without signal; ``expected_version`` if the caller wants to be refused on any
    change since they read it.
    """

    receipt_id: UUID
    made: Made | None = None
    expected_version: int | None = None


async def sign_receipt(work: UnitOfWork, command: SignReceipt) -> Receipt:
    """Put the caller's name under the minute; once both sides have signed, close it and issue the invoice.

    Signing twice for a side changes nothing: the first name stands.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not sign, or the receipt is not theirs.
    NotWeighed
        With the positions of lines that left and were not weighed.
    StaleVersion
        If a version was expected and the receipt is at another.
    WeighedSince
        If a line was weighed after the signature was made on a phone.
    Superseded
        If a phone sends a signature for a side that has signed.
    """
    actor = require_actor(work.actor)
    receipt, delivery = await hold_receipt(work, actor, command.receipt_id)
    if command.expected_version is not None:
        require_version(receipt, command.expected_version)
    lines = await receipt_lines(work.session, receipt.id)
    shown = await lines_on_note(work.session, delivery.id)
    weighed = {line.delivery_line_id for line in lines}
    missing = [each.line.position for each in shown if each.line.shipped_qty and each.line.id not in weighed]
    if missing:
        raise NotWeighed(f"{len(missing)} lines are not weighed yet.", positions=missing)
    signatures = await signatures_of(work.session, receipt.id)
    side = SIDE_OF[actor.role]
    if side in {signature.side for signature in signatures}:
        return _signed_before(receipt, side, command)
    require_as_weighed(lines, command.made, {each.line.id: each.line.position for each in shown})
    user = await work.session.get_one(User, actor.user_id)
    signed_at = happened_at(command.made, work.now)
    signature = Signature(receipt_id=receipt.id, side=side, user_id=user.id, name=user.full_name, signed_at=signed_at)
    work.session.add(signature)
    flag_modified(receipt, "status")  # a name under it changes the receipt too: its version, and so its ETag, rises
    after = {"side": side.value}  # the name stands in the signature alone, where it can be taken back
    told = {**after, **facts_of(command.made)}
    work.record("receipt.signed", "receipt", receipt.id, region_code=receipt.region_code, after=told)
    work.announce(
        EventType.RECEIPT_SIGNED,
        entity="receipt",
        entity_id=receipt.id,
        region_code=receipt.region_code,
        concerns=(receipt.cooperative_id, receipt.kitchen_id),
        facts=after,
    )
    if close_if_signed(receipt, [*signatures, signature], now=work.now):
        arrive(delivery)
        await issue_invoice(work, receipt, lines, {each.line.id: each for each in shown})
        await seek_lost(work, [line.order_line_id for line in lines if line.accepted_qty < line.shipped_qty])
    await work.session.flush()
    return receipt


def _signed_before(receipt: Receipt, side: Side, command: SignReceipt) -> Receipt:
    if command.made is not None:
        raise Superseded("This side signed already; the first name stands.", signed=[side.value])
    return receipt


async def hold_receipt(work: UnitOfWork, actor: Actor, receipt_id: UUID) -> tuple[Receipt, Delivery]:
    """Return the receipt and its delivery, which is held: of two who sign at once, one waits for the other."""
    seen = await work.session.get(Receipt, receipt_id)
    if seen is None:
        require(actor, Action.RECEIPTS_SIGN)
        raise NotFound("No such receipt.")
    require_reach(
        actor,
        Action.RECEIPTS_SIGN,
        region_code=seen.region_code,
        organisation_ids=(seen.cooperative_id, seen.kitchen_id),
        what="receipt",
    )
    delivery = await lock_delivery(work.session, seen.delivery_id)
    await work.session.refresh(seen)
    return seen, delivery
