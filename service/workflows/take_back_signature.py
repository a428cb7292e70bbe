"""A side takes its name off a handover minute that the other has not signed, so that goods can be weighed anew."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries.receipts import signatures_of
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.permissions import require_actor
from service.domain.receipts import SIDE_OF, Receipt, require_open
from service.workflows.sign_receipt import hold_receipt


@dataclass(frozen=True, slots=True)
class TakeBackSignature:
    """A receipt off which the caller takes their side's name."""

    receipt_id: UUID


async def take_back_signature(work: UnitOfWork, command: TakeBackSignature) -> Receipt:
    """Take the name of the caller's side off the minute; where there is none, nothing changes.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not sign, or the receipt is not theirs.
    ReceiptSigned
        If both sides have signed: the goods are invoiced.
    """
    actor = require_actor(work.actor)
    receipt, _ = await hold_receipt(work, actor, command.receipt_id)
    signatures = await signatures_of(work.session, receipt.id)
    require_open(receipt, signatures)
    side = SIDE_OF[actor.role]
    own = next((signature for signature in signatures if signature.side is side), None)
    if own is None:
        return receipt
    await work.session.delete(own)
    flag_modified(receipt, "status")  # whoever would sign beside this name is told: the ETag rises
    facts = {"side": side.value}
    work.record("receipt.signature_taken_back", "receipt", receipt.id, region_code=receipt.region_code, after=facts)
    work.announce(
        EventType.RECEIPT_SIGNATURE_TAKEN_BACK,
        entity="receipt",
        entity_id=receipt.id,
        region_code=receipt.region_code,
        concerns=(receipt.cooperative_id, receipt.kitchen_id),
        facts=facts,
    )
    await work.session.flush()
    return receipt
