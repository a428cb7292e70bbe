"""The goods that order lines name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.offers import Offer
from service.domain.orders import OrderLine
from service.domain.stocks import Stock


@dataclass(frozen=True, slots=True)
class LineGoods:
    """The offers and stocks of some lines, by id."""

    offers: dict[UUID, Offer]
    stocks: dict[UUID, Stock]


async def goods_of(session: AsyncSession, lines: Collection[OrderLine]) -> LineGoods:
    """Return the offers and stocks of lines, in two statements however many lines there are."""
    offers = sa.select(Offer).where(col(Offer.id).in_({line.offer_id for line in lines if line.offer_id}))
    stocks = sa.select(Stock).where(col(Stock.id).in_({line.stock_id for line in lines if line.stock_id}))
    return LineGoods(
        {offer.id: offer for offer in await session.scalars(offers)},
        {stock.id: stock for stock in await session.scalars(stocks)},
    )
