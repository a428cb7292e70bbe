"""An open recall follows what a kitchen has: without what it refused at the door, with what left before unheard of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from service.database.queries.recalls import TracedLot, lock_recall, open_recalls, parts_of, trace
from service.database.unit_of_work import UnitOfWork
from service.domain.deliveries import Delivery
from service.domain.events import EventType
from service.domain.permissions import require_actor
from service.domain.recalls import Recall, RecallPart, RecallStatus, facts_of, recount, wanted_of


def parts_of_kitchens(recall: Recall, found: Iterable[TracedLot], *, by: UUID, now: datetime) -> list[RecallPart]:
    """Return what each kitchen accounts for when a recall is opened; one that took nothing is not asked."""
    parts = []
    for (kitchen_id, item_code), qty in sorted(held_qty(found).items(), key=str):
        part = RecallPart(recall_id=recall.id, kitchen_id=kitchen_id, item_code=item_code, accepted_qty=0)
        recount(part, qty, by=by, now=now)
        parts.append(part)
    return parts


def held_qty(found: Iterable[TracedLot]) -> dict[tuple[UUID, str], int]:
    """Return what each kitchen has to account for of each item: of every lot no more than it took of the line."""
    held: defaultdict[tuple[UUID, str], int] = defaultdict(int)
    for lot in found:
        taken = lot.line_shipped_qty if lot.line_accepted_qty is None else lot.line_accepted_qty
        held[lot.kitchen_id, lot.item_code] += min(lot.shipped_qty, taken)
    return held


async def recount_recalls(work: UnitOfWork, delivery: Delivery) -> None:
    """Set the kitchen's parts of all open recalls to what it has now; tell it of goods that it did not know of.

    The delivery is held by the caller, who has just let it leave or weighed it.
    """
    await work.session.flush()
    for seen in await open_recalls(work.session, region_code=delivery.region_code):
        if any(lot.delivery_id == delivery.id for lot in await _traced(work, seen, delivery)):
            recall = await lock_recall(work.session, seen.id)
            if recall.status is RecallStatus.OPEN:
                # Traced again: another of the kitchen's deliveries may have been weighed while we waited.
                await _recount(work, recall, delivery, held_qty(await _traced(work, recall, delivery)))


async def _traced(work: UnitOfWork, recall: Recall, delivery: Delivery) -> list[TracedLot]:
    """Return all of a recall's goods that left for a delivery's kitchen."""
    return await trace(
        work.session, region_code=delivery.region_code, wanted=wanted_of(recall), kitchen_id=delivery.kitchen_id
    )


async def _recount(work: UnitOfWork, recall: Recall, delivery: Delivery, held: Mapping[tuple[UUID, str], int]) -> None:
    parts = {part.item_code: part for part in await parts_of(work.session, recall.id, kitchen_id=delivery.kitchen_id)}
    news = []
    for (kitchen_id, item_code), qty in sorted(held.items(), key=str):
        part = parts.get(item_code)
        if part is None:
            part = RecallPart(recall_id=recall.id, kitchen_id=kitchen_id, item_code=item_code, accepted_qty=0)
            work.session.add(part)
        if qty > part.accepted_qty:
            news.append(item_code)
        recount(part, qty, by=require_actor(work.actor).user_id, now=work.now)
    await work.session.flush()
    if news:
        _announce(work, recall, delivery, news)


def _announce(work: UnitOfWork, recall: Recall, delivery: Delivery, item_codes: list[str]) -> None:
    """Tell the kitchen and the cooperative, as the opening told those that were known of then."""
    facts = {**facts_of(recall), "items": item_codes}
    work.record("recall.widened", "recall", recall.id, region_code=recall.region_code, after=facts)
    work.announce(
        EventType.RECALL_WIDENED,
        entity="recall",
        entity_id=recall.id,
        region_code=recall.region_code,
        concerns=(delivery.cooperative_id, delivery.kitchen_id),
        facts=facts,
    )
