"""The food office ends a recall once every kitchen has said what became of its goods and stores none."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.recalls import lock_recall, parts_of
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.recalls import Recall, close
from service.domain.tables import require_version


@dataclass(frozen=True, slots=True)
class CloseRecall:
    """A recall to be ended."""

    recall_id: UUID
    expected_version: int


async def close_recall(work: UnitOfWork, command: CloseRecall) -> Recall:
    """End a recall.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not, or it is another region's.
    StaleVersion
        If it changed since the caller saw it.
    InvalidField
        If goods are not accounted for.
    """
    actor = require_actor(work.actor)
    seen = await work.session.get(Recall, command.recall_id)
    if seen is None:
        require(actor, Action.RECALLS_WRITE)
        raise NotFound("No such recall.")
    require_reach(actor, Action.RECALLS_WRITE, region_code=seen.region_code, organisation_ids=(), what="recall")
    recall = await lock_recall(work.session, seen.id)
    require_version(recall, command.expected_version)
    parts = await parts_of(work.session, recall.id)
    close(recall, parts, work.now)
    after = {"status": recall.status.value, "parts": len(parts)}
    work.record("recall.closed", "recall", recall.id, region_code=recall.region_code, after=after)
    work.announce(
        EventType.RECALL_CLOSED,
        entity="recall",
        entity_id=recall.id,
        region_code=recall.region_code,
        concerns={part.kitchen_id for part in parts},
        facts=after,
    )
    await work.session.flush()
    return recall
