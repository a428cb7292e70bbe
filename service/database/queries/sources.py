"""Where the goods of order lines come from: what is known of their lots before they leave."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.offers import lots_of
from service.domain.offers import Offer, OfferLot
from service.domain.orders import OrderLine
from service.domain.organisations import Organisation
from service.domain.stocks import Stock


@dataclass(frozen=True, slots=True)
class Source:
    """The producer of a line's goods, or the wholesaler they are bought from; the lots that the offer names."""

    producer: str | None
    lots: tuple[OfferLot, ...] = ()


async def sources_of(session: AsyncSession, order_line_ids: Collection[UUID]) -> dict[UUID, Source]:
    """Return the source of each order line that has one."""
    query = (
        sa.select(col(OrderLine.id), col(OrderLine.offer_id), col(Offer.origin_producer), col(Organisation.name))
        .outerjoin(Offer, col(Offer.id) == col(OrderLine.offer_id))
        .outerjoin(Stock, col(Stock.id) == col(OrderLine.stock_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Stock.wholesaler_id))
        .where(col(OrderLine.id).in_(order_line_ids))
    )
    rows = (await session.execute(query)).all()
    lots = await lots_of(session, {row.offer_id for row in rows if row.offer_id is not None})
    return {row.id: Source(row.origin_producer or row.name, tuple(lots.get(row.offer_id, ()))) for row in rows}
