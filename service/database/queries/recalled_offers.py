"""Offers of which goods are called back: who offers them, what waits for them, what has left of their lots."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.database.queries.spellings import spelled
from service.database.queries.week_orders import LIVE_LINES
from service.domain.deliveries import DeliveryLine, DeliveryLot
from service.domain.lot_names import one_spelling
from service.domain.offers import Offer, OfferLot, OfferStatus
from service.domain.orders import OrderLine
from service.domain.recalls import Wanted


async def cooperatives_offering(
    session: AsyncSession, *, region_code: str, wanted: Wanted, from_date: date
) -> frozenset[UUID]:
    """Return the cooperatives that offer, or hold orders for, goods that are wanted, for some day or a later one."""
    lot_code, producer = spelled(col(OfferLot.lot_code)), spelled(col(Offer.origin_producer))
    conditions = [
        col(Offer.region_code) == region_code,
        sa.or_(col(Offer.status) == OfferStatus.OPEN, col(Offer.promised_qty) > 0),
        col(Offer.to_date) >= max(from_date, wanted.from_date or from_date),
    ]
    if wanted.to_date is not None:
        conditions.append(col(Offer.from_date) <= wanted.to_date)
    if wanted.item_code is not None:
        conditions.append(col(Offer.item_code) == wanted.item_code)
    if wanted.lot_code is not None:
        conditions.append(_has_lot(lot_code == one_spelling(wanted.lot_code)))
    if wanted.producer is not None:
        is_told_by_lot = wanted.lot_code is not None or wanted.lots is not None
        is_its = producer == one_spelling(wanted.producer)
        conditions.append(sa.or_(is_its, col(Offer.origin_producer).is_(None)) if is_told_by_lot else is_its)
    if wanted.lots is not None:
        named = sorted({lot.in_one_spelling for lot in wanted.lots})
        name = sa.tuple_(col(Offer.item_code), lot_code)
        whole = sa.tuple_(col(Offer.item_code), lot_code, producer)
        without = {(lot.item_code, lot.lot_code) for lot in named}
        is_silent = sa.and_(col(Offer.origin_producer).is_(None), name.in_(sorted(without)))
        conditions.append(_has_lot(sa.or_(whole.in_(named), is_silent)))
    return frozenset(await session.scalars(sa.select(col(Offer.cooperative_id)).where(*conditions)))


def _has_lot(is_meant: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(col(OfferLot.offer_id) == col(Offer.id), is_meant)


async def waiting_lines(session: AsyncSession, offer_ids: Collection[UUID], *, from_date: date) -> list[OrderLine]:
    """Return the live order lines of some offers, of all orders, from a cooking day on."""
    query = sa.select(OrderLine).where(
        col(OrderLine.offer_id).in_(offer_ids),
        col(OrderLine.status).in_(LIVE_LINES),
        col(OrderLine.needed_date) >= from_date,
    )
    return list(await session.scalars(query))


async def shipped_by_lot(session: AsyncSession, offer_ids: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    """Return what has left for the order lines of some offers, by offer and lot in one spelling; base units."""
    lot_code = spelled(col(DeliveryLot.lot_code))
    query = (
        sa.select(col(OrderLine.offer_id), lot_code, sa.func.sum(col(DeliveryLot.shipped_qty)))
        .join(DeliveryLine, col(DeliveryLine.order_line_id) == col(OrderLine.id))
        .join(DeliveryLot, col(DeliveryLot.delivery_line_id) == col(DeliveryLine.id))
        .where(col(OrderLine.offer_id).in_(offer_ids))
        .group_by(col(OrderLine.offer_id), lot_code)
    )
    rows = await session.execute(query)
    return {(offer_id, lot_code): int(qty) for offer_id, lot_code, qty in rows if offer_id is not None}
