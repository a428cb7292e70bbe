"""The food office calls goods back: they may not leave or be taken in, and every kitchen that has some is told.

Goods that have not left yet may be called back as well: a recall without a kitchen keeps them where they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.database.queries.locks import lock_region
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField
from service.domain.events import EventType
from service.domain.permissions import Action, Actor, require, require_actor
from service.domain.recalls import Recall, RecallStatus, Wanted, facts_of, written
from service.workflows.clear_recalled import CLEAR_RECALLED
from service.workflows.recount_recalls import parts_of_kitchens
from service.workflows.trace_goods import trace_goods


@dataclass(frozen=True, slots=True)
class OpenRecall:
    """The goods to call back, and why."""

    wanted: Wanted
    reason: str


async def open_recall(work: UnitOfWork, command: OpenRecall) -> Recall:
    """Forbid goods and ask every kitchen that took some what became of them; orders for them are cleared right after.

    The region is held first: goods that are just leaving or being weighed are traced once that is written down.

    Raises
    ------
    NotPermitted
        If the caller may not.
    InvalidField
        If it is not said which goods, nobody knows of them, or more lots left than are read at once.
    """
    actor = require_actor(work.actor)
    require(actor, Action.RECALLS_WRITE)
    await lock_region(work.session, actor.region_code)
    traced = await trace_goods(work, command.wanted, region_code=actor.region_code)
    wanted, found = traced.wanted, traced.left
    if not traced.is_known:
        message = "Nothing like it has left any cooperative, and none offers it."
        raise InvalidField.at(_first_named(wanted), message, code="unknown")
    recall = _recall(work, actor, wanted, command.reason)
    work.session.add(recall)
    await work.session.flush()
    work.session.add_all(parts_of_kitchens(recall, found, by=actor.user_id, now=work.now))
    concerned = {lot.kitchen_id for lot in found} | {lot.cooperative_id for lot in found} | traced.offering
    after = {**facts_of(recall), "kitchens": len({lot.kitchen_id for lot in found})}
    work.record("recall.opened", "recall", recall.id, region_code=recall.region_code, after=after)
    work.announce(
        EventType.RECALL_OPENED,
        entity="recall",
        entity_id=recall.id,
        region_code=recall.region_code,
        concerns=concerned,
        facts=after,
    )
    await work.session.flush()
    await work.defer(CLEAR_RECALLED, recall_id=str(recall.id))
    return recall


def _first_named(wanted: Wanted) -> str:
    return next(name for name in ("lot_code", "producer", "item_code", "delivery_number") if getattr(wanted, name))


def _recall(work: UnitOfWork, actor: Actor, wanted: Wanted, reason: str) -> Recall:
    return Recall(
        id=work.new_id(),
        created_at=work.now,
        region_code=actor.region_code,
        status=RecallStatus.OPEN,
        reason=reason,
        lot_code=wanted.lot_code,
        producer=wanted.producer,
        item_code=wanted.item_code,
        from_date=wanted.from_date,
        to_date=wanted.to_date,
        delivery_number=wanted.delivery_number,
        lots=written(wanted.lots),
        opened_by=actor.user_id,
    )
