"""Counter-prices of a simulation: cooperatives ask for more, and kitchens agree, refuse or say nothing."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

from service.database.queries.price_proposals import list_proposals
from service.domain.errors import InvalidField
from service.domain.orders import Order, OrderLine
from service.domain.price_proposals import PriceProposal, PriceProposalStatus, Proposal
from service.simulation.city import City
from service.workflows.decide_price import DecidePrice, decide_price
from service.workflows.propose_price import ProposePrice, propose_price

MANY: Final = 10_000
USUAL_TIME: Final = timedelta(hours=24)
"""To decide; where there is less of it, people are faster."""
PERCENT: Final = 100


async def asks_more(city: City, order: Order, line: OrderLine) -> bool:
    """Tell whether a line waits for its kitchen's word on a price; a cooperative that wants one asks for it now.

    What the law does not allow is refused, and the cooperative answers the line like any other.
    """
    about = (order.number, line.position)
    if ("asks more", line.id) in city.done:
        return True
    if line.offer_id is None or not city.habits.dearer.happens(city.draws, *about):
        return False
    percent = city.habits.dearer_percent.drawn(city.draws, *about)
    asked = Proposal(line.id, math.ceil(line.price_idr * (PERCENT + percent) / PERCENT))
    try:
        async with city.units.begin(actor=city.officer_of(order.cooperative_id)) as work:
            await propose_price(work, ProposePrice(order.id, (asked,)))
    except InvalidField:
        return False
    return city.is_first("asks more", line.id)


async def decide_prices(city: City) -> None:
    """Let every kitchen decide about a price whose time for it has come."""
    if not city.has_done("asks more"):
        return
    async with city.units.begin() as work:
        listed = await list_proposals(
            work.session,
            region_code=city.region_code,
            organisation_id=None,
            status=PriceProposalStatus.OPEN,
            after=None,
            limit=MANY,
        )
    for shown in sorted(listed, key=lambda shown: (shown.order.number, shown.line.position)):
        about = (shown.order.number, shown.line.position)
        if _decides_now(city, shown.proposal, about):
            is_agreed = city.habits.price_agreed.happens(city.draws, *about)
            command = DecidePrice(shown.proposal.id, shown.proposal.version, is_agreed)
            async with city.units.begin(actor=city.accountants[shown.proposal.kitchen_id]) as work:
                await decide_price(work, command)


def _decides_now(city: City, asked: PriceProposal, about: tuple[str, int]) -> bool:
    habits, now, until = city.habits, city.clock.now, asked.decide_by_at
    if now >= until or habits.price_silence.happens(city.draws, *about):
        return False
    scale = min(1.0, (until - asked.created_at) / USUAL_TIME)
    return now >= asked.created_at + timedelta(hours=habits.price_hours.drawn(city.draws, *about)) * scale
