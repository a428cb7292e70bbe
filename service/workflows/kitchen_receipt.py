"""A receipt, or a line of one, that the caller may do something about for its kitchen."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.receipts import receipt_lines, receipt_of
from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import Delivery, DeliveryLine, require_left
from service.domain.errors import NotFound, NotWeighed
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.receipts import Receipt, ReceiptLine


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


async def weighed_line(work: UnitOfWork, delivery_id: UUID, line_id: UUID) -> ReceiptLine:
    """Return what was weighed of a line of a delivery to the caller's kitchen.

    A phone without signal knows the delivery's line and not yet the receipt's.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not receive for the kitchen, the delivery is another's, or the line is none of it.
    NotDispatched, NotWeighed
        If the goods have not left, or the line's weighing has not come.
    """
    actor = require_actor(work.actor)
    require(actor, Action.DELIVERIES_RECEIVE)
    delivery = await work.session.get(Delivery, delivery_id, populate_existing=True)
    line = await work.session.get(DeliveryLine, line_id)
    if delivery is None or line is None or line.delivery_id != delivery.id:
        raise NotFound("No such line.")
    require_reach(
        actor,
        Action.DELIVERIES_RECEIVE,
        region_code=delivery.region_code,
        organisation_ids=(delivery.kitchen_id,),
        what="delivery",
    )
    require_left(delivery)
    receipt = await receipt_of(work.session, delivery.id)
    weighed = await receipt_lines(work.session, receipt.id) if receipt else []
    found = next((each for each in weighed if each.delivery_line_id == line.id), None)
    if found is None:
        raise NotWeighed("This line is not weighed yet.")
    return found
