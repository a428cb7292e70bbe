"""A cooperative takes the unpromised rest of an offer off the market."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from service.database.queries.offers import lots_of
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.offers import Offer, withdraw
from service.workflows.offer_steps import hold_offer


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    """The offer as the cooperative saw it."""

    offer_id: UUID
    expected_version: int


async def withdraw_offer(work: UnitOfWork, command: WithdrawOffer) -> Offer:
    """Withdraw an offer; what orders hold of it stays promised.

    Raises
    ------
    IllegalTransition
        If it was withdrawn before.
    StaleVersion
        If somebody changed it in the meantime.
    """
    offer = await hold_offer(work, command.offer_id, expected_version=command.expected_version)
    rest_qty = withdraw(offer, (await lots_of(work.session, [offer.id]))[offer.id])
    work.record(
        "offer.withdrawn",
        "offer",
        offer.id,
        region_code=offer.region_code,
        after={"withdrawn_qty": rest_qty, "promised_qty": offer.promised_qty},
    )
    work.announce(
        EventType.OFFER_WITHDRAWN,
        entity="offer",
        entity_id=offer.id,
        region_code=offer.region_code,
        concerns=[offer.cooperative_id],
        facts={"item_code": offer.item_code, "withdrawn_qty": rest_qty},
    )
    return offer
