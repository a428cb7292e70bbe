"""Which order lines an offer cannot bring without lots that are called back: a step of clearing orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from service.database.queries.deliveries import noted_lines
from service.database.queries.offers import lots_of
from service.database.queries.recalled_offers import shipped_by_lot, waiting_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.lot_names import one_spelling
from service.domain.offers import Offer
from service.domain.orders import OrderLine
from service.domain.recalled_supply import RecalledSupply, Waiting, uncovered_lines
from service.domain.withdrawals import free_qty


async def uncovered_line_ids(
    work: UnitOfWork,
    recalled: RecalledSupply,
    lines: Sequence[OrderLine],
    named: Mapping[UUID, Offer],
    *,
    today: date,
) -> frozenset[UUID]:
    """Return the lines of all orders that their offers cannot bring any more, of the offers ``named`` by some lines.

    Lines of other orders share the good lots; they are not held: what falls of them meanwhile takes no goods from
    these.
    """
    offers = {
        line.offer_id: named[line.offer_id]
        for line in lines
        if line.offer_id and recalled.of_offer(named[line.offer_id], line.needed_date) is not None
    }
    if not offers:
        return frozenset()
    lots = await lots_of(work.session, offers)
    shipped = await shipped_by_lot(work.session, offers)
    waiting = await waiting_lines(work.session, offers, from_date=today)
    noted = await noted_lines(work.session, [line.id for line in waiting])
    found: set[UUID] = set()
    for offer in offers.values():
        left = {
            lot.lot_code: max(0, lot.lot_qty - shipped.get((offer.id, one_spelling(lot.lot_code)), 0))
            for lot in lots[offer.id]
        }
        its = [
            Waiting(line.id, line.needed_date, free_qty(line, noted.get(line.id, ())))
            for line in waiting
            if line.offer_id == offer.id
        ]
        found |= set(uncovered_lines(recalled, offer, left, [one for one in its if one.qty]))
    return frozenset(found)
