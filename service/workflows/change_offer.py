"""A cooperative changes an open offer, as far as orders already made do not feel it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from service.database.queries.offers import lots_of
from service.database.unit_of_work import UnitOfWork
from service.domain.audits import plain_values
from service.domain.events import EventType
from service.domain.offers import Offer, change, entry_of, require_open, require_promises_kept, require_valid
from service.domain.permissions import Action
from service.workflows.offer_steps import hold_offer, take_lots
from service.workflows.supply_steps import read_seller, read_supply_facts


@dataclass(frozen=True, slots=True)
class ChangeOffer:
    """The offer as the cooperative saw it, and the fields of ``OfferEntry`` that change (never the item)."""

    offer_id: UUID
    expected_version: int
    changes: dict[str, Any]


async def change_offer(work: UnitOfWork, command: ChangeOffer) -> Offer:
    """Check the offer as it would be, price included, and make it so.

    Raises
    ------
    GoodsPromised
        If orders hold part of it and the change would touch their price, days or quantity.
    IllegalTransition
        If it was withdrawn.
    StaleVersion
        If somebody changed it in the meantime.
    PriceAboveCap, InvalidField, LotAlreadyOffered
        As for a new offer.
    """
    offer = await hold_offer(work, command.offer_id, expected_version=command.expected_version)
    require_open(offer)
    seller = await read_seller(work, offer.cooperative_id, Action.OFFERS_WRITE)
    before = entry_of(offer, (await lots_of(work.session, [offer.id]))[offer.id])
    entry = replace(before, **command.changes)
    facts = await read_supply_facts(work, seller.region, from_date=entry.from_date, to_date=entry.to_date)
    require_promises_kept(offer, entry)
    require_valid(entry, facts, earliest_from=min(offer.from_date, facts.today))
    change(offer, entry)
    await take_lots(work, offer, entry.lots)
    work.record(
        "offer.changed",
        "offer",
        offer.id,
        region_code=offer.region_code,
        before=plain_values({name: getattr(before, name) for name in command.changes}),
        after=plain_values(command.changes),
    )
    work.announce(
        EventType.OFFER_CHANGED,
        entity="offer",
        entity_id=offer.id,
        region_code=offer.region_code,
        concerns=[offer.cooperative_id],
        facts={"item_code": offer.item_code, "changed": sorted(command.changes)},
    )
    return offer
