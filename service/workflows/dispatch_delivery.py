"""A drop leaves: the cooperative names the lots on each line; the rest goes with a further drop, or is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.database.queries.deliveries import drops_of, lines_on_note, lock_delivery
from service.database.queries.orders import find_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryLot, RestFate, depart
from service.domain.device_actions import Made, facts_of, happened_at
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.loads import LineLoad, require_valid
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.tables import require_version
from service.workflows.note_lines import ToNote, note_lines
from service.workflows.recount_recalls import recount_recalls
from service.workflows.refuse_recalled import Moved, refuse_recalled
from service.workflows.seek_lost import seek_lost


@dataclass(frozen=True, slots=True)
class DispatchDelivery:
    """A note and what leaves of each of its lines; ``made`` if that was done on a phone without signal."""

    delivery_id: UUID
    loads: tuple[LineLoad, ...]
    expected_version: int | None
    made: Made | None = None


async def dispatch_delivery(work: UnitOfWork, command: DispatchDelivery) -> Delivery:
    """Write down what leaves, lot by lot, and carry or close the rest.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not, or the note is another cooperative's.
    StaleVersion
        If the note changed since the caller saw it.
    IllegalTransition
        If it left before.
    InvalidField
        With every fault of every line and lot.
    """
    actor = require_actor(work.actor)
    seen = await work.session.get(Delivery, command.delivery_id)
    if seen is None:
        require(actor, Action.DELIVERIES_DISPATCH)
        raise NotFound("No such delivery.")
    require_reach(
        actor,
        Action.DELIVERIES_DISPATCH,
        region_code=seen.region_code,
        organisation_ids=(seen.cooperative_id,),
        what="delivery",
    )
    delivery = await _held(work, seen, command)
    shown = await lines_on_note(work.session, delivery.id)
    left_at = happened_at(command.made, work.now, not_before=delivery.created_at)
    depart(delivery, by=actor.user_id, now=left_at)
    lines = [each.line for each in shown]
    require_valid(command.loads, lines, {each.item.code: each.item for each in shown}, needed_date=delivery.needed_date)
    items = {line.id: line.item_code for line in lines}
    moved = [
        Moved(f"lines.{n}.lots.{m}.lot_code", lot.lot_code, lot.producer, items[load.line_id])
        for n, load in enumerate(command.loads)
        for m, lot in enumerate(load.lots)
    ]
    await refuse_recalled(work, moved, region_code=delivery.region_code, needed_date=delivery.needed_date, at=left_at)
    _load(work, lines, command.loads)
    await recount_recalls(work, delivery)
    await _carry(work, delivery, lines)
    await seek_lost(work, [line.order_line_id for line in lines if line.rest_fate is RestFate.CLOSED])
    after = {"lines": [{"line_id": str(load.line_id), "shipped_qty": load.shipped_qty} for load in command.loads]}
    told = {**after, **facts_of(command.made)}
    work.record("delivery.dispatched", "delivery", delivery.id, region_code=delivery.region_code, after=told)
    work.announce(
        EventType.DELIVERY_DISPATCHED,
        entity="delivery",
        entity_id=delivery.id,
        region_code=delivery.region_code,
        concerns=(delivery.cooperative_id, delivery.kitchen_id),
        facts={"number": delivery.number, "left_behind": _left_behind(delivery, lines), **after},
    )
    await work.session.flush()
    return delivery


async def _held(work: UnitOfWork, seen: Delivery, command: DispatchDelivery) -> Delivery:
    if any(load.rest is RestFate.CARRIED for load in command.loads):
        # A further drop holds all notes of the day: with ours held first, two drops would wait for each other.
        await drops_of(work.session, cooperative_id=seen.cooperative_id, dates={seen.needed_date})
    delivery = await lock_delivery(work.session, seen.id)
    if command.expected_version is not None:
        require_version(delivery, command.expected_version)
    return delivery


def _left_behind(delivery: Delivery, lines: Sequence[DeliveryLine]) -> list[dict[str, Any]]:
    """Return what stands on the note and did not leave (base units), and what becomes of it."""
    return [
        {
            "item_code": line.item_code,
            "needed_date": delivery.needed_date,
            "qty": line.planned_qty - (line.shipped_qty or 0),
            "rest": line.rest_fate.value,
            "reason": line.rest_reason,
        }
        for line in lines
        if line.rest_fate
    ]


def _load(work: UnitOfWork, lines: Sequence[DeliveryLine], loads: Sequence[LineLoad]) -> None:
    by_id = {line.id: line for line in lines}
    for load in loads:
        line = by_id[load.line_id]
        line.shipped_qty = load.shipped_qty
        line.rest_fate, line.rest_reason = load.rest, load.rest_reason if load.rest else None
        work.session.add_all(
            DeliveryLot(
                id=work.new_id(),
                created_at=work.now,
                delivery_line_id=line.id,
                shipped_qty=lot.shipped_qty,
                lot_code=lot.lot_code,
                producer=lot.producer,
                expires_on=lot.expires_on,
                temperature_dc=lot.temperature_dc,
            )
            for lot in load.lots
        )


async def _carry(work: UnitOfWork, delivery: Delivery, lines: Sequence[DeliveryLine]) -> None:
    """Put what a further drop brings on its note."""
    carried = [line for line in lines if line.rest_fate is RestFate.CARRIED]
    if not carried:
        return
    ordered = await find_lines(work.session, [line.order_line_id for line in carried])
    await note_lines(
        work,
        [ToNote(ordered[line.order_line_id], line.planned_qty - (line.shipped_qty or 0)) for line in carried],
        region_code=delivery.region_code,
        week_start=delivery.week_start,
        cooperative_id=delivery.cooperative_id,
    )
