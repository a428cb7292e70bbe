"""The food office says on which day a price cap ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.catalogue import lock_item
from service.database.queries.places import read_region
from service.database.queries.price_caps import caps_of_item, find_cap
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.events import EventType
from service.domain.memberships import require_period
from service.domain.permissions import Action, require
from service.domain.price_cap_entries import require_alone
from service.domain.price_caps import PriceCap
from service.domain.tables import require_version
from service.workflows.acting import acting
from service.workflows.changes import apply_changes


@dataclass(frozen=True, slots=True)
class EndPriceCap:
    """The cap, the version that was seen, and its last day."""

    price_cap_id: UUID
    expected_version: int
    valid_to: date


async def end_price_cap(work: UnitOfWork, command: EndPriceCap) -> PriceCap:
    """Set the last day of a cap in the price zone of the actor's region.

    Raises
    ------
    NotFound
        If there is none in the zone.
    InvalidField
        If the last day is before the first.
    AlreadyExists
        If a later last day would reach into another cap of the kind.
    StaleVersion
        If it was changed since.
    """
    actor = acting(work)
    require(actor, Action.PRICE_CAPS_WRITE)
    region = await read_region(work.session, actor.region_code)
    cap = await find_cap(work.session, command.price_cap_id)
    if cap is None or cap.zone != region.price_zone:
        raise NotFound("No such price cap.")
    await lock_item(work.session, cap.item_code)
    await work.session.refresh(cap)
    require_version(cap, command.expected_version)
    require_period(valid_from=cap.valid_from, valid_to=command.valid_to)
    difference = apply_changes(cap, {"valid_to": command.valid_to})
    others = await caps_of_item(work.session, item_code=cap.item_code, zone=cap.zone)
    require_alone(cap, [other for other in others if other.id != cap.id])
    work.record("price_cap.end", "price_cap", cap.id, before=difference.before, after=difference.after)
    work.announce(EventType.PRICE_CAP_ENDED, entity="price_cap", entity_id=cap.id, facts={"item_code": cap.item_code})
    await work.session.flush()
    return cap
