"""A receipt that the caller may do something about for its kitchen."""

from __future__ import annotations

from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.receipts import Receipt


async def receipt_of_kitchen(work: UnitOfWork, receipt_id: UUID) -> Receipt:
    """Return a receipt of the caller's kitchen.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not receive for the kitchen, or the receipt is another's.
    """
    actor = require_actor(work.actor)
    receipt = await work.session.get(Receipt, receipt_id)
    if receipt is None:
        require(actor, Action.DELIVERIES_RECEIVE)
        raise NotFound("No such receipt.")
    require_reach(
        actor,
        Action.DELIVERIES_RECEIVE,
        region_code=receipt.region_code,
        organisation_ids=(receipt.kitchen_id,),
        what="receipt",
    )
    return receipt
