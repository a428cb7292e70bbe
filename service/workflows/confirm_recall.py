"""A kitchen says what became of recalled goods: eaten, still in store, discarded."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.recalls import lock_recall, parts_of
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.permissions import Action, require, require_actor
from service.domain.recalls import Recall, Remains, confirm


@dataclass(frozen=True, slots=True)
class ConfirmRecall:
    """A recall, and what became of the caller's goods, item by item."""

    recall_id: UUID
    remains: tuple[Remains, ...]


async def confirm_recall(work: UnitOfWork, command: ConfirmRecall) -> Recall:
    """Write down what the caller's kitchen says; again, and the newest word counts.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not, or its kitchen has none of the goods.
    InvalidField
        With every fault of every item.
    """
    actor = require_actor(work.actor)
    require(actor, Action.RECALLS_CONFIRM)
    seen = await work.session.get(Recall, command.recall_id)
    if seen is None or not await parts_of(work.session, seen.id, kitchen_id=actor.organisation_id):
        raise NotFound("No such recall.")
    recall = await lock_recall(work.session, seen.id)
    # Read again now that they stand still: the kitchen may have refused some of the goods at the door meanwhile.
    parts = await parts_of(work.session, recall.id, kitchen_id=actor.organisation_id)
    confirm(parts, command.remains, by=actor.user_id, now=work.now)
    after = {
        "kitchen_id": str(actor.organisation_id),
        "items": [
            {"item_code": said.item_code, "eaten_qty": said.eaten_qty, "stored_qty": said.stored_qty}
            for said in command.remains
        ],
    }
    work.record("recall.confirmed", "recall", recall.id, region_code=recall.region_code, after=after)
    work.announce(
        EventType.RECALL_CONFIRMED,
        entity="recall",
        entity_id=recall.id,
        region_code=recall.region_code,
        concerns=(actor.organisation_id,),
        facts=after,
    )
    await work.session.flush()
    return recall
