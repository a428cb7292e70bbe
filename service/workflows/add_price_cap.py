"""The food office puts a new HET or HAP on record, with its legal source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.database.queries.catalogue import lock_item
from service.database.queries.places import read_region
from service.database.queries.price_caps import caps_of_item
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField
from service.domain.events import EventType
from service.domain.memberships import require_period
from service.domain.permissions import Action, require
from service.domain.price_cap_entries import require_alone
from service.domain.price_caps import CapKind, PriceCap
from service.workflows.acting import acting
from service.workflows.changes import plain


@dataclass(frozen=True, slots=True)
class AddPriceCap:
    """The cap: rupiah per kg, litre or piece, on days that are both included."""

    item_code: str
    kind: CapKind
    price_idr: int
    valid_from: date
    valid_to: date | None
    source: str


async def add_price_cap(work: UnitOfWork, command: AddPriceCap) -> PriceCap:
    """Put a cap on record for the price zone of the actor's region.

    Raises
    ------
    InvalidField
        If the item is unknown or the validity ends before it begins.
    AlreadyExists
        If another cap of the kind is in force on one of the days.
    """
    actor = acting(work)
    require(actor, Action.PRICE_CAPS_WRITE)
    require_period(valid_from=command.valid_from, valid_to=command.valid_to)
    if await lock_item(work.session, command.item_code) is None:
        raise InvalidField.at("item_code", "No such item; GET /items lists them.", code="unknown")
    region = await read_region(work.session, actor.region_code)
    cap = PriceCap(
        id=work.new_id(),
        created_at=work.now,
        item_code=command.item_code,
        kind=command.kind,
        zone=region.price_zone,
        price_idr=command.price_idr,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        source=command.source,
    )
    require_alone(cap, await caps_of_item(work.session, item_code=cap.item_code, zone=cap.zone))
    work.session.add(cap)
    await work.session.flush()
    work.record("price_cap.add", "price_cap", cap.id, after=plain(cap))
    work.announce(EventType.PRICE_CAP_ADDED, entity="price_cap", entity_id=cap.id, facts={"item_code": cap.item_code})
    return cap
