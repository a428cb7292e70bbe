"""Accepted goods are put on delivery notes: on the drop that still waits, or on a further one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.deliveries import codes_of, drops_of, line_counts
from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryStatus, delivery_number
from service.domain.events import EventType
from service.domain.orders import OrderLine


@dataclass(frozen=True, slots=True)
class ToNote:
    """Part of an order line that is to stand on a note, in base units."""

    line: OrderLine
    qty: int


async def note_lines(
    work: UnitOfWork, entries: Sequence[ToNote], *, region_code: str, week_start: date, cooperative_id: UUID
) -> list[Delivery]:
    """Put parts of a cooperative's order lines on its notes, one drop for each kitchen and day.

    Returns
    -------
    list of Delivery
        The notes that gained lines, new ones among them.
    """
    if not entries:
        return []
    dates = {entry.line.needed_date for entry in entries}
    drops = await drops_of(work.session, cooperative_id=cooperative_id, dates=dates)
    by_visit: defaultdict[tuple[UUID, date], list[ToNote]] = defaultdict(list)
    for entry in entries:
        by_visit[entry.line.kitchen_id, entry.line.needed_date].append(entry)
    codes = await codes_of(work.session, {cooperative_id, *(kitchen_id for kitchen_id, _ in by_visit)})
    notes: dict[tuple[UUID, date], Delivery] = {}
    for visit in by_visit:
        known = [drop for drop in drops if (drop.kitchen_id, drop.needed_date) == visit]
        waiting = [drop for drop in known if drop.status is DeliveryStatus.PLANNED]
        notes[visit] = (
            waiting[-1]
            if waiting
            else _new_note(
                work,
                visit,
                region_code=region_code,
                week_start=week_start,
                cooperative_id=cooperative_id,
                drop_no=1 + max((drop.drop_no for drop in known), default=0),
                codes=codes,
            )
        )
    await work.session.flush()
    await _add_lines(work, by_visit, notes)
    return list(notes.values())


def _new_note(
    work: UnitOfWork,
    visit: tuple[UUID, date],
    *,
    region_code: str,
    week_start: date,
    cooperative_id: UUID,
    drop_no: int,
    codes: dict[UUID, str],
) -> Delivery:
    kitchen_id, needed_date = visit
    note = Delivery(
        id=work.new_id(),
        created_at=work.now,
        region_code=region_code,
        week_start=week_start,
        number=delivery_number(
            cooperative_code=codes[cooperative_id],
            kitchen_code=codes[kitchen_id],
            needed_date=needed_date,
            drop_no=drop_no,
        ),
        cooperative_id=cooperative_id,
        kitchen_id=kitchen_id,
        needed_date=needed_date,
        drop_no=drop_no,
        status=DeliveryStatus.PLANNED,
    )
    work.session.add(note)
    return note


async def _add_lines(
    work: UnitOfWork, by_visit: dict[tuple[UUID, date], list[ToNote]], notes: dict[tuple[UUID, date], Delivery]
) -> None:
    counts = await line_counts(work.session, [note.id for note in notes.values()])
    for visit, entries in by_visit.items():
        note = notes[visit]
        first = counts.get(note.id, 0) + 1
        for position, entry in enumerate(entries, first):
            work.session.add(
                DeliveryLine(
                    id=work.new_id(),
                    created_at=work.now,
                    delivery_id=note.id,
                    position=position,
                    order_line_id=entry.line.id,
                    item_code=entry.line.item_code,
                    planned_qty=entry.qty,
                    price_idr=entry.line.price_idr,
                )
            )
        after = {"number": note.number, "lines": len(entries), "drop_no": note.drop_no}
        work.record("delivery.noted", "delivery", note.id, region_code=note.region_code, after=after)
        work.announce(
            EventType.DELIVERY_NOTED,
            entity="delivery",
            entity_id=note.id,
            region_code=note.region_code,
            concerns=(note.cooperative_id, note.kitchen_id),
            facts=after,
        )
    await work.session.flush()
