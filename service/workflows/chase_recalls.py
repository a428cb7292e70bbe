"""A kitchen that is silent about recalled goods is told again after two hours; two later the city is asked to call."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.recalls import lock_recall, parts_of, unconfirmed_kitchens
from service.database.unit_of_work import UnitOfWork, UnitsOfWork
from service.domain.events import EventType
from service.domain.organisations import Organisation
from service.domain.recalls import Chase, Recall, chase, chase_due, facts_of
from service.workflows.do_each import do_each

EVENTS = {Chase.REMIND: EventType.RECALL_REMINDED, Chase.ESCALATE: EventType.RECALL_UNANSWERED}


@dataclass(frozen=True, slots=True)
class ChaseRecall:
    """A kitchen that may have said nothing of its goods in a recall."""

    recall_id: UUID
    kitchen_id: UUID


async def chase_recalls(units: UnitsOfWork) -> list[tuple[ChaseRecall, Chase]]:
    """Take the next step with every kitchen that is silent for too long, each in a short transaction of its own.

    Returns
    -------
    list of ChaseRecall and Chase
        Whom it concerned and what was done.
    """
    async with units.begin() as work:
        silent = await unconfirmed_kitchens(work.session, work.now)
    commands = [ChaseRecall(recall_id, kitchen_id) for recall_id, kitchen_id in silent]
    done = await do_each(units, commands, chase_recall, failure="recall_not_chased")
    return [(command, step) for command, step in done.items() if step is not None]


async def chase_recall(work: UnitOfWork, command: ChaseRecall) -> Chase | None:
    """Remind the kitchen or turn to the city, each once; return which it was, or ``None`` if nothing is due."""
    await work.session.get_one(Recall, command.recall_id)
    recall = await lock_recall(work.session, command.recall_id)
    parts = await parts_of(work.session, recall.id, kitchen_id=command.kitchen_id)
    step = chase_due(recall, parts, work.now)
    if step is None:
        return None
    chase(parts, step, work.now)
    kitchen = await work.session.get_one(Organisation, command.kitchen_id)
    after = {"kitchen_id": str(kitchen.id), "kitchen": kitchen.name, **facts_of(recall)}
    event = EVENTS[step]
    work.record(event.value, "recall", recall.id, region_code=recall.region_code, after=after)
    work.announce(
        event,
        entity="recall",
        entity_id=recall.id,
        region_code=recall.region_code,
        concerns=(kitchen.id,),
        facts=after,
    )
    await work.session.flush()
    return step
