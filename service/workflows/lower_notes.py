"""Delivery notes that still wait follow their order lines when these lose goods; an empty note is called off."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from service.database.queries.deliveries import line_counts
from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryStatus, cancel
from service.domain.events import EventType
from service.domain.orders import OrderLine
from service.domain.withdrawals import surplus_of
from service.workflows.hold_notes import hold_notes


async def lower_notes(work: UnitOfWork, lines: Sequence[OrderLine]) -> list[Delivery]:
    """Take off the notes what their order lines do not hold any more; return the notes that changed.

    Parameters
    ----------
    lines
        Held by the caller, with their new quantities.
    """
    await work.session.flush()
    notes, noted = await hold_notes(work, [line.id for line in lines])
    if not notes:
        return []
    changed: dict[UUID, int] = {}
    for line in lines:
        parts = noted.get(line.id, [])
        by_id = {one.id: one for one in parts}
        for note_line_id, qty in surplus_of(line, parts).items():
            await _lower(work, by_id[note_line_id], qty)
            note_id = by_id[note_line_id].delivery_id
            changed[note_id] = changed.get(note_id, 0) + 1
    await work.session.flush()
    left = await line_counts(work.session, list(changed))
    for note_id, count in changed.items():
        _close(work, notes[note_id], lines=count, left=left.get(note_id, 0))
    return [notes[note_id] for note_id in changed]


async def _lower(work: UnitOfWork, line: DeliveryLine, qty: int) -> None:
    if qty == line.planned_qty:
        await work.session.delete(line)
    else:
        line.planned_qty -= qty


def _close(work: UnitOfWork, note: Delivery, *, lines: int, left: int) -> None:
    if not left and note.status is DeliveryStatus.PLANNED:
        cancel(note)
    after = {"number": note.number, "status": note.status.value, "lowered_lines": lines, "lines": left}
    work.record("delivery.lowered", "delivery", note.id, region_code=note.region_code, after=after)
    work.announce(
        EventType.DELIVERY_LOWERED,
        entity="delivery",
        entity_id=note.id,
        region_code=note.region_code,
        concerns=(note.cooperative_id, note.kitchen_id),
        facts=after,
    )
