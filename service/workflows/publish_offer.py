"""A cooperative publishes goods of its own: quantity, price, days, minimum, lots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.entry_facts import read_policy_values
from service.database.unit_of_work import UnitOfWork
from service.domain.offers import LotEntry, Offer, OfferEntry, require_valid
from service.domain.organisations import require_active
from service.domain.permissions import Action
from service.workflows.offer_steps import open_offer, take_lots
from service.workflows.supply_steps import read_seller, read_supply_facts


@dataclass(frozen=True, slots=True)
class PublishOffer:
    """The offer; without a cash share that of the policy in force is taken."""

    cooperative_id: UUID
    item_code: str
    offered_qty: int
    price_idr: int
    from_date: date
    to_date: date
    min_qty: int = 0
    cash_bp: int | None = None
    origin_producer: str | None = None
    lots: tuple[LotEntry, ...] = ()


async def publish_offer(work: UnitOfWork, command: PublishOffer) -> Offer:
    """Check an offer against the catalogue, the calendar and the caps on each of its days, and open it.

    Raises
    ------
    PriceAboveCap
        Naming the cap, its source and the day, if that is all that is wrong.
    ItemNotForKitchens
        With the reason and its source, if that is all that is wrong.
    InvalidField
        With everything that is wrong otherwise.
    LotAlreadyOffered
        If a lot stands in another open offer.
    OrganisationInactive
        If the cooperative takes no part.
    """
    seller = await read_seller(work, command.cooperative_id, Action.OFFERS_WRITE)
    require_active(seller.organisation)
    policy = await read_policy_values(work.session, seller.region.code)
    facts = await read_supply_facts(work, seller.region, from_date=command.from_date, to_date=command.to_date)
    entry = _entry(command, default_cash_bp=policy.cash_bp)
    require_valid(entry, facts, earliest_from=facts.today)
    offer = open_offer(work, entry, cooperative_id=command.cooperative_id, region_code=seller.region.code)
    await take_lots(work, offer, entry.lots)
    return offer


def _entry(command: PublishOffer, *, default_cash_bp: int) -> OfferEntry:
    return OfferEntry(
        item_code=command.item_code,
        offered_qty=command.offered_qty,
        price_idr=command.price_idr,
        from_date=command.from_date,
        to_date=command.to_date,
        min_qty=command.min_qty,
        cash_bp=default_cash_bp if command.cash_bp is None else command.cash_bp,
        origin_producer=command.origin_producer,
        lots=command.lots,
    )
