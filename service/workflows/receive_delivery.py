"""The kitchen weighs what came: each line taken whole, in part, or refused; again, as long as nobody has signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries.deliveries import lock_delivery, shown_lines
from service.database.queries.receipts import receipt_lines, receipt_of, signatures_of
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.deliveries import Delivery, require_left
from service.domain.device_actions import Made, facts_of, happened_at
from service.domain.errors import NotFound, Superseded
from service.domain.events import EventType
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.places import Region
from service.domain.receipts import (
    Receipt,
    ReceiptLine,
    ReceiptStatus,
    Signature,
    counted_qty,
    is_superseded,
    require_unsigned,
)
from service.domain.weighings import ShippedLine, Weighing, accepted_qty, refused_qty, require_valid
from service.workflows.recount_recalls import recount_recalls
from service.workflows.refuse_recalled import Moved, refuse_recalled


@dataclass(frozen=True, slots=True)
class ReceiveDelivery:
    """Lines of a delivery as weighed, some now, the rest later; ``made`` if that was done on a phone without signal."""

    delivery_id: UUID
    weighings: tuple[Weighing, ...]
    made: Made | None = None


async def receive_delivery(work: UnitOfWork, command: ReceiveDelivery) -> Receipt:
    """Write down what the scales say of some lines; a line that was weighed before is weighed anew.

    What was made on a phone earlier than a line was weighed changes nothing of that line.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not, or the delivery is another kitchen's.
    NotDispatched
        If the goods have not left.
    ReceiptSigned
        If somebody has signed for them.
    Superseded
        If all of the lines were weighed later than these were made.
    InvalidField
        With every fault of every line.
    """
    delivery = await _held(work, command.delivery_id)
    require_left(delivery)
    receipt = await receipt_of(work.session, delivery.id)
    before: dict[UUID, ReceiptLine] = {}
    signatures: list[Signature] = []
    if receipt is None:
        receipt = _new_receipt(work, delivery)
        await work.session.flush()
    else:
        flag_modified(receipt, "status")  # whoever would sign for the lines as they were is told: the ETag rises
        before = {line.delivery_line_id: line for line in await receipt_lines(work.session, receipt.id)}
        signatures = await signatures_of(work.session, receipt.id)
    newest = [each for each in command.weighings if not is_superseded(before.get(each.line_id), command.made)]
    if newest:
        require_unsigned(receipt, signatures)
    shipped = await _require_valid(work, delivery, command, before)
    if not newest:
        raise Superseded("All of these lines were weighed again later.")
    for weighing in newest:
        _write(work, receipt, shipped[weighing.line_id], weighing, before, made=command.made)
    after = {"lines": [{"line_id": str(each.line_id), "received_qty": each.received_qty} for each in newest]}
    told = {**after, **facts_of(command.made)}
    work.record("delivery.weighed", "delivery", delivery.id, region_code=delivery.region_code, after=told)
    work.announce(
        EventType.DELIVERY_WEIGHED,
        entity="delivery",
        entity_id=delivery.id,
        region_code=delivery.region_code,
        concerns=(delivery.cooperative_id, delivery.kitchen_id),
        facts=after,
    )
    await recount_recalls(work, delivery)
    return receipt


async def _require_valid(
    work: UnitOfWork, delivery: Delivery, command: ReceiveDelivery, before: Mapping[UUID, ReceiptLine]
) -> dict[UUID, ShippedLine]:
    """Refuse weighings with a fault, by the day on which each line was weighed first; return the lines that left."""
    timezone = (await work.session.get_one(Region, delivery.region_code)).timezone
    weighed_on = {
        line_id: local_day(min(known.created_at, known.weighed_at), timezone=timezone)
        for line_id, known in before.items()
    }
    shipped = {
        shown.line.id: ShippedLine(shown.line, shown.item, shown.lots, weighed_on.get(shown.line.id))
        for shown in await shown_lines(work.session, delivery.id)
        if shown.line.shipped_qty
    }
    weighed_at = happened_at(command.made, work.now, not_before=delivery.dispatched_at)
    require_valid(command.weighings, shipped, today=local_day(weighed_at, timezone=timezone))
    moved = [
        Moved(f"lines.{n}.rejected_qty", lot.lot_code, lot.producer, shipped[each.line_id].line.item_code)
        for n, each in enumerate(command.weighings)
        for lot in shipped[each.line_id].lots
        if accepted_qty(each, shipped[each.line_id])
    ]
    await refuse_recalled(work, moved, region_code=delivery.region_code, needed_date=delivery.needed_date, at=work.now)
    return shipped


async def _held(work: UnitOfWork, delivery_id: UUID) -> Delivery:
    actor = require_actor(work.actor)
    seen = await work.session.get(Delivery, delivery_id)
    if seen is None:
        require(actor, Action.DELIVERIES_RECEIVE)
        raise NotFound("No such delivery.")
    require_reach(
        actor,
        Action.DELIVERIES_RECEIVE,
        region_code=seen.region_code,
        organisation_ids=(seen.kitchen_id,),
        what="delivery",
    )
    return await lock_delivery(work.session, delivery_id)


def _new_receipt(work: UnitOfWork, delivery: Delivery) -> Receipt:
    receipt = Receipt(
        id=work.new_id(),
        created_at=work.now,
        region_code=delivery.region_code,
        week_start=delivery.week_start,
        delivery_id=delivery.id,
        cooperative_id=delivery.cooperative_id,
        kitchen_id=delivery.kitchen_id,
        status=ReceiptStatus.OPEN,
    )
    work.session.add(receipt)
    return receipt


def _write(
    work: UnitOfWork,
    receipt: Receipt,
    shipped: ShippedLine,
    weighing: Weighing,
    before: Mapping[UUID, ReceiptLine],
    *,
    made: Made | None,
) -> None:
    says: dict[str, Any] = {
        "shipped_qty": shipped.shipped_qty,
        "received_qty": weighing.received_qty,
        "counted_qty": counted_qty(
            shipped_qty=shipped.shipped_qty, received_qty=weighing.received_qty, item=shipped.item
        ),
        "accepted_qty": accepted_qty(weighing, shipped),
        "rejected_qty": refused_qty(weighing, shipped),
        "reason": weighing.reason,
        "remark": weighing.remark,
        "temperature_dc": weighing.temperature_dc,
        "weighed_at": made.at if made else work.now,
        "action_id": made.action_id if made else None,
    }
    known = before.get(weighing.line_id)
    if known is not None:
        for name, value in says.items():
            setattr(known, name, value)
        return
    work.session.add(
        ReceiptLine(
            id=work.new_id(),
            created_at=work.now,
            receipt_id=receipt.id,
            delivery_line_id=shipped.line.id,
            order_line_id=shipped.line.order_line_id,
            item_code=shipped.line.item_code,
            **says,
        )
    )
